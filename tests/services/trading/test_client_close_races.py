"""What happens between the question, the tap and the broker: never more is closed than is held."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import Kind
from core.errors import BrokerUnavailable, TooLate, Unauthorized
from core.orders.order import Action, Product
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import ASHA, RAVI, some_terms
from tests.runtime import STUCK, Spine
from tests.services.conftest import Scripted
from tests.services.trading.client_acts import ask_close, bought, clients_orders, confirm_close, held

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX


async def test_two_people_confirm_the_same_close_and_it_is_closed_once(spine: Spine) -> None:
    await bought(spine)
    first, second = await ask_close(spine, by=ASHA), await ask_close(spine, by=RAVI)

    answers = await asyncio.gather(
        spine.services.client_actions.closes.confirm(ASHA, first.token),
        spine.services.client_actions.closes.confirm(RAVI, second.token),
        return_exceptions=True,
    )
    await spine.execute()

    (refused,) = [one for one in answers if isinstance(one, BaseException)]
    assert isinstance(refused, TooLate)
    assert "on its way to the broker" in str(refused)
    assert await held(spine) == 0
    assert len(await clients_orders(spine)) == 1


async def test_the_second_of_two_finds_nothing_left(spine: Spine) -> None:
    await bought(spine)
    first, second = await ask_close(spine, by=ASHA), await ask_close(spine, by=RAVI)
    await confirm_close(spine, first)

    with pytest.raises(TooLate, match="nothing left to close"):
        await confirm_close(spine, second, RAVI)

    assert await held(spine) == 0


async def test_a_position_that_the_strategy_closed_meanwhile_is_not_closed_again(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(Action.SELL, 10))

    with pytest.raises(TooLate, match="nothing left to close"):
        await confirm_close(spine, question)

    assert await held(spine) == 0
    assert await clients_orders(spine) == []


async def test_of_a_position_that_became_smaller_only_the_rest_is_closed(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(Action.SELL, 6))

    closing = await confirm_close(spine, question)

    assert closing.asked == (some_terms(Action.SELL, 10),)
    assert closing.legs == (some_terms(Action.SELL, 4),)
    assert await held(spine) == 0


async def test_a_position_that_turned_round_is_left_alone(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(Action.SELL, 25))

    with pytest.raises(TooLate, match="nothing left to close"):
        await confirm_close(spine, question)

    assert await held(spine) == -15


async def test_a_position_that_grew_is_closed_as_far_as_was_confirmed(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    await spine.switch(order_mode=AUTO)
    await spine.send(some_terms(quantity=5))

    await confirm_close(spine, question)

    assert await held(spine) == 5


async def test_what_the_position_became_between_the_tap_and_the_sending_counts(spine: Spine) -> None:
    await bought(spine)
    closing = await spine.services.client_actions.closes.confirm(ASHA, (await ask_close(spine)).token)
    # Past Countersign, as in the broker's own app, before the executor has its turn.
    await spine.book().add_order("CBYHAND", some_terms(Action.SELL, 8), "")  # type: ignore[arg-type]

    await spine.execute()

    order = await spine.order(closing.order_id)
    assert await held(spine) == 2
    assert order.legs[0].broker_status is BrokerStatus.CANCELLED
    assert order.legs[0].message == "Not sent: the position has become smaller, or was closed already"
    assert order.legs[0].sent_at is None
    assert await spine.told_of(order.id) == [Kind.ORDER_RECEIVED, Kind.ORDER_APPROVED, Kind.LEG_LAPSED]
    assert not (await spine.runtime.audit.verify()).breaks


async def test_while_another_order_is_on_its_way_nothing_is_closed(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    waiting = await spine.approved(some_terms(Action.SELL, 10))

    with pytest.raises(TooLate, match="Another order for SBIN is on its way"):
        await spine.services.client_actions.closes.confirm(ASHA, question.token)
    await spine.execute()

    assert (await spine.order(waiting)).broker_status is BrokerStatus.COMPLETE
    assert await held(spine) == 0
    with pytest.raises(TooLate, match="nothing left to close"):
        await confirm_close(spine, question)


async def test_a_close_waits_for_an_order_whose_outcome_is_not_known(spine: Spine, scripted: Scripted) -> None:
    await bought(spine)
    closing = await spine.services.client_actions.closes.confirm(ASHA, (await ask_close(spine)).token)
    other = await spine.approved(some_terms(Action.SELL, 10))
    spine.sql("UPDATE legs SET broker_status = 'unknown' WHERE order_id = ?", other)

    await scripted.executor.execute_due()

    assert scripted.broker.placed == []
    assert (await spine.order(closing.order_id)).legs[0].broker_status is BrokerStatus.READY
    assert "Another order for SBIN" in scripted.executor.problem


async def test_a_mode_that_changed_in_between_closes_nothing(spine: Spine) -> None:
    await bought(spine)
    await bought(spine, 10, SANDBOX)
    await spine.switch(trading_mode=LIVE)
    question = await ask_close(spine)
    await spine.switch(trading_mode=SANDBOX)

    with pytest.raises(TooLate, match="changed its mode"):
        await confirm_close(spine, question)

    assert {await held(spine, LIVE), await held(spine, SANDBOX)} == {Decimal(10)}


async def test_a_disabled_account_closes_nothing(spine: Spine) -> None:
    await bought(spine)
    question = await ask_close(spine)
    await spine.switch(enabled=False)

    with pytest.raises(Unauthorized, match="disabled"):
        await confirm_close(spine, question)


async def test_a_close_that_could_not_be_sent_in_time_expires(spine: Spine, scripted: Scripted) -> None:
    await bought(spine)
    closing = await spine.services.client_actions.closes.confirm(ASHA, (await ask_close(spine)).token)
    scripted.broker.on_check = [BrokerUnavailable("away")]

    await scripted.executor.execute_due()
    spine.clock.advance(minutes=2)
    await spine.runtime.expiry.sweep()
    await spine.execute()

    assert (await spine.order(closing.order_id)).status is QueueStatus.EXPIRED
    assert await held(spine) == 10


async def test_a_close_that_was_stored_is_sent_after_all(spine: Spine) -> None:
    await bought(spine)
    spine.sql(STUCK)
    closing = await spine.services.client_actions.closes.confirm(ASHA, (await ask_close(spine)).token)
    spine.sql("DROP TRIGGER stuck")

    await spine.execute()
    await spine.execute()

    assert (await spine.order(closing.order_id)).broker_status is BrokerStatus.COMPLETE
    assert await held(spine) == 0


async def test_a_long_close_is_cut_into_pieces_that_never_close_more_than_is_held(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    nifty = next(one for one in spine.runtime.listing.search("NIFTY", "NFO", 50) if one.freeze_quantity)
    terms = some_terms(quantity=nifty.freeze_quantity, symbol=nifty.symbol, exchange="NFO", product=Product.NRML)
    spine.feed.pin("NFO", nifty.symbol, Decimal(100))
    await spine.send(terms)
    await spine.send(replace(terms, quantity=Decimal(nifty.lot)))
    bought_quantity = await held(spine)

    question = await spine.services.client_actions.closes.ask(ASHA, spine.account.id)
    closing = await confirm_close(spine, question)
    await spine.execute()

    order = await spine.order(closing.order_id)
    assert [int(leg.terms.quantity) for leg in order.legs] == [nifty.freeze_quantity, nifty.lot]
    assert bought_quantity == nifty.freeze_quantity + nifty.lot
    assert await held(spine) >= 0
