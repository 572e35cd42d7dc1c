"""A client closes positions: in every mode, with one question, as an order of their own."""

import asyncio
import json
from decimal import Decimal

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import Kind
from core.client.closing import HowMuch, Part
from core.errors import Invalid, NotAllowed, NotFound, Unauthorized
from core.ids import UserId
from core.orders.order import Action, ApiType
from core.orders.states import BrokerStatus, QueueStatus
from core.services.trading.client_closes import Closing
from tests.factories import ASHA, MALLORY, OMKAR, RAVI, VEENA, some_terms
from tests.runtime import Spine
from tests.services.trading.client_acts import ask_close, bought, clients_orders, confirm_close, held

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX


@pytest.mark.parametrize("order_mode", [SEMI, AUTO])
@pytest.mark.parametrize("trading_mode", [LIVE, SANDBOX])
@pytest.mark.parametrize("person", [ASHA, RAVI])
async def test_owner_and_approver_close_in_every_mode(
    spine: Spine, order_mode: OrderMode, trading_mode: TradingMode, person: UserId
) -> None:
    await bought(spine, 10, trading_mode)
    await spine.switch(order_mode=order_mode)

    await confirm_close(spine, await ask_close(spine, by=person), person)

    assert await held(spine, trading_mode) == 0


async def test_the_client_closes_what_the_api_may_not(spine: Spine) -> None:
    await bought(spine)
    with pytest.raises(NotAllowed):
        await spine.services.trading.close_all(await spine.caller(), "momentum", {})

    await confirm_close(spine, await ask_close(spine))

    assert await held(spine) == 0


async def test_a_close_is_an_order_of_the_person_who_confirmed_it(spine: Spine) -> None:
    await bought(spine)

    closing = await confirm_close(spine, await ask_close(spine, by=RAVI), RAVI)

    order = await spine.order(closing.order_id)
    assert (order.api_type, order.status, order.broker_status) == (
        ApiType.CLIENT,
        QueueStatus.APPROVED,
        BrokerStatus.COMPLETE,
    )
    assert (order.approved_by, order.approved_by_id) == ("Ravi", RAVI)
    assert spine.sql("SELECT api_key_id FROM orders WHERE id = ?", order.id) == [(None,)]
    (leg,) = order.legs
    assert leg.terms == some_terms(Action.SELL)
    trail = [(link.kind, link.actor) for link in await spine.audit_of() if link.order_id == order.id]
    assert trail[:2] == [(Kind.ORDER_RECEIVED, "telegram:1002 Ravi"), (Kind.ORDER_APPROVED, "telegram:1002 Ravi")]
    assert [kind for kind, _ in trail[2:]] == [Kind.LEG_SENDING, Kind.LEG_FILLED]
    assert not (await spine.runtime.audit.verify()).breaks


async def test_a_short_position_is_bought_back(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(Action.SELL, 10))

    question = await ask_close(spine)
    await confirm_close(spine, question)

    assert question.legs == (some_terms(Action.BUY, 10),)
    assert await held(spine) == 0


@pytest.mark.parametrize(("how_much", "sold"), [(Part.ALL, 11), (Part.HALF, 5), (Decimal(3), 3), (Decimal(11), 11)])
async def test_what_is_asked_is_what_is_sold(spine: Spine, how_much: HowMuch, sold: int) -> None:
    await bought(spine, 11)

    question = await ask_close(spine, how_much)
    await confirm_close(spine, question)

    assert question.legs == (some_terms(Action.SELL, sold),)
    assert await held(spine) == 11 - sold


@pytest.mark.parametrize(
    ("how_much", "why"),
    [
        (Decimal(0), "must be a positive number"),
        (Decimal(-3), "must be a positive number"),
        (Decimal("2.5"), "multiples of lot size 1"),
        (Decimal(12), "Only 11 is held, so 12 cannot be closed"),
    ],
)
async def test_a_quantity_that_cannot_be_closed_is_refused(spine: Spine, how_much: HowMuch, why: str) -> None:
    await bought(spine, 11)

    with pytest.raises(Invalid, match=why):
        await ask_close(spine, how_much)


