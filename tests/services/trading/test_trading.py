"""What a strategy may do to what its broker already holds, in every mode."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import Kind
from core.errors import BrokerRefused, NotAllowed, NotFound, OutcomeUnknown, Unready
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action
from core.orders.states import BrokerStatus
from tests.factories import ASHA, some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
ALLOWED = [(AUTO, LIVE), (AUTO, SANDBOX), (SEMI, SANDBOX)]
RESTING = some_terms(limit=700)
Doing = Callable[[Spine, BrokerOrderId], Awaitable[object]]


async def cancel(spine: Spine, broker_order_id: BrokerOrderId) -> object:
    """Cancel the order."""
    return await spine.services.trading.cancel(await spine.caller(), broker_order_id)


async def cancel_all(spine: Spine, broker_order_id: BrokerOrderId) -> object:
    """Cancel every order."""
    return await spine.services.trading.cancel_all(await spine.caller())


async def modify(spine: Spine, broker_order_id: BrokerOrderId) -> object:
    """Ask for another price."""
    return await spine.services.trading.modify(await spine.caller(), broker_order_id, some_terms(limit=710))


async def close_all(spine: Spine, broker_order_id: BrokerOrderId) -> object:
    """Close every position."""
    return await spine.services.trading.close_all(await spine.caller(), "momentum", {"strategy": "momentum"})


async def resting_order(spine: Spine, trading_mode: TradingMode) -> BrokerOrder:
    """An order of ours that rests in this book, left by earlier auto trading."""
    await spine.switch(order_mode=AUTO, trading_mode=trading_mode)
    await spine.send(RESTING)
    (order,) = await spine.book(trading_mode).list_orders()
    return order


@pytest.mark.parametrize(
    ("doing", "operation"),
    [
        (cancel, "cancelorder"),
        (cancel_all, "cancelallorder"),
        (modify, "modifyorder"),
        (close_all, "closeposition"),
    ],
)
async def test_in_semi_auto_live_only_the_client_may(spine: Spine, doing: Doing, operation: str) -> None:
    order = await resting_order(spine, LIVE)
    await spine.send(some_terms())
    await spine.switch(order_mode=SEMI)
    before = await spine.book().list_orders()

    with pytest.raises(NotAllowed, match=f"Operation {operation} is not allowed in Semi-Auto mode"):
        await doing(spine, order.broker_order_id)

    assert await spine.book().list_orders() == before
    link = (await spine.audit_of())[-1]
    assert (link.kind, json.loads(link.facts)["operation"]) == (Kind.OPERATION_REFUSED, operation)


@pytest.mark.parametrize(("order_mode", "trading_mode"), ALLOWED)
async def test_order_is_cancelled_in_its_own_book(
    spine: Spine, order_mode: OrderMode, trading_mode: TradingMode
) -> None:
    order = await resting_order(spine, trading_mode)
    await spine.switch(order_mode=order_mode)

    await cancel(spine, order.broker_order_id)

    assert (await spine.book(trading_mode).get(order.broker_order_id)).status is BrokerStatus.CANCELLED
    (page,) = (await spine.services.client_view.list_orders(ASHA)).orders
    assert page.broker_status is BrokerStatus.CANCELLED
    told = [link.kind for link in await spine.audit_of() if not link.kind.startswith("book.")][-3:]
    assert told == [Kind.CANCEL_REQUESTED, Kind.BROKER_ANSWERED, Kind.LEG_CANCELLED]


@pytest.mark.parametrize(("order_mode", "trading_mode"), ALLOWED)
async def test_order_gets_new_terms(spine: Spine, order_mode: OrderMode, trading_mode: TradingMode) -> None:
    order = await resting_order(spine, trading_mode)
    await spine.switch(order_mode=order_mode)

    await modify(spine, order.broker_order_id)

    assert (await spine.book(trading_mode).get(order.broker_order_id)).terms == some_terms(limit=710)
    assert Kind.MODIFY_REQUESTED in [link.kind for link in await spine.audit_of()]


@pytest.mark.parametrize(("order_mode", "trading_mode"), ALLOWED)
async def test_every_open_position_is_closed_at_once(
    spine: Spine, order_mode: OrderMode, trading_mode: TradingMode
) -> None:
    await spine.switch(order_mode=AUTO, trading_mode=trading_mode)
    await spine.send(some_terms(quantity=7), some_terms(Action.SELL, 5, symbol="RELIANCE"))
    await spine.switch(order_mode=order_mode)

    order = await spine.services.trading.close_all(await spine.caller(), "momentum", {})

    assert order is not None
    assert order.broker_status is BrokerStatus.COMPLETE
    closed = {(leg.terms.symbol, leg.terms.action, int(leg.terms.quantity)) for leg in order.legs}
    assert closed == {("SBIN", Action.SELL, 7), ("RELIANCE", Action.BUY, 5)}
    assert {position.quantity for position in await spine.book(trading_mode).list_positions()} == {0}


async def test_closing_nothing_makes_no_order(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)

    assert await close_all(spine, BrokerOrderId("")) is None
    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]


async def test_every_open_order_is_cancelled_and_final_ones_are_left(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)
    done = await spine.send(some_terms())
    resting = [await spine.send(RESTING) for _ in range(3)]

    result = await spine.services.trading.cancel_all(await spine.caller())

    assert result.cancelled == tuple(order.legs[0].broker_order_id for order in resting)
    assert result.failed == ()
    assert (await spine.order(done.id)).broker_status is BrokerStatus.COMPLETE


@pytest.mark.parametrize("fault", [NotFound("gone"), BrokerRefused("too late"), OutcomeUnknown("no answer")])
async def test_one_order_that_cannot_be_cancelled_does_not_save_the_others(
    spine: Spine, scripted: Scripted, fault: Exception
) -> None:
    await spine.switch(order_mode=AUTO)
    first, second = await spine.send(RESTING), await spine.send(RESTING)
    scripted.broker.on_change = [fault]

    result = await scripted.trading.cancel_all(await spine.caller())

    assert result.failed == ((first.legs[0].broker_order_id, str(fault)),)
    assert result.cancelled == (second.legs[0].broker_order_id,)


@pytest.mark.parametrize("fault", [NotFound("gone"), BrokerRefused("too late"), OutcomeUnknown("no answer")])
async def test_what_the_broker_answered_is_audited_whatever_it_was(
    spine: Spine, scripted: Scripted, fault: Exception
) -> None:
    order = await resting_order(spine, LIVE)
    scripted.broker.on_change = [fault]

    with pytest.raises(type(fault)):
        await scripted.trading.cancel(await spine.caller(), order.broker_order_id)

    kinds = Kind.CANCEL_REQUESTED, Kind.BROKER_ANSWERED
    requested, answered = [link for link in await spine.audit_of() if link.kind in kinds]
    assert (requested.kind, answered.kind) == (Kind.CANCEL_REQUESTED, Kind.BROKER_ANSWERED)
    assert json.loads(answered.facts) == {"orderid": order.broker_order_id, "error": str(fault)}


async def test_unknown_order_is_not_found(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO)

    for doing in (cancel, modify):
        with pytest.raises(NotFound):
            await doing(spine, BrokerOrderId("26112399999999"))


async def test_order_of_the_other_book_is_not_found(spine: Spine) -> None:
    live = await resting_order(spine, LIVE)
    await spine.switch(trading_mode=SANDBOX)

    with pytest.raises(NotFound):
        await cancel(spine, live.broker_order_id)

    assert (await spine.book(LIVE).get(live.broker_order_id)).status is BrokerStatus.OPEN


@pytest.mark.parametrize("doing", [cancel, cancel_all, modify, close_all])
async def test_unreadable_mode_does_nothing(spine: Spine, doing: Doing) -> None:
    order = await resting_order(spine, LIVE)
    spine.sql("UPDATE accounts SET order_mode = 'manual'")

    with pytest.raises(Unready, match="not readable"):
        await doing(spine, order.broker_order_id)

    assert [one.status for one in await spine.book().list_orders()] == [BrokerStatus.OPEN]


async def test_account_unlike_the_caller_knew_closes_nothing(spine: Spine) -> None:
    await spine.switch(order_mode=AUTO, trading_mode=SANDBOX)
    await spine.send(some_terms())
    caller = await spine.caller()
    await spine.switch(trading_mode=LIVE)

    with pytest.raises(Unready):
        await spine.services.trading.close_all(caller, "momentum", {})

    assert not await spine.book(LIVE).list_orders()


async def test_book_of_a_mode_that_cannot_be_read_is_not_opened(spine: Spine) -> None:
    with pytest.raises(Unready, match="not readable"):
        await spine.services.books.orders(replace(spine.account, trading_mode="real"))
