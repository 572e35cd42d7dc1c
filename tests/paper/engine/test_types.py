"""What each type of order does when it arrives, and afterwards."""

from decimal import Decimal

import pytest

from core.orders.order import Action, PriceType
from tests.paper.engine.rig import (
    BUY,
    COMPLETE,
    LIMIT,
    MARKET,
    OPEN,
    PENDING,
    REJECTED,
    SELL,
    SL,
    SL_M,
    Rig,
    filled,
)

TEN = Decimal(10)


@pytest.mark.parametrize(("action", "price"), [(BUY, "100.10"), (SELL, "99.90")])
def test_a_market_order_fills_at_the_opposite_price(rig: Rig, action: Action, price: str) -> None:
    rig.quote(100, bid="99.90", ask="100.10")
    assert filled(rig.place(action)) == (COMPLETE, TEN, Decimal(price))


@pytest.mark.parametrize("action", [BUY, SELL])
def test_an_unknown_opposite_price_is_the_last_price_of_unknown_size(rig: Rig, action: Action) -> None:
    rig.quote("100.05", bid=0, ask=0, sizes=(1, 1))
    assert filled(rig.place(action)) == (COMPLETE, TEN, Decimal("100.05"))


@pytest.mark.parametrize(("action", "limit", "fill"), [(BUY, 101, "100.10"), (SELL, 99, "99.90")])
def test_a_marketable_limit_order_fills_at_the_opposite_price(
    rig: Rig, action: Action, limit: int, fill: str
) -> None:
    rig.quote(100, bid="99.90", ask="100.10")
    assert filled(rig.place(action, 10, LIMIT, limit)) == (COMPLETE, TEN, Decimal(fill))


def test_a_limit_order_at_the_last_price_alone_is_not_marketable_as_it_arrives(rig: Rig) -> None:
    rig.quote(100, bid=99, ask=101)
    assert rig.place(BUY, 10, LIMIT, 100).status is OPEN


@pytest.mark.parametrize(("action", "limit", "near", "beyond"), [(BUY, 98, 99, 95), (SELL, 102, 101, 105)])
def test_a_waiting_limit_order_fills_at_its_limit_however_good_the_price(
    rig: Rig, action: Action, limit: int, near: int, beyond: int
) -> None:
    order = rig.place(action, 10, LIMIT, limit)
    rig.tick(near)
    assert rig.now_is(order).status is OPEN
    rig.tick(beyond)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(limit))


@pytest.mark.parametrize(("bid", "ltp", "ask"), [(96, 100, 98), (96, 98, 100)])
def test_a_waiting_limit_order_fills_when_opposite_or_last_price_reaches_it(
    rig: Rig, bid: int, ltp: int, ask: int
) -> None:
    order = rig.place(BUY, 10, LIMIT, 98)
    rig.tick(ltp, bid, ask)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(98))


@pytest.mark.parametrize(("next_ask", "average"), [(97, "97.5"), (99, "98.5"), (102, "99")])
def test_what_is_left_of_a_limit_order_that_came_at_a_better_price_trades_at_the_quote_up_to_its_limit(
    rig: Rig, next_ask: int, average: str
) -> None:
    rig.quote(98, ask=98, sizes=(0, 5))
    order = rig.place(BUY, 10, LIMIT, 100)
    assert filled(order) == (OPEN, Decimal(5), Decimal(98))
    rig.tick(97, ask=next_ask)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(average))


def test_what_is_left_of_a_limit_order_that_came_at_its_limit_trades_at_its_limit(rig: Rig) -> None:
    rig.quote(100, ask=100, sizes=(0, 5))
    order = rig.place(BUY, 10, LIMIT, 100)
    rig.tick(97)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(100))


@pytest.mark.parametrize(
    ("action", "trigger", "before", "there"), [(BUY, 105, "104.95", 105), (SELL, 95, "95.05", 95)]
)
@pytest.mark.parametrize("pricetype", [SL, SL_M])
def test_the_last_price_at_the_trigger_is_enough(
    rig: Rig, pricetype: PriceType, action: Action, trigger: int, before: str, there: int
) -> None:
    order = rig.place(action, 10, pricetype, trigger if pricetype is SL else 0, trigger)
    assert order.status is PENDING
    rig.tick(before, bid=before, ask=before)
    assert rig.now_is(order).status is PENDING
    rig.tick(there)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(trigger))


def test_bid_and_ask_reach_no_trigger(rig: Rig) -> None:
    order = rig.place(BUY, 10, SL_M, trigger=105)
    rig.tick(100, bid=106, ask=107)
    assert rig.now_is(order).status is PENDING


def test_a_triggered_stop_limit_fills_at_the_opposite_price_within_its_limit(rig: Rig) -> None:
    order = rig.place(BUY, 10, SL, 107, 105)
    rig.tick(105, ask=106)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(106))


def test_a_stop_limit_that_was_jumped_over_waits_at_its_limit(rig: Rig) -> None:
    order = rig.place(BUY, 10, SL, 106, 105)
    rig.tick(110)
    assert rig.now_is(order).status is OPEN
    rig.tick(104)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(106))


def test_a_triggered_stop_market_fills_at_the_opposite_price(rig: Rig) -> None:
    order = rig.place(SELL, 10, SL_M, trigger=95)
    rig.tick(90, bid=89)
    assert filled(rig.now_is(order)) == (COMPLETE, TEN, Decimal(89))


@pytest.mark.parametrize(("pricetype", "price"), [(SL, 101), (SL_M, 0)])
def test_a_stop_order_whose_trigger_is_reached_as_it_arrives_trades_at_once(
    rig: Rig, pricetype: PriceType, price: int
) -> None:
    assert filled(rig.place(BUY, 10, pricetype, price, 99)) == (COMPLETE, TEN, Decimal(100))


@pytest.mark.parametrize("age", [61, 3600])
def test_an_old_price_rejects_what_must_trade_and_lets_the_rest_wait(rig: Rig, age: int) -> None:
    rig.wait(seconds=age)
    assert rig.place(BUY, 10, MARKET).status is REJECTED
    assert rig.place(BUY, 10, SL_M, trigger=99).status is REJECTED
    assert rig.place(BUY, 10, SL_M, trigger=101).status is PENDING
    assert rig.place(BUY, 10, LIMIT, 101).status is OPEN
    assert rig.place(BUY, 10, SL, 101, 99).status is PENDING


def test_a_price_is_fresh_for_as_long_as_the_rules_say(rig: Rig) -> None:
    rig.wait(seconds=60)
    assert rig.place(BUY).status is COMPLETE


def test_without_a_price_market_orders_are_rejected_with_the_reason(rig: Rig) -> None:
    rig.quotes.clear()
    assert rig.place(BUY).message == "Cannot place MARKET order for SBIN: NSE has no price for it"
    assert rig.place(BUY, 10, SL_M, trigger=99).status is PENDING
    rig.quote(0)
    assert rig.place(BUY).status is REJECTED
    assert rig.place(BUY, 10, LIMIT, 101).status is OPEN


def test_a_quote_that_touches_nothing_changes_nothing(rig: Rig) -> None:
    rig.place(BUY, 10, LIMIT, 90)
    rig.place(SELL, 10, SL_M, trigger=80)
    assert rig.tick(95) is None
