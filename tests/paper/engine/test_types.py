"""What each type of order does when it arrives, and afterwards."""

from decimal import Decimal

import pytest

from core.orders.order import Action, PriceType
from tests.paper.engine.desk import (
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
    Desk,
    filled,
)

TEN = Decimal(10)


@pytest.mark.parametrize(("action", "price"), [(BUY, "100.10"), (SELL, "99.90")])
def test_a_market_order_fills_at_the_opposite_price(desk: Desk, action: Action, price: str) -> None:
    desk.quote(100, bid="99.90", ask="100.10")
    assert filled(desk.place(action)) == (COMPLETE, TEN, Decimal(price))


@pytest.mark.parametrize("action", [BUY, SELL])
def test_an_unknown_opposite_price_is_the_last_price_of_unknown_size(desk: Desk, action: Action) -> None:
    desk.quote("100.05", bid=0, ask=0, sizes=(1, 1))
    assert filled(desk.place(action)) == (COMPLETE, TEN, Decimal("100.05"))


@pytest.mark.parametrize(("action", "limit", "fill"), [(BUY, 101, "100.10"), (SELL, 99, "99.90")])
def test_a_marketable_limit_order_fills_at_the_opposite_price(
    desk: Desk, action: Action, limit: int, fill: str
) -> None:
    desk.quote(100, bid="99.90", ask="100.10")
    assert filled(desk.place(action, 10, LIMIT, limit)) == (COMPLETE, TEN, Decimal(fill))


def test_a_limit_order_at_the_last_price_alone_is_not_marketable_as_it_arrives(desk: Desk) -> None:
    desk.quote(100, bid=99, ask=101)
    assert desk.place(BUY, 10, LIMIT, 100).status is OPEN


@pytest.mark.parametrize(("action", "limit", "near", "beyond"), [(BUY, 98, 99, 95), (SELL, 102, 101, 105)])
def test_a_waiting_limit_order_fills_at_its_limit_however_good_the_price(
    desk: Desk, action: Action, limit: int, near: int, beyond: int
) -> None:
    order = desk.place(action, 10, LIMIT, limit)
    desk.tick(near)
    assert desk.now_is(order).status is OPEN
    desk.tick(beyond)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(limit))


@pytest.mark.parametrize(("bid", "ltp", "ask"), [(96, 100, 98), (96, 98, 100)])
def test_a_waiting_limit_order_fills_when_opposite_or_last_price_reaches_it(
    desk: Desk, bid: int, ltp: int, ask: int
) -> None:
    order = desk.place(BUY, 10, LIMIT, 98)
    desk.tick(ltp, bid, ask)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(98))


@pytest.mark.parametrize(("next_ask", "average"), [(97, "97.5"), (99, "98.5"), (102, "99")])
def test_what_is_left_of_a_limit_order_that_came_at_a_better_price_trades_at_the_quote_up_to_its_limit(
    desk: Desk, next_ask: int, average: str
) -> None:
    desk.quote(98, ask=98, sizes=(0, 5))
    order = desk.place(BUY, 10, LIMIT, 100)
    assert filled(order) == (OPEN, Decimal(5), Decimal(98))
    desk.tick(97, ask=next_ask)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(average))


def test_what_is_left_of_a_limit_order_that_came_at_its_limit_trades_at_its_limit(desk: Desk) -> None:
    desk.quote(100, ask=100, sizes=(0, 5))
    order = desk.place(BUY, 10, LIMIT, 100)
    desk.tick(97)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(100))


@pytest.mark.parametrize(
    ("action", "trigger", "before", "there"), [(BUY, 105, "104.95", 105), (SELL, 95, "95.05", 95)]
)
@pytest.mark.parametrize("pricetype", [SL, SL_M])
def test_the_last_price_at_the_trigger_is_enough(
    desk: Desk, pricetype: PriceType, action: Action, trigger: int, before: str, there: int
) -> None:
    order = desk.place(action, 10, pricetype, trigger if pricetype is SL else 0, trigger)
    assert order.status is PENDING
    desk.tick(before, bid=before, ask=before)
    assert desk.now_is(order).status is PENDING
    desk.tick(there)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(trigger))


def test_bid_and_ask_reach_no_trigger(desk: Desk) -> None:
    order = desk.place(BUY, 10, SL_M, trigger=105)
    desk.tick(100, bid=106, ask=107)
    assert desk.now_is(order).status is PENDING


def test_a_triggered_stop_limit_fills_at_the_opposite_price_within_its_limit(desk: Desk) -> None:
    order = desk.place(BUY, 10, SL, 107, 105)
    desk.tick(105, ask=106)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(106))


def test_a_stop_limit_that_was_jumped_over_waits_at_its_limit(desk: Desk) -> None:
    order = desk.place(BUY, 10, SL, 106, 105)
    desk.tick(110)
    assert desk.now_is(order).status is OPEN
    desk.tick(104)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(106))


def test_a_triggered_stop_market_fills_at_the_opposite_price(desk: Desk) -> None:
    order = desk.place(SELL, 10, SL_M, trigger=95)
    desk.tick(90, bid=89)
    assert filled(desk.now_is(order)) == (COMPLETE, TEN, Decimal(89))


@pytest.mark.parametrize(("pricetype", "price"), [(SL, 101), (SL_M, 0)])
def test_a_stop_order_whose_trigger_is_reached_as_it_arrives_trades_at_once(
    desk: Desk, pricetype: PriceType, price: int
) -> None:
    assert filled(desk.place(BUY, 10, pricetype, price, 99)) == (COMPLETE, TEN, Decimal(100))


@pytest.mark.parametrize("age", [61, 3600])
def test_an_old_price_rejects_what_must_trade_and_lets_the_rest_wait(desk: Desk, age: int) -> None:
    desk.wait(seconds=age)
    assert desk.place(BUY, 10, MARKET).status is REJECTED
    assert desk.place(BUY, 10, SL_M, trigger=99).status is REJECTED
    assert desk.place(BUY, 10, SL_M, trigger=101).status is PENDING
    assert desk.place(BUY, 10, LIMIT, 101).status is OPEN
    assert desk.place(BUY, 10, SL, 101, 99).status is PENDING


def test_a_price_is_fresh_for_as_long_as_the_rules_say(desk: Desk) -> None:
    desk.wait(seconds=60)
    assert desk.place(BUY).status is COMPLETE


def test_without_a_price_market_orders_are_rejected_with_the_reason(desk: Desk) -> None:
    desk.quotes.clear()
    assert desk.place(BUY).message == "Cannot place MARKET order for SBIN: NSE has no price for it"
    assert desk.place(BUY, 10, SL_M, trigger=99).status is PENDING
    desk.quote(0)
    assert desk.place(BUY).status is REJECTED
    assert desk.place(BUY, 10, LIMIT, 101).status is OPEN


def test_a_quote_that_touches_nothing_changes_nothing(desk: Desk) -> None:
    desk.place(BUY, 10, LIMIT, 90)
    desk.place(SELL, 10, SL_M, trigger=80)
    assert desk.tick(95) is None
