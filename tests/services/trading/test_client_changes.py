"""A client changes what the broker holds: in every mode, once, on record before the broker is called."""

import json
from decimal import Decimal

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import Kind
from core.errors import BrokerRefused, Invalid, NotAllowed, NotFound, OutcomeUnknown, TooLate
from core.market.market_phase import MarketPhase
from core.orders.gtt import Gtt
from core.orders.order import Action
from core.orders.states import BrokerStatus
from tests.factories import ASHA, RAVI, some_terms
from tests.fakes import ScriptedBroker
from tests.runtime import Spine
from tests.services.trading.gtts import gtt, left
from tests.services.trading.waiting_acts import cancel, change, change_to, over, resting

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
EVERY_MODE = [(order_mode, trading_mode) for order_mode in OrderMode for trading_mode in TradingMode]


@pytest.mark.parametrize(("order_mode", "trading_mode"), EVERY_MODE)
async def test_an_order_gets_a_new_price_in_every_mode(
    spine: Spine, order_mode: OrderMode, trading_mode: TradingMode
) -> None:
    order = await resting(spine, trading_mode)
    await spine.switch(order_mode=order_mode)

    assert await change(spine, order.broker_order_id, {"price": "710", "quantity": "12"}) == ""

    terms = (await spine.book(trading_mode).get(order.broker_order_id)).terms
    assert terms == some_terms(quantity=12, limit=710)


async def test_the_client_does_what_the_api_may_not(spine: Spine) -> None:
    order = await resting(spine)
    caller = await spine.caller()
    for refused in (
        spine.services.trading.cancel(caller, order.broker_order_id),
        spine.services.trading.modify(caller, order.broker_order_id, some_terms(limit=710)),
    ):
        with pytest.raises(NotAllowed):
            await refused

    assert await change(spine, "1", {"price": "710"}) == ""
    assert await cancel(spine, "#1") == [""]


async def test_what_was_asked_is_on_the_trail_before_the_answer_and_names_the_person(spine: Spine) -> None:
    order = await resting(spine)

    await change(spine, "1", {"price": "710"}, RAVI)
    await cancel(spine, "1", RAVI)

    trail = [link for link in await spine.audit_of() if link.actor == "telegram:1002 Ravi" and link.order_id == 1]
    assert [link.kind for link in trail] == [
        Kind.MODIFY_REQUESTED,
        Kind.BROKER_ANSWERED,
        Kind.CANCEL_REQUESTED,
        Kind.BROKER_ANSWERED,
    ]
    assert json.loads(trail[0].facts)["terms"]["price"] == "710"
    assert json.loads(trail[2].facts) == {"orderid": order.broker_order_id}
    assert (await spine.order(1)).broker_status is BrokerStatus.CANCELLED  # type: ignore[arg-type]
    assert not (await spine.runtime.audit.verify()).breaks


async def test_a_question_about_one_thing_does_not_confirm_another(spine: Spine) -> None:
    await resting(spine)
    found = await spine.services.client_actions.cancels.find(ASHA, "1")
    cancelling = await spine.services.client_actions.cancels.ask_cancel(ASHA, found)
    changing = await spine.services.client_actions.changes.ask_change(ASHA, found, {"price": Decimal(710)})

    with pytest.raises(NotFound):
        await spine.services.client_actions.changes.confirm_change(ASHA, cancelling.token)
    with pytest.raises(NotFound):
        await spine.services.client_actions.cancels.confirm_cancel(ASHA, changing.token)
    with pytest.raises(NotFound):
        await spine.services.client_actions.closes.confirm(ASHA, changing.token)


async def test_ticks_and_lots_lead_to_one_question_after_the_other(spine: Spine) -> None:
    order = await resting(spine)
    changes = spine.services.client_actions.changes
    first = await changes.ask_change(ASHA, await spine.services.client_actions.cancels.find(ASHA, "1"), {})
    with pytest.raises(Invalid, match="Nothing is changed yet"):
        await changes.confirm_change(ASHA, first.token)

    second = await changes.step(ASHA, first.token, "price", 3)
    third = await changes.step(ASHA, second.token, "quantity", -4)
    fourth = await changes.ask_again(ASHA, third.token, {"price": Decimal(701)})

    for old in (first, second, third):
        with pytest.raises(NotFound):
            await changes.confirm_change(ASHA, old.token)
        with pytest.raises(NotFound):
            await changes.step(ASHA, old.token, "price", 1)
    assert second.becomes == some_terms(limit=str(700 + 3 * second.tick))
    assert fourth.becomes == some_terms(quantity=6, limit=701)
    assert (await changes.confirm_change(ASHA, fourth.token)).problem == ""
    assert (await spine.book().get(order.broker_order_id)).terms == some_terms(quantity=6, limit=701)


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ({"price": "700.03"}, "not a multiple of the tick size"),
        ({"price": "0"}, "must be a positive number"),
        ({"trigger": "690"}, "has no trigger. It can be changed in: quantity, price"),
        ({"quantity": "1.5"}, "multiples of lot size"),
    ],
)
async def test_what_the_exchange_would_refuse_is_not_asked(spine: Spine, numbers: dict[str, str], why: str) -> None:
    await resting(spine)

    with pytest.raises(Invalid, match=why):
        await change(spine, "1", numbers)