async def test_everything_is_closed_by_one_order(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(quantity=7), some_terms(Action.SELL, 5, symbol="RELIANCE"))
    await spine.switch(order_mode=SEMI)

    question = await spine.services.client_actions.closes.ask(ASHA, spine.account.id)
    await confirm_close(spine, question)

    assert {(leg.symbol, leg.action, int(leg.quantity)) for leg in question.legs} == {
        ("SBIN", Action.SELL, 7),
        ("RELIANCE", Action.BUY, 5),
    }
    assert {one.quantity for one in await spine.book().list_positions()} == {0}
    assert len(await clients_orders(spine)) == 1


async def test_nothing_to_close_is_said(spine: Spine) -> None:
    with pytest.raises(NotFound, match="not open any more"):
        await spine.services.client_actions.closes.ask(ASHA, spine.account.id)
    with pytest.raises(NotFound, match="not open any more"):
        await ask_close(spine)


@pytest.mark.parametrize("person", [VEENA, OMKAR, MALLORY])
async def test_viewers_and_others_cannot_ask(spine: Spine, person: UserId) -> None:
    await bought(spine)

    with pytest.raises(Unauthorized):
        await ask_close(spine, by=person)


async def test_who_may_decide_no_more_closes_nothing(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine, by=RAVI)
    await spine.link(RAVI, Role.VIEWER)

    with pytest.raises(Unauthorized, match="not trade on it"):
        await confirm_close(spine, question, RAVI)

    assert await held(spine) == 10


async def test_a_question_works_once_and_only_for_who_asked(spine: Spine) -> None:
    await bought(spine, 20)
    question = await ask_close(spine, Decimal(10))
    with pytest.raises(NotFound):
        await confirm_close(spine, question, RAVI)

    answers = await asyncio.gather(
        *(spine.services.client_actions.closes.confirm(ASHA, question.token) for _ in range(5)),
        return_exceptions=True,
    )
    await spine.execute()

    assert len([one for one in answers if isinstance(one, Closing)]) == 1
    assert await held(spine) == 10


async def test_a_question_is_void_after_two_minutes(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    spine.clock.advance(minutes=2)

    with pytest.raises(NotFound, match="too old"):
        await confirm_close(spine, question)


async def test_open_orders_that_would_close_it_too_are_named(spine: Spine) -> None:
    await bought(spine)
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(Action.SELL, 10, limit=820))
    await spine.send(some_terms(Action.BUY, 10, limit=780))

    question = await ask_close(spine)

    assert [one.terms for one in question.resting] == [some_terms(Action.SELL, 10, limit=820)]


async def test_the_clients_order_is_in_the_strategys_list_and_stream(spine: Spine) -> None:
    await bought(spine)
    closing = await confirm_close(spine, await ask_close(spine))

    page = await spine.services.order_list.page(spine.account.id, None, None, 10)
    told = await spine.services.events.after(spine.account.id, 0, 100)

    assert page.page.orders[0].id == closing.order_id
    names = [event.name.value for event in told.events if event.order.id == closing.order_id]
    assert names == ["approved", "leg", "executed"]


async def test_facts_of_the_trail_name_the_exact_order(spine: Spine) -> None:
    await bought(spine)

    closing = await confirm_close(spine, await ask_close(spine, Part.HALF))

    received = next(
        json.loads(link.facts)
        for link in await spine.audit_of()
        if link.order_id == closing.order_id and link.kind == Kind.ORDER_RECEIVED
    )
    assert received["api_type"] == "client"
    assert received["legs"] == [[1, "NSE", "SBIN", "SELL", "5", "MARKET", "MIS", "0", "0", 0]]
