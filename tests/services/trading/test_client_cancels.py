"""A client cancels what the broker holds: in every mode, once, by our number or the broker's."""

import asyncio

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.client.plans import Target
from core.errors import NotFound, TooLate, Unauthorized
from core.ids import AccountId, UserId
from core.orders.gtt import GttStatus
from core.orders.states import BrokerStatus
from core.services.trading.waiting_orders import Found
from tests.factories import ASHA, OMKAR, RAVI, VEENA, some_terms
from tests.runtime import Spine
from tests.services.trading.gtts import at_broker, left
from tests.services.trading.waiting_acts import RESTING, cancel, change_to, resting

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
EVERY_MODE = [(order_mode, trading_mode) for order_mode in OrderMode for trading_mode in TradingMode]


@pytest.mark.parametrize(("order_mode", "trading_mode"), EVERY_MODE)
@pytest.mark.parametrize("person", [ASHA, RAVI])
async def test_owner_and_approver_cancel_in_every_mode(
    spine: Spine, order_mode: OrderMode, trading_mode: TradingMode, person: UserId
) -> None:
    order = await resting(spine, trading_mode)
    await spine.switch(order_mode=order_mode)

    assert await cancel(spine, order.broker_order_id, person) == [""]

    assert (await spine.book(trading_mode).get(order.broker_order_id)).status is BrokerStatus.CANCELLED


@pytest.mark.parametrize("number", ["1", "#1"])
async def test_our_number_and_the_brokers_mean_the_same(spine: Spine, number: str) -> None:
    order = await resting(spine)
    cancels = spine.services.client_actions.cancels

    ours, theirs = await cancels.find(ASHA, number), await cancels.find(ASHA, order.broker_order_id)

    assert ours == theirs == Found(spine.account.id, LIVE, (Target(order.broker_order_id, False, 1),))  # type: ignore[arg-type]


async def test_an_order_that_did_not_come_through_us_is_found_by_the_brokers_number(spine: Spine) -> None:
    placed = await spine.book().add_order("CBYHAND", RESTING, "")  # type: ignore[arg-type]

    assert await cancel(spine, placed.broker_order_id) == [""]


async def test_an_order_of_the_other_book_is_cancelled_there(spine: Spine) -> None:
    order = await resting(spine, LIVE)
    await spine.switch(trading_mode=SANDBOX)

    assert await cancel(spine, "1") == [""]

    assert (await spine.book(LIVE).get(order.broker_order_id)).status is BrokerStatus.CANCELLED


@pytest.mark.parametrize("person", [VEENA, OMKAR])
async def test_viewers_and_others_cannot_ask(spine: Spine, person: UserId) -> None:
    await resting(spine)
    found = await spine.services.client_actions.cancels.find(ASHA, "1")

    with pytest.raises(Unauthorized):
        await spine.services.client_actions.cancels.ask_cancel(person, found)
    with pytest.raises(Unauthorized):
        await spine.services.client_actions.changes.ask_change(person, found, {})


async def test_anothers_order_does_not_exist(spine: Spine) -> None:
    order = await resting(spine)
    await spine.services.accounts.add("other", "paper", SEMI, LIVE, SYSTEM)
    await spine.link(OMKAR, Role.OWNER, AccountId(2))

    for number in ("1", order.broker_order_id):
        with pytest.raises(NotFound, match="no such order"):
            await spine.services.client_actions.cancels.find(OMKAR, number)


async def test_who_may_decide_no_more_changes_nothing(spine: Spine) -> None:
    order = await resting(spine)
    cancels = spine.services.client_actions.cancels
    question = await cancels.ask_cancel(RAVI, await cancels.find(RAVI, "1"))
    await spine.link(RAVI, Role.VIEWER)

    with pytest.raises(Unauthorized):
        await cancels.confirm_cancel(RAVI, question.token)

    assert (await spine.book().get(order.broker_order_id)).status is BrokerStatus.OPEN


async def test_every_open_order_is_cancelled_and_triggers_stay(spine: Spine) -> None:
    await left(spine)
    await resting(spine)
    await resting(spine)

    question = await spine.services.client_actions.cancels.ask_cancel_all(ASHA, spine.account.id)
    outcomes = await spine.services.client_actions.cancels.confirm_cancel(ASHA, question.token)

    assert (len(question.waiting), question.triggers) == (2, 1)
    assert [one.problem for one in outcomes] == ["", ""]
    assert await spine.book().list_open() == []
    assert (await at_broker(spine)).status is GttStatus.ACTIVE


async def test_an_order_that_filled_before_the_tap_is_not_cancelled_and_that_is_said(spine: Spine) -> None:
    order = await resting(spine)
    other = await resting(spine)
    question = await spine.services.client_actions.cancels.ask_cancel_all(ASHA, spine.account.id)
    await spine.book().modify(order.broker_order_id, change_to(some_terms(limit=900)))

    second, first = await spine.services.client_actions.cancels.confirm_cancel(ASHA, question.token)

    assert "complete" in first.problem
    assert second.problem == ""
    assert (await spine.book().get(order.broker_order_id)).status is BrokerStatus.COMPLETE
    assert (await spine.book().get(other.broker_order_id)).status is BrokerStatus.CANCELLED


async def test_an_order_that_is_over_says_so(spine: Spine) -> None:
    await resting(spine)
    await cancel(spine, "1")

    with pytest.raises(TooLate, match="does not wait at the broker: it is cancelled"):
        await spine.services.client_actions.cancels.find(ASHA, "1")


async def test_an_order_that_waits_for_a_decision_is_rejected_on_its_card(spine: Spine) -> None:
    order_id = await spine.queue()

    with pytest.raises(TooLate, match="reject it on its card"):
        await spine.services.client_actions.cancels.find(ASHA, f"#{order_id}")


async def test_a_question_works_once(spine: Spine) -> None:
    await resting(spine)
    cancels = spine.services.client_actions.cancels
    question = await cancels.ask_cancel(ASHA, await cancels.find(ASHA, "1"))

    answers = await asyncio.gather(
        *(cancels.confirm_cancel(ASHA, question.token) for _ in range(5)), return_exceptions=True
    )

    assert len([one for one in answers if isinstance(one, NotFound)]) == 4
    assert [link.kind for link in await spine.audit_of()].count(Kind.CANCEL_REQUESTED) == 1
