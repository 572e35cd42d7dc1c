"""Prices reach resting orders, wake the refresher, and otherwise cost nothing."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.order_numbers import BookKey
from core.accounts import TradingMode
from core.ids import AccountId
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, LIMIT, SANDBOX, SELL, SL, Rig, terms
from tests.waiting import SOON


async def test_price_touched_for_a_moment_is_not_missed(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.pin(789)
    await rig.tick(800)
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


async def test_fill_and_trigger_set_the_wake_up(rig: Rig) -> None:
    await rig.place(terms(BUY, 5, SL, 806, trigger_price=805))
    await rig.tick(804)
    assert rig.wake.count == 0
    await rig.tick(820)
    assert rig.wake.count == 1
    await rig.tick(806)
    assert rig.wake.count == 2


async def test_several_orders_fill_in_one_save_oldest_first(rig: Rig) -> None:
    placed = [await rig.place(terms(BUY, quantity, LIMIT, 790)) for quantity in (1, 2, 3)]
    saves = rig.store.saves
    await rig.tick(789)
    assert rig.store.saves == saves + 1
    trades = await rig.broker.list_trades()
    assert [trade.broker_order_id for trade in trades] == [order.broker_order_id for order in placed]
    assert (await rig.position()).quantity == 6


async def test_ticks_without_resting_orders_touch_nothing(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    await rig.broker.cancel(order.broker_order_id)
    await rig.place(terms())
    rig.store.is_down = True
    await rig.tick(700)
    rig.feed.tick_once()
    await rig.brokers.drain()
    assert rig.wake.count == 0


async def test_tick_of_another_instrument_leaves_the_order(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.feed.pin("BSE", "SBIN", Decimal(700))
    await rig.brokers.drain()
    assert (await rig.now(order)).status is BrokerStatus.OPEN


async def test_price_that_comes_during_the_save_counts_for_the_new_order(rig: Rig) -> None:
    rig.store.while_saving = lambda: rig.pin(789)
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.pin(800)
    await rig.brokers.drain()
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


async def test_one_price_serves_every_book(rig: Rig) -> None:
    keys = [BookKey(TradingMode.LIVE, AccountId(number)) for number in (1, 2, 3)]
    for key in keys:
        await rig.brokers.book(key).add_order(rig.next_client_order_id(), terms(SELL, 5, LIMIT, 810), "momentum")
    await rig.tick(811)
    assert [(await rig.brokers.book(key).list_positions())[0].quantity for key in keys] == [-5, -5, -5]


async def test_book_that_is_done_leaves_the_others_their_prices(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    other = await rig.brokers.book(SANDBOX).add_order(rig.next_client_order_id(), terms(BUY, 5, LIMIT, 780), "")
    await rig.broker.cancel(order.broker_order_id)
    await rig.tick(780)
    assert (await rig.brokers.book(SANDBOX).get(other.broker_order_id)).status is BrokerStatus.COMPLETE


async def test_worker_fills_until_it_is_cancelled(rig: Rig) -> None:
    worker = asyncio.create_task(rig.brokers.run())
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.pin(789)
    async with asyncio.timeout(SOON):
        await rig.wake.was_set.wait()
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    assert worker.cancelled()


async def test_closed_brokers_hear_no_prices(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 5, LIMIT, 790))
    rig.brokers.close()
    await rig.tick(789)
    assert (await rig.now(order)).status is BrokerStatus.OPEN


async def test_final_orders_do_not_stay_in_memory(rig: Rig) -> None:
    for _ in range(50):
        await rig.place(terms())
        order = await rig.place(terms(BUY, 5, LIMIT, 790))
        await rig.broker.cancel(order.broker_order_id)
    state = await rig.broker._book.current()
    assert not list(state.resting_orders())
    assert len(state.positions) == 1


async def test_a_quote_that_tells_nothing_new_fills_no_order_that_waits(rig: Rig) -> None:
    rig.pin(800, 799, 801)
    passive = await rig.place(terms(BUY, 5, LIMIT, 800))

    rig.clock.advance(seconds=5)
    await rig.broker.keep_time()
    await rig.tick(800, 799, 801)
    assert (await rig.now(passive)).status is BrokerStatus.OPEN

    await rig.tick(799, 798, 800)
    assert (await rig.now(passive)).status is BrokerStatus.COMPLETE


async def test_a_price_that_cannot_be_pulls_no_stop(rig: Rig) -> None:
    await rig.place(terms(BUY, 5))
    stop = await rig.place(terms(SELL, 5, SL, 770, trigger_price=780))
    ordinary = rig.feed.quote("NSE", "SBIN")
    assert ordinary is not None

    await rig.broker.apply_quote(replace(ordinary, ltp=Decimal(80), low=Decimal(795), high=Decimal(812)))

    assert (await rig.now(stop)).status is BrokerStatus.TRIGGER_PENDING
