"""At which price orders fill, and when they rest instead."""

from decimal import Decimal
from random import Random

import pytest

from brokers.feed.simulated_feed import SimulatedFeed
from core.errors import BrokerRefused
from core.orders.order import Action, PriceType
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, LIMIT, SELL, SL, SL_M, Rig, assert_filled, terms


@pytest.mark.parametrize(("action", "price"), [(BUY, "800.05"), (SELL, "799.95")])
async def test_market_order_fills_at_the_opposite_side(rig: Rig, action: Action, price: str) -> None:
    rig.pin(800, bid="799.95", ask="800.05")
    order = await rig.place(terms(action))
    assert_filled(order, price)


@pytest.mark.parametrize("action", [BUY, SELL])
async def test_market_order_fills_at_the_last_price_when_its_side_is_empty(rig: Rig, action: Action) -> None:
    rig.pin("801.50", bid=0, ask=0)
    assert (await rig.place(terms(action))).average_price == Decimal("801.50")


async def test_fill_is_a_trade_with_the_order_s_words(rig: Rig) -> None:
    order = await rig.place(terms())
    (trade,) = await rig.broker.list_trades()
    assert trade.broker_order_id == order.broker_order_id
    assert (trade.quantity, trade.price) == (Decimal(10), Decimal(800))
    assert (trade.strategy, trade.at) == ("momentum", rig.clock.now())


@pytest.mark.parametrize(("action", "limit", "fill"), [(BUY, 810, "800.05"), (SELL, 790, "799.95")])
async def test_marketable_limit_order_fills_at_the_better_price(
    rig: Rig, action: Action, limit: int, fill: str
) -> None:
    rig.pin(800, bid="799.95", ask="800.05")
    order = await rig.place(terms(action, 10, LIMIT, limit))
    assert_filled(order, fill)


@pytest.mark.parametrize(("action", "limit", "near", "there"), [(BUY, 790, 791, 789), (SELL, 810, 809, 811)])
async def test_resting_limit_order_fills_at_its_limit(
    rig: Rig, action: Action, limit: int, near: int, there: int
) -> None:
    order = await rig.place(terms(action, 10, LIMIT, limit))
    assert order.status is BrokerStatus.OPEN
    await rig.tick(near)
    assert (await rig.now(order)).status is BrokerStatus.OPEN
    await rig.tick(there)
    filled = await rig.now(order)
    assert_filled(filled, limit)


@pytest.mark.parametrize("action", [BUY, SELL])
async def test_price_exactly_at_the_limit_is_enough(rig: Rig, action: Action) -> None:
    assert_filled(await rig.place(terms(action, 10, LIMIT, 800)), 800)


@pytest.mark.parametrize("action", [BUY, SELL])
async def test_price_exactly_at_the_trigger_is_enough(rig: Rig, action: Action) -> None:
    assert_filled(await rig.place(terms(action, 10, SL_M, trigger_price=800)), 800)


async def test_resting_buy_fills_when_only_the_ask_comes_down(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, LIMIT, 799))
    await rig.tick(800, bid=798, ask=799)
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


@pytest.mark.parametrize(("action", "trigger", "price", "beyond"), [(BUY, 805, 810, 806), (SELL, 795, 790, 794)])
async def test_stop_limit_waits_for_its_trigger_and_then_fills_at_the_market(
    rig: Rig, action: Action, trigger: int, price: int, beyond: int
) -> None:
    order = await rig.place(terms(action, 10, SL, price, trigger_price=trigger))
    assert order.status is BrokerStatus.TRIGGER_PENDING
    await rig.tick(beyond)
    filled = await rig.now(order)
    assert_filled(filled, beyond)


async def test_stop_limit_that_is_jumped_over_rests_as_a_limit_order(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, SL, 806, trigger_price=805))
    await rig.tick(820)
    assert (await rig.now(order)).status is BrokerStatus.OPEN
    await rig.tick(804)
    filled = await rig.now(order)
    assert_filled(filled, 806)


@pytest.mark.parametrize(("action", "trigger", "fill"), [(BUY, 805, "806.10"), (SELL, 795, "793.90")])
async def test_stop_market_fills_at_the_opposite_side_on_its_trigger(
    rig: Rig, action: Action, trigger: int, fill: str
) -> None:
    order = await rig.place(terms(action, 10, SL_M, trigger_price=trigger))
    assert order.status is BrokerStatus.TRIGGER_PENDING
    at = 806 if action is BUY else 794
    await rig.tick(at, bid="793.90", ask="806.10")
    assert_filled(await rig.now(order), fill)


@pytest.mark.parametrize(("pricetype", "price"), [(SL, 810), (SL_M, 0)])
async def test_stop_order_whose_trigger_is_met_already_is_handled_at_once(
    rig: Rig, pricetype: PriceType, price: int
) -> None:
    order = await rig.place(terms(BUY, 10, pricetype, price, trigger_price=795))
    assert_filled(order, 800)


async def test_stop_limit_beyond_its_price_at_placement_rests(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, SL, 799, trigger_price=795))
    assert order.status is BrokerStatus.OPEN


@pytest.mark.parametrize(("pricetype", "status"), [(LIMIT, BrokerStatus.OPEN), (SL_M, BrokerStatus.TRIGGER_PENDING)])
async def test_order_without_any_price_rests(rig: Rig, pricetype: PriceType, status: BrokerStatus) -> None:
    rig.pin(0)
    order = await rig.place(terms(SELL, 10, pricetype, 790, trigger_price=790))
    await rig.tick(0)
    assert (await rig.now(order)).status is status


async def test_order_for_what_the_feed_does_not_know_rests_or_is_refused(rig: Rig) -> None:
    rig.feed = SimulatedFeed(rig.listing, {}, rig.clock, Random(1))
    rig.restart()
    assert (await rig.place(terms(BUY, 10, LIMIT, 790))).status is BrokerStatus.OPEN
    assert (await rig.place(terms(BUY, 10, SL_M, trigger_price=790))).status is BrokerStatus.TRIGGER_PENDING
    with pytest.raises(BrokerRefused, match="has no price for it"):
        await rig.place(terms())
    assert not await rig.broker.list_positions()


async def test_market_order_ignores_price_and_trigger(rig: Rig) -> None:
    order = await rig.place(terms(BUY, 10, price="0.013", trigger_price="0.013"))
    assert order.status is BrokerStatus.COMPLETE
    assert order.terms.price == Decimal("0.013")