async def test_a_price_outside_of_the_band_is_not_asked(spine: Spine) -> None:
    await resting(spine)
    cancels, changes = over(spine, ScriptedBroker(spine.book()), MarketPhase.SESSION)

    with pytest.raises(Invalid, match="outside of today's price band"):
        await changes.ask_change(ASHA, await cancels.find(ASHA, "1"), {"price": Decimal(2000)})


async def test_terms_that_changed_meanwhile_are_not_written_over(spine: Spine) -> None:
    order = await resting(spine)
    found = await spine.services.client_actions.cancels.find(ASHA, "1")
    question = await spine.services.client_actions.changes.ask_change(ASHA, found, {"price": Decimal(710)})
    await spine.book().modify(order.broker_order_id, change_to(some_terms(limit=705)))

    with pytest.raises(TooLate, match="changed in the meantime"):
        await spine.services.client_actions.changes.confirm_change(ASHA, question.token)

    assert (await spine.book().get(order.broker_order_id)).terms == some_terms(limit=705)


async def test_an_order_that_filled_meanwhile_is_not_changed(spine: Spine) -> None:
    order = await resting(spine)
    found = await spine.services.client_actions.cancels.find(ASHA, "1")
    question = await spine.services.client_actions.changes.ask_change(ASHA, found, {"price": Decimal(710)})
    await spine.book().modify(order.broker_order_id, change_to(some_terms(limit=900)))

    with pytest.raises(TooLate, match="it is filled"):
        await spine.services.client_actions.changes.confirm_change(ASHA, question.token)


@pytest.mark.parametrize("trading_mode", [LIVE, SANDBOX])
async def test_triggers_are_changed_and_cancelled(spine: Spine, trading_mode: TradingMode) -> None:
    await spine.switch(trading_mode=trading_mode)
    await left(spine, gtt((780, 781), (850, 851), action=Action.SELL))

    assert await change(spine, "1", {"trigger": "770", "price": "769", "target": "860"}) == ""

    (waiting,) = await spine.services.client_actions.cancels.list_open(ASHA, spine.account.id)
    assert isinstance(waiting.terms, Gtt)
    assert waiting.terms.sides == gtt((770, 769), (860, 851)).sides
    assert await cancel(spine, "1") == [""]
    assert await spine.services.client_actions.cancels.list_open(ASHA, spine.account.id) == []
    requested = [json.loads(link.facts) for link in await spine.audit_of() if link.kind == Kind.CANCEL_REQUESTED]
    assert [*requested[0]] == ["trigger_id"]


@pytest.mark.parametrize(
    ("fault", "is_unknown"), [(OutcomeUnknown("no answer"), True), (BrokerRefused("not now"), False)]
)
async def test_what_the_broker_does_not_do_or_tell_is_an_outcome(
    spine: Spine, fault: Exception, is_unknown: bool
) -> None:
    await resting(spine)
    broker = ScriptedBroker(spine.book())
    cancels, changes = over(spine, broker)
    found = await cancels.find(ASHA, "1")
    broker.on_change = [fault, fault]

    changing = await changes.ask_change(ASHA, found, {"quantity": Decimal(12)})
    changed = await changes.confirm_change(ASHA, changing.token)
    (cancelled,) = await cancels.confirm_cancel(ASHA, (await cancels.ask_cancel(ASHA, found)).token)

    for one in (changed, cancelled):
        assert (one.problem, one.is_unknown, one.answer) == (str(fault), is_unknown, None)
    errors = [json.loads(link.facts)["error"] for link in await spine.audit_of() if link.kind == Kind.BROKER_ANSWERED]
    assert errors == [str(fault)] * 2
