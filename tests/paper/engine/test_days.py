"""What opens and closes, new days and resets do to a book."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import DayBegan, DayEnded, Hours, Reset, Rules
from core.portfolio.paper_book import Leverage, PaperHead
from tests.paper.engine.rig import (
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
    Rig,
    amounts,
    contract,
    filled,
)

NIGHT = timedelta(hours=12)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def end_day(rig: Rig, *exchanges: str) -> None:
    """The exchanges close now."""
    rig.do(DayEnded(exchanges, rig.now, rig.now))


def test_while_closed_an_order_is_refused_with_the_reason(rig: Rig) -> None:
    rig.close()
    order = rig.place(BUY, 10, LIMIT, 100)
    assert (order.status, order.message) == (REJECTED, "NSE is closed")


def test_or_it_waits_for_the_open_and_arrives_with_the_first_quote_from_then_on(rig: Rig) -> None:
    rig.close(opens_in=NIGHT)
    market, stop = rig.place(BUY), rig.place(BUY, 10, SL_M, trigger=90)
    assert (market.status, market.arrives_at) == (OPEN, rig.now + NIGHT)
    assert stop.status is PENDING
    assert rig.used == 200 + 180
    rig.wait(hours=11)
    rig.tick(101)
    assert not rig.trades
    rig.wait(hours=1)
    rig.tick(102)
    assert filled(rig.now_is(market)) == (COMPLETE, Decimal(10), Decimal(102))
    assert rig.now_is(stop).status is COMPLETE


def test_waiting_for_the_open_takes_no_further_latency() -> None:
    rig = Rig(rules=Rules(latency=timedelta(seconds=5)))
    rig.close(opens_in=NIGHT)
    assert rig.place(BUY).arrives_at == rig.now + NIGHT


def test_a_market_order_for_the_open_needs_some_price_however_old(rig: Rig) -> None:
    rig.close(opens_in=NIGHT)
    rig.wait(hours=1)
    assert rig.place(BUY).status is OPEN
    rig.quotes.clear()
    assert rig.place(BUY).status is REJECTED


def test_orders_for_one_open_stand_in_line_by_their_number(rig: Rig) -> None:
    rig.close(opens_in=NIGHT)
    first = rig.place(BUY, 1, LIMIT, 100)
    rig.wait(minutes=1)
    rig.close(opens_in=NIGHT - timedelta(minutes=1))
    second = rig.place(BUY, 1, LIMIT, 100)
    rig.wait(hours=12)
    rig.tick(100, sizes=(0, 1))
    assert [rig.now_is(order).status for order in (first, second)] == [COMPLETE, OPEN]


def test_at_the_close_day_orders_of_that_exchange_end(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 4))
    orders = [rig.place(BUY), rig.place(BUY, 10, LIMIT, 90), rig.place(SELL, 10, SL_M, trigger=80)]
    rig.instrument, rig.product = contract("NIFTY24NOV26FUT"), NRML
    rig.quote(26_000)
    elsewhere = rig.place(BUY, 65, LIMIT, 25_000)
    rig.wait(hours=5)
    end_day(rig, "NSE", "BSE")
    assert {rig.now_is(order).status for order in orders} == {CANCELLED}
    assert {rig.now_is(order).message for order in orders} == {"Day order: not filled by the close"}
    assert rig.now_is(elsewhere).status is OPEN


def test_at_the_close_an_order_for_a_later_open_stays_and_one_that_would_have_arrived_ends(rig: Rig) -> None:
    rig.close(opens_in=timedelta(hours=1))
    early = rig.place(BUY, 10, LIMIT, 90)
    rig.close(opens_in=NIGHT)
    later = rig.place(BUY, 10, LIMIT, 90)
    rig.wait(hours=5)
    end_day(rig, "NSE")
    assert [rig.now_is(order).status for order in (early, later)] == [CANCELLED, OPEN]


def test_a_close_that_is_told_late_spares_what_was_placed_after_it(rig: Rig) -> None:
    closed_at = rig.now
    rig.wait(hours=20)
    order = rig.place(BUY, 10, LIMIT, 90)
    assert rig.do(DayEnded(("NSE",), closed_at, rig.now)) is None
    assert rig.now_is(order).status is OPEN


def test_after_the_square_off_intraday_orders_may_only_reduce(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.hours = Hours(mis_until=rig.now)
    assert rig.place(BUY, 1).status is REJECTED
    assert rig.place(SELL, 11).status is REJECTED
    assert rig.place(SELL, 6, LIMIT, 110).status is OPEN
    refused = rig.place(SELL, 5)
    assert refused.message == "Intraday trading is over for today: MIS orders may only reduce a position"
    assert rig.place(SELL, 4).status is COMPLETE
    rig.product = CNC
    assert rig.place(BUY, 1).status is COMPLETE


def test_a_new_day_makes_holdings_of_delivery_positions(rig: Rig) -> None:
    rig.product = CNC
    rig.place(BUY, 10)
    rig.do(DayBegan(MONDAY, rig.now))
    holding = rig.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price, rig.used) == amounts(10, 100, 1_000)
    assert (holding.settled_on, rig.state.head.day) == (MONDAY, MONDAY)
    assert not rig.state.positions


def test_a_new_day_starts_today_s_figures_at_zero_and_keeps_the_totals() -> None:
    rig = Rig(rules=Rules(is_charged=True))
    rig.place(BUY, 10)
    rig.quote(110)
    rig.place(SELL, 4)
    before = rig.state.head
    rig.do(DayBegan(TUESDAY, rig.now))
    assert rig.state.head == replace(before, realised_today=Decimal(0), charges_today=Decimal(0), day=TUESDAY)
    assert (rig.position().realised, rig.position().realised_today) == amounts(40, 0)


def test_a_new_day_forgets_flat_positions(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.place(SELL, 10)
    rig.do(DayBegan(TUESDAY, rig.now))
    assert not rig.state.positions


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_a_day_begins_once(rig: Rig, day: date) -> None:
    rig.do(DayBegan(TUESDAY, rig.now))
    assert rig.do(DayBegan(day, rig.now)) is None


def test_a_reset_starts_again_from_the_given_capital_and_leverage(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.product = CNC
    rig.place(BUY, 10)
    rig.do(DayBegan(TUESDAY, rig.now))
    order = rig.place(BUY, 10, LIMIT, 90)
    number, leverage = rig.state.head.last_order_number, Leverage(futures=Decimal(5))
    rig.do(Reset(Decimal(500), leverage, rig.now))
    assert (rig.now_is(order).status, rig.now_is(order).message) == (CANCELLED, "Book reset")
    assert not rig.state.positions
    assert not rig.state.holdings
    assert rig.state.head == PaperHead(
        Decimal(500), leverage, last_order_number=number, day=TUESDAY, last_reset=rig.now, reset_count=1
    )
    assert (rig.used, rig.available) == amounts(0, 500)
    assert rig.place(BUY, 1).broker_order_id > order.broker_order_id
