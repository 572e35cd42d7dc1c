"""Positions that the exchange closes: squaring off intraday trading, and expiry."""

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Expired, Market, Rules, SquaredOff
from core.orders.order import Action, Product
from tests.paper.engine.desk import (
    BOOK,
    BUY,
    CANCELLED,
    CNC,
    COMPLETE,
    LIMIT,
    MIS,
    NRML,
    OPEN,
    SELL,
    Desk,
    amounts,
    contract,
    filled,
)

FUTURE, CALL = "NIFTY24NOV26FUT", "NIFTY24NOV2626000CE"


def square_off(desk: Desk) -> None:
    """Intraday trading ends on the desk's exchange, at the desk's market."""
    desk.do(SquaredOff(desk.instrument.exchange, desk.now, (desk.market(),), BOOK, desk.now))


@pytest.mark.parametrize(("action", "price"), [(BUY, 109), (SELL, 111)])
def test_squaring_off_closes_each_intraday_position_by_a_market_order(desk: Desk, action: Action, price: int) -> None:
    first = desk.place(action, 10)
    desk.quote(110, bid=109, ask=111)
    square_off(desk)
    closing = desk.orders[desk.trades[-1].broker_order_id]
    assert filled(closing) == (COMPLETE, Decimal(10), Decimal(price))
    assert (closing.strategy, closing.client_order_id) == ("Auto square-off", None)
    assert closing.broker_order_id > first.broker_order_id
    assert (desk.position().quantity, desk.used) == amounts(0, 0)


def test_squaring_off_cancels_waiting_intraday_orders_and_leaves_the_others(desk: Desk) -> None:
    intraday = desk.place(BUY, 10, LIMIT, 90)
    desk.product = CNC
    delivery = desk.place(BUY, 10, LIMIT, 90)
    square_off(desk)
    assert desk.now_is(intraday).status is CANCELLED
    assert desk.now_is(intraday).message == "Intraday trading is over"
    assert desk.now_is(delivery).status is OPEN


def test_squaring_off_spares_what_is_still_to_arrive(desk: Desk) -> None:
    desk.close(opens_in=timedelta(hours=12))
    order = desk.place(BUY, 10, LIMIT, 90)
    square_off(desk)
    assert desk.now_is(order).status is OPEN


def test_a_position_without_a_fresh_price_is_squared_off_when_there_is_one(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.wait(minutes=5)
    square_off(desk)
    assert desk.position().quantity == 10
    desk.quote(105)
    square_off(desk)
    assert (desk.position().quantity, desk.position().realised) == amounts(0, 50)


def test_what_is_not_filled_of_a_square_off_waits_and_gets_no_second_order(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.quote(100, sizes=(4, 4))
    square_off(desk)
    (waiting,) = desk.state.resting_orders()
    assert filled(waiting) == (OPEN, Decimal(4), Decimal(100))
    square_off(desk)
    assert [*desk.state.resting_orders()] == [waiting]
    desk.tick(100)
    assert desk.position().quantity == 0


def test_a_strategy_of_that_name_neither_escapes_nor_blocks_the_square_off(desk: Desk) -> None:
    desk.strategy = "Auto square-off"
    desk.place(BUY, 10)
    order = desk.place(SELL, 5, LIMIT, 110)
    square_off(desk)
    assert desk.now_is(order).status is CANCELLED
    assert desk.position().quantity == 0


def test_a_square_off_has_latency_and_slippage_like_any_order() -> None:
    desk = Desk()
    desk.place(BUY, 10)
    desk.rules = Rules(slippage_bps=Decimal(50), latency=timedelta(seconds=1))
    square_off(desk)
    assert desk.position().quantity == 10
    desk.wait(seconds=1)
    desk.tick(100)
    assert desk.position().quantity == 0
    assert Decimal("99.5") <= desk.trades[-1].price < 100


def test_a_position_in_what_is_not_known_any_more_is_left_alone(desk: Desk) -> None:
    desk.place(BUY, 10)
    assert desk.do(SquaredOff("NSE", desk.now, (Market(None, None, desk.now),), BOOK, desk.now)) is None


def test_squaring_off_an_empty_book_changes_nothing(desk: Desk) -> None:
    assert desk.do(SquaredOff("NSE", desk.now, (desk.market(),), BOOK, desk.now)) is None


def settle(desk: Desk, price: str) -> None:
    """The desk's contract ends."""
    desk.do(Expired(desk.instrument.exchange, desk.instrument.symbol, Decimal(price), BOOK, desk.now))


@pytest.mark.parametrize(
    ("symbol", "action", "price", "profit"),
    [
        (FUTURE, BUY, "26100", 6_500),
        (FUTURE, SELL, "26100", -6_500),
        (CALL, BUY, "0", -1_690_000),
        (CALL, SELL, "0", 1_690_000),
    ],
)
def test_expiry_settles_positions_at_the_settlement_price(
    symbol: str, action: Action, price: str, profit: int
) -> None:
    desk = Desk(capital=10_000_000)
    desk.instrument, desk.product = contract(symbol), NRML
    desk.quote(26_000)
    desk.place(action, 65)
    settle(desk, price)
    closing = desk.orders[desk.trades[-1].broker_order_id]
    assert filled(closing) == (COMPLETE, Decimal(65), Decimal(price))
    assert closing.strategy == "Expiry settlement"
    assert (desk.position().quantity, desk.position().realised) == amounts(0, profit)
    assert (desk.used, desk.available) == amounts(0, 10_000_000 + profit)


def test_expiry_cancels_waiting_orders_and_settles_every_product() -> None:
    desk = Desk(capital=10_000_000)
    desk.instrument = contract(FUTURE)
    desk.quote(26_000)
    products: tuple[Product, ...] = (MIS, NRML)
    for desk.product in products:
        desk.place(BUY, 65)
    order = desk.place(BUY, 65, LIMIT, 25_000)
    settle(desk, "26000")
    assert (desk.now_is(order).status, desk.now_is(order).message) == (CANCELLED, "Contract expired")
    assert [trade.product for trade in desk.trades[2:]] == [MIS, NRML]
    assert desk.used == 0


def test_the_expiry_of_what_nobody_holds_changes_nothing(desk: Desk) -> None:
    assert desk.do(Expired("NFO", FUTURE, Decimal(26_000), BOOK, desk.now)) is None
