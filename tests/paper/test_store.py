"""The store is the truth: restarts, failing saves, and what need not stay in memory."""

import asyncio
from decimal import Decimal

import pytest

from core.errors import BrokerUnavailable
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, CNC, LIMIT, SANDBOX, SELL, Rig, terms


async def _snapshot(rig: Rig) -> tuple[object, ...]:
    broker = rig.broker
    return (
        tuple(await broker.list_orders()),
        tuple(await broker.list_trades()),
        {(p.symbol, p.product): p for p in await broker.list_positions()},
        tuple(await broker.list_holdings()),
        await broker.get_funds(),
    )


async def test_restart_changes_nothing(rig: Rig) -> None:
    await rig.place(terms(BUY, 7))
    await rig.place(terms(BUY, 10, product=CNC))
    await rig.place(terms(SELL, 3))
    await rig.place(terms(BUY, 5, LIMIT, 790))
    before = await _snapshot(rig)
    rig.restart()
    assert await _snapshot(rig) == before


async def test_resting_order_fills_after_a_restart_once_its_book_is_open(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.restart()
    await rig.brokers.open_book(rig.key)
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


async def test_a_start_opens_the_books_that_were_used(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.restart()
    await rig.brokers.open_used()
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


async def test_order_ids_go_on_after_a_restart(rig: Rig) -> None:
    first = await rig.place(terms())
    rig.restart()
    assert (await rig.place(terms())).broker_order_id > first.broker_order_id


async def test_failed_save_places_nothing(rig: Rig) -> None:
    await rig.place(terms())
    before = await _snapshot(rig)
    rig.store.fails_before_saving = True
    client_order_id = rig.next_client_order_id()
    with pytest.raises(BrokerUnavailable, match="the disk is full"):
        await rig.broker.add_order(client_order_id, terms(), "momentum")
    assert await _snapshot(rig) == before
    rig.store.fails_before_saving = False
    assert (await rig.broker.add_order(client_order_id, terms(), "momentum")).status is BrokerStatus.COMPLETE


async def test_place_that_dies_after_saving_is_remembered(rig: Rig) -> None:
    await rig.broker.cancel((await rig.place(terms(BUY, 5, LIMIT, 790))).broker_order_id)
    rig.store.dies_after_saving = True
    with pytest.raises(asyncio.CancelledError):
        await rig.place(terms())
    rig.store.dies_after_saving = False
    assert (await rig.position()).quantity == 10
    after_death = await _snapshot(rig)
    rig.restart()
    assert await _snapshot(rig) == after_death


async def test_failed_save_of_a_fill_is_made_up_for_by_the_next_price(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.store.fails_before_saving = True
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.OPEN
    assert rig.wake.count == 0
    rig.store.fails_before_saving = False
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


async def test_failed_save_of_a_change_leaves_the_order(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.store.fails_before_saving = True
    with pytest.raises(BrokerUnavailable):
        await rig.broker.cancel(order.broker_order_id)
    with pytest.raises(BrokerUnavailable):
        await rig.modify(order, terms(BUY, 6, LIMIT, 790))
    assert await rig.now(order) == order


async def test_unusable_store_makes_the_broker_unavailable(rig: Rig) -> None:
    rig.store.is_down = True
    with pytest.raises(BrokerUnavailable, match="the database is locked"):
        await rig.broker.check()
    with pytest.raises(BrokerUnavailable):
        await rig.broker.list_orders()
    with pytest.raises(BrokerUnavailable):
        await rig.place(terms())
    rig.store.is_down = False
    await rig.broker.check()


async def test_concurrent_orders_share_the_money(rig: Rig) -> None:
    placing = (rig.place(terms(BUY, 5_000)) for _ in range(4))
    outcomes = await asyncio.gather(*placing, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 2
    assert (await rig.broker.get_funds()).available == Decimal(2_000_000)


async def test_books_never_see_each_other(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    sandbox = rig.brokers.book(SANDBOX)
    await sandbox.add_order(rig.next_client_order_id(), terms(SELL, 3), "mean reversion")
    assert order.client_order_id is not None
    assert await sandbox.find_ours(order.client_order_id) is None
    assert [o.terms.action for o in await sandbox.list_orders()] == [SELL]
    assert [p.quantity for p in await sandbox.list_positions()] == [-3]
    assert not await rig.broker.list_positions()
    assert (await rig.broker.get_funds()).used == 3_950


async def test_same_client_order_id_may_exist_in_two_books(rig: Rig) -> None:
    order = await rig.place(terms())
    assert order.client_order_id is not None
    twin = await rig.brokers.book(SANDBOX).add_order(order.client_order_id, terms(), "momentum")
    assert twin.broker_order_id != order.broker_order_id


async def test_book_is_loaded_once(rig: Rig) -> None:
    for _ in range(3):
        await rig.place(terms())
        await rig.broker.get_funds()
    assert rig.store.loads == 1
