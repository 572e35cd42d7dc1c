"""Positions that the exchange closes: squaring off intraday trading, and expiry."""

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Expired, Market, Rules, SquaredOff
from core.orders.order import Action, Product
from tests.paper.engine.rig import (
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
    Rig,
    amounts,
    contract,
    filled,
)

FUTURE, CALL = "NIFTY24NOV26FUT", "NIFTY24NOV2626000CE"


def square_off(rig: Rig) -> None:
    """Intraday trading ends on the rig's exchange, at the rig's market."""
    rig.do(SquaredOff(rig.instrument.exchange, rig.now, (rig.market(),), BOOK, rig.now))


@pytest.mark.parametrize(("action", "price"), [(BUY, 109), (SELL, 111)])
def test_squaring_off_closes_each_intraday_position_by_a_market_order(rig: Rig, action: Action, price: int) -> None:
    first = rig.place(action, 10)
    rig.quote(110, bid=109, ask=111)
    square_off(rig)
    closing = rig.orders[rig.trades[-1].broker_order_id]
    assert filled(closing) == (COMPLETE, Decimal(10), Decimal(price))
    assert (closing.strategy, closing.client_order_id) == ("Auto square-off", None)
    assert closing.broker_order_id > first.broker_order_id
    assert (rig.position().quantity, rig.used) == amounts(0, 0)


def test_squaring_off_cancels_waiting_intraday_orders_and_leaves_the_others(rig: Rig) -> None:
    intraday = rig.place(BUY, 10, LIMIT, 90)
    rig.product = CNC
    delivery = rig.place(BUY, 10, LIMIT, 90)
    square_off(rig)
    assert rig.now_is(intraday).status is CANCELLED
    assert rig.now_is(intraday).message == "Intraday trading is over"
    assert rig.now_is(delivery).status is OPEN


def test_squaring_off_spares_what_is_still_to_arrive(rig: Rig) -> None:
    rig.close(opens_in=timedelta(hours=12))
    order = rig.place(BUY, 10, LIMIT, 90)
    square_off(rig)
    assert rig.now_is(order).status is OPEN


def test_a_position_without_a_fresh_price_is_squared_off_when_there_is_one(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.wait(minutes=5)
    square_off(rig)
    assert rig.position().quantity == 10
    rig.quote(105)
    square_off(rig)
    assert (rig.position().quantity, rig.position().realised) == amounts(0, 50)


def test_what_is_not_filled_of_a_square_off_waits_and_gets_no_second_order(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.quote(100, sizes=(4, 4))
    square_off(rig)
    (waiting,) = rig.state.resting_orders()
    assert filled(waiting) == (OPEN, Decimal(4), Decimal(100))
    square_off(rig)
    assert [*rig.state.resting_orders()] == [waiting]
    rig.tick(100)
    assert rig.position().quantity == 0


def test_a_strategy_of_that_name_neither_escapes_nor_blocks_the_square_off(rig: Rig) -> None:
    rig.strategy = "Auto square-off"
    rig.place(BUY, 10)
    order = rig.place(SELL, 5, LIMIT, 110)
    square_off(rig)
    assert rig.now_is(order).status is CANCELLED
    assert rig.position().quantity == 0


def test_a_square_off_has_latency_and_slippage_like_any_order() -> None:
    rig = Rig()
    rig.place(BUY, 10)
    rig.rules = Rules(slippage_bps=Decimal(50), latency=timedelta(seconds=1))
    square_off(rig)
    assert rig.position().quantity == 10
    rig.wait(seconds=1)
    rig.tick(100)
    assert rig.position().quantity == 0
    assert Decimal("99.5") <= rig.trades[-1].price < 100


def test_a_position_in_what_is_not_known_any_more_is_left_alone(rig: Rig) -> None:
    rig.place(BUY, 10)
    assert rig.do(SquaredOff("NSE", rig.now, (Market(None, None, rig.now),), BOOK, rig.now)) is None


def test_squaring_off_an_empty_book_changes_nothing(rig: Rig) -> None:
    assert rig.do(SquaredOff("NSE", rig.now, (rig.market(),), BOOK, rig.now)) is None


def settle(rig: Rig, price: str) -> None:
    """The rig's contract ends."""
    rig.do(Expired(rig.instrument.exchange, rig.instrument.symbol, Decimal(price), BOOK, rig.now))


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
    rig = Rig(capital=10_000_000)
    rig.instrument, rig.product = contract(symbol), NRML
    rig.quote(26_000)
    rig.place(action, 65)
    settle(rig, price)
    closing = rig.orders[rig.trades[-1].broker_order_id]
    assert filled(closing) == (COMPLETE, Decimal(65), Decimal(price))
    assert closing.strategy == "Expiry settlement"
    assert (rig.position().quantity, rig.position().realised) == amounts(0, profit)
    assert (rig.used, rig.available) == amounts(0, 10_000_000 + profit)


def test_expiry_cancels_waiting_orders_and_settles_every_product() -> None:
    rig = Rig(capital=10_000_000)
    rig.instrument = contract(FUTURE)
    rig.quote(26_000)
    products: tuple[Product, ...] = (MIS, NRML)
    for rig.product in products:
        rig.place(BUY, 65)
    order = rig.place(BUY, 65, LIMIT, 25_000)
    settle(rig, "26000")
    assert (rig.now_is(order).status, rig.now_is(order).message) == (CANCELLED, "Contract expired")
    assert [trade.product for trade in rig.trades[2:]] == [MIS, NRML]
    assert rig.used == 0


def test_the_expiry_of_what_nobody_holds_changes_nothing(rig: Rig) -> None:
    assert rig.do(Expired("NFO", FUTURE, Decimal(26_000), BOOK, rig.now)) is None
