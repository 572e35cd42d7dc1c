"""Modifying and cancelling what rests, and only that."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import BrokerRefused, NotFound
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, CNC, LIMIT, MARKET, SELL, SL, SL_M, Rig, terms

Make = Callable[[Rig], Awaitable[BrokerOrder]]


async def _filled(rig: Rig) -> BrokerOrder:
    return await rig.place(terms())


async def _cancelled(rig: Rig) -> BrokerOrder:
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    return await rig.broker.cancel(order.broker_order_id)


async def _rejected(rig: Rig) -> BrokerOrder:
    with pytest.raises(BrokerRefused):
        await rig.place(terms(symbol="NOPE"))
    return (await rig.broker.list_orders())[-1]


async def test_cancelled_order_never_fills(rig: Rig) -> None:
    order = await _cancelled(rig)
    await rig.tick(700)
    assert (await rig.now(order)).status is BrokerStatus.CANCELLED
    assert not await rig.broker.list_positions()


@pytest.mark.parametrize("make", [_filled, _cancelled, _rejected])
async def test_final_order_can_be_neither_cancelled_nor_modified(rig: Rig, make: Make) -> None:
    order = await make(rig)
    with pytest.raises(BrokerRefused, match=f"Cannot cancel order in {order.status} status"):
        await rig.broker.cancel(order.broker_order_id)
    with pytest.raises(BrokerRefused, match=f"Cannot modify order in {order.status} status"):
        await rig.modify(order, order.terms)
    assert await rig.now(order) == order


async def test_unknown_order_is_not_found(rig: Rig) -> None:
    unknown = BrokerOrderId("26112300000099")
    with pytest.raises(NotFound, match="Order 26112300000099 not found"):
        await rig.broker.cancel(unknown)
    with pytest.raises(NotFound):
        await rig.broker.modify(unknown, OrderChange(terms()))
    with pytest.raises(NotFound):
        await rig.broker.get(unknown)


async def test_new_price_and_quantity_count_from_then_on(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    rig.clock.advance(minutes=1)
    changed = await rig.modify(order, terms(BUY, 25, LIMIT, 780))
    assert (changed.status, changed.updated_at) == (BrokerStatus.OPEN, rig.clock.now())
    assert changed.placed_at == order.placed_at
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.OPEN
    await rig.tick(780)
    assert (await rig.position()).quantity == 25


async def test_modification_to_a_marketable_price_fills_at_once(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    assert (await rig.modify(order, terms(BUY, 10, LIMIT, 805))).average_price == 800


async def test_modification_to_market_fills_at_once(rig: Rig) -> None:
    order = await rig.place(terms(SELL, 10, SL_M, trigger_price=790))
    assert (await rig.modify(order, terms(SELL, 10, MARKET))).status is BrokerStatus.COMPLETE


async def test_triggered_stop_stays_triggered_when_only_its_price_changes(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, SL, 806, trigger_price=805))
    await rig.tick(820)
    rig.pin(804, ask="804.50")
    changed = await rig.modify(order, terms(BUY, 10, SL, 804, trigger_price=805))
    assert changed.status is BrokerStatus.OPEN


async def test_triggered_stop_with_a_new_trigger_waits_again(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, SL, 806, trigger_price=805))
    await rig.tick(820)
    changed = await rig.modify(order, terms(BUY, 10, SL, 835, trigger_price=830))
    assert changed.status is BrokerStatus.TRIGGER_PENDING


@pytest.mark.parametrize("other", [{"symbol": "INFY"}, {"exchange": "BSE"}, {"product": CNC}, {"action": SELL}])
async def test_order_cannot_become_another_one(rig: Rig, other: dict[str, str]) -> None:
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    with pytest.raises(BrokerRefused, match="cannot be modified"):
        await rig.modify(order, replace(order.terms, **other))  # type: ignore[arg-type]
    assert await rig.now(order) == order


@pytest.mark.parametrize(("price", "quantity"), [("790.03", 10), ("0", 10), ("790", 50_000)])
async def test_refused_modification_leaves_the_order_as_it_was(rig: Rig, price: str, quantity: int) -> None:
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    with pytest.raises(BrokerRefused):
        await rig.modify(order, terms(BUY, quantity, LIMIT, price))
    assert await rig.now(order) == order
    await rig.tick(790)
    assert (await rig.position()).quantity == 10


async def test_modification_needs_money_only_for_what_it_adds(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 12_000, LIMIT, 790))
    changed = await rig.modify(order, terms(BUY, 12_500, LIMIT, 790))
    assert changed.terms.quantity == Decimal(12_500)
