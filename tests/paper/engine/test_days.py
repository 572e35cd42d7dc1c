"""What opens and closes, new days and resets do to a book."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import DayBegan, DayEnded, Hours, Reset, Rules
from core.portfolio.paper_book import Leverage, PaperHead
from tests.paper.engine.desk import (
    BUY,
    CANCELLED,
    CNC,
    COMPLETE,
    LIMIT,
    NRML,
    OPEN,
    PENDING,
    REJECTED,
    SELL,
    SL_M,
    Desk,
    amounts,
    contract,
    filled,
)

NIGHT = timedelta(hours=12)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def end_day(desk: Desk, *exchanges: str) -> None:
    """The exchanges close now."""
    desk.do(DayEnded(exchanges, desk.now, desk.now))


def test_while_closed_an_order_is_refused_with_the_reason(desk: Desk) -> None:
    desk.close()
    order = desk.place(BUY, 10, LIMIT, 100)
    assert (order.status, order.message) == (REJECTED, "NSE is closed")


def test_or_it_waits_for_the_open_and_arrives_with_the_first_quote_from_then_on(desk: Desk) -> None:
    desk.close(opens_in=NIGHT)
    market, stop = desk.place(BUY), desk.place(BUY, 10, SL_M, trigger=90)
    assert (market.status, market.arrives_at) == (OPEN, desk.now + NIGHT)
    assert stop.status is PENDING
    assert desk.used == 200 + 180
    desk.wait(hours=11)
    desk.tick(101)
    assert not desk.trades
    desk.wait(hours=1)
    desk.tick(102)
    assert filled(desk.now_is(market)) == (COMPLETE, Decimal(10), Decimal(102))
    assert desk.now_is(stop).status is COMPLETE


def test_waiting_for_the_open_takes_no_further_latency() -> None:
    desk = Desk(rules=Rules(latency=timedelta(seconds=5)))
    desk.close(opens_in=NIGHT)
    assert desk.place(BUY).arrives_at == desk.now + NIGHT


def test_a_market_order_for_the_open_needs_some_price_however_old(desk: Desk) -> None:
    desk.close(opens_in=NIGHT)
    desk.wait(hours=1)
    assert desk.place(BUY).status is OPEN
    desk.quotes.clear()
    assert desk.place(BUY).status is REJECTED


def test_orders_for_one_open_stand_in_line_by_their_number(desk: Desk) -> None:
    desk.close(opens_in=NIGHT)
    first = desk.place(BUY, 1, LIMIT, 100)
    desk.wait(minutes=1)
    desk.close(opens_in=NIGHT - timedelta(minutes=1))
    second = desk.place(BUY, 1, LIMIT, 100)
    desk.wait(hours=12)
    desk.tick(100, sizes=(0, 1))
    assert [desk.now_is(order).status for order in (first, second)] == [COMPLETE, OPEN]


def test_at_the_close_day_orders_of_that_exchange_end(desk: Desk) -> None:
    desk.quote(100, sizes=(0, 4))
    orders = [desk.place(BUY), desk.place(BUY, 10, LIMIT, 90), desk.place(SELL, 10, SL_M, trigger=80)]
    desk.instrument, desk.product = contract("NIFTY24NOV26FUT"), NRML
    desk.quote(26_000)
    elsewhere = desk.place(BUY, 65, LIMIT, 25_000)
    desk.wait(hours=5)
    end_day(desk, "NSE", "BSE")
    assert {desk.now_is(order).status for order in orders} == {CANCELLED}
    assert {desk.now_is(order).message for order in orders} == {"Day order: not filled by the close"}
    assert desk.now_is(elsewhere).status is OPEN


def test_at_the_close_an_order_for_a_later_open_stays_and_one_that_would_have_arrived_ends(desk: Desk) -> None:
    desk.close(opens_in=timedelta(hours=1))
    early = desk.place(BUY, 10, LIMIT, 90)
    desk.close(opens_in=NIGHT)
    later = desk.place(BUY, 10, LIMIT, 90)
    desk.wait(hours=5)
    end_day(desk, "NSE")
    assert [desk.now_is(order).status for order in (early, later)] == [CANCELLED, OPEN]


def test_a_close_that_is_told_late_spares_what_was_placed_after_it(desk: Desk) -> None:
    closed_at = desk.now
    desk.wait(hours=20)
    order = desk.place(BUY, 10, LIMIT, 90)
    assert desk.do(DayEnded(("NSE",), closed_at, desk.now)) is None
    assert desk.now_is(order).status is OPEN


def test_after_the_square_off_intraday_orders_may_only_reduce(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.hours = Hours(mis_until=desk.now)
    assert desk.place(BUY, 1).status is REJECTED
    assert desk.place(SELL, 11).status is REJECTED
    assert desk.place(SELL, 6, LIMIT, 110).status is OPEN
    refused = desk.place(SELL, 5)
    assert refused.message == "Intraday trading is over for today: MIS orders may only reduce a position"
    assert desk.place(SELL, 4).status is COMPLETE
    desk.product = CNC
    assert desk.place(BUY, 1).status is COMPLETE


def test_a_new_day_makes_holdings_of_delivery_positions(desk: Desk) -> None:
    desk.product = CNC
    desk.place(BUY, 10)
    desk.do(DayBegan(MONDAY, desk.now))
    holding = desk.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price, desk.used) == amounts(10, 100, 1_000)
    assert (holding.settled_on, desk.state.head.day) == (MONDAY, MONDAY)
    assert not desk.state.positions


def test_a_new_day_starts_today_s_figures_at_zero_and_keeps_the_totals() -> None:
    desk = Desk(rules=Rules(is_charged=True))
    desk.place(BUY, 10)
    desk.quote(110)
    desk.place(SELL, 4)
    before = desk.state.head
    desk.do(DayBegan(TUESDAY, desk.now))
    assert desk.state.head == replace(before, realised_today=Decimal(0), charges_today=Decimal(0), day=TUESDAY)
    assert (desk.position().realised, desk.position().realised_today) == amounts(40, 0)


def test_a_new_day_forgets_flat_positions(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.place(SELL, 10)
    desk.do(DayBegan(TUESDAY, desk.now))
    assert not desk.state.positions


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_a_day_begins_once(desk: Desk, day: date) -> None:
    desk.do(DayBegan(TUESDAY, desk.now))
    assert desk.do(DayBegan(day, desk.now)) is None


def test_a_reset_starts_again_from_the_given_capital_and_leverage(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.product = CNC
    desk.place(BUY, 10)
    desk.do(DayBegan(TUESDAY, desk.now))
    order = desk.place(BUY, 10, LIMIT, 90)
    number, leverage = desk.state.head.last_order_number, Leverage(futures=Decimal(5))
    desk.do(Reset(Decimal(500), leverage, desk.now))
    assert (desk.now_is(order).status, desk.now_is(order).message) == (CANCELLED, "Book reset")
    assert not desk.state.positions
    assert not desk.state.holdings
    assert desk.state.head == PaperHead(
        Decimal(500), leverage, last_order_number=number, day=TUESDAY, last_reset=desk.now, reset_count=1
    )
    assert (desk.used, desk.available) == amounts(0, 500)
    assert desk.place(BUY, 1).broker_order_id > order.broker_order_id
