"""What a feed's ticks make of a minute, and what they do not."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.market.candles import Candle
from core.market.instruments import Ticker
from core.market.minute_candles import IDLE_AFTER, MinuteCandles
from core.market.quotes import Quote
from tests.factories import START

SBIN, INFY, TCS = ("NSE", "SBIN"), ("NSE", "INFY"), ("NSE", "TCS")


class Ticks:
    """Ticks to a recorder of minutes, at a time that moves."""

    def __init__(self, most: int = 10, begun: dict[Ticker, Candle] | None = None) -> None:
        self.now = START
        self.is_open = True
        self.minutes = MinuteCandles(lambda _exchange, _at: self.is_open, most, begun)

    def tick(self, ltp: int | str, volume: int = 0, ticker: Ticker = SBIN, oi: int = 0) -> None:
        """A price, a second later."""
        self.now += timedelta(seconds=1)
        self.minutes.take(self.quote(ltp, volume, ticker, oi))

    def quote(self, ltp: int | str, volume: int, ticker: Ticker, oi: int = 0) -> Quote:
        """What the feed tells now."""
        price = Decimal(ltp)
        return Quote(*ticker, price, price, price, price, price, price, price, volume, self.now, oi=oi)

    def go_to(self, **length: float) -> None:
        """So long after the start."""
        self.now = START + timedelta(**length)

    def over(self, **length: float) -> list[tuple[Ticker, Candle]]:
        """What is over so long after the start."""
        self.go_to(**length)
        self.minutes.end_minutes(self.now)
        return [*self.minutes.collect()]


def candle(at: datetime, *prices: int, volume: int = 0, oi: int = 0) -> Candle:
    """Of these prices, in their order."""
    first, last = Decimal(prices[0]), Decimal(prices[-1])
    return Candle(at, first, Decimal(max(prices)), Decimal(min(prices)), last, volume, oi)


def test_the_ticks_of_a_minute_are_one_candle() -> None:
    ticks = Ticks()
    for ltp, volume in ((800, 1000), (801, 1010), (805, 1030), (799, 1031), (802, 1060)):
        ticks.tick(ltp, volume)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801, 805, 799, 802, volume=60))]


def test_a_minute_is_over_only_when_no_late_price_can_come() -> None:
    ticks = Ticks()
    ticks.tick(800)
    ticks.tick(801)

    assert ticks.over(minutes=1, seconds=9) == []
    assert ticks.over(minutes=1, seconds=10) == [(SBIN, candle(START, 801))]


def test_the_first_look_and_a_price_that_stays_are_no_trade() -> None:
    ticks = Ticks()
    for _ in range(100):
        ticks.tick(800, 1000)

    assert ticks.over(minutes=5) == []


def test_what_trades_at_the_same_price_is_counted() -> None:
    ticks = Ticks()
    ticks.tick(800, 1000)
    ticks.tick(800, 1007)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 800, volume=7))]


def test_a_minute_without_a_tick_has_no_candle() -> None:
    ticks = Ticks()
    ticks.tick(800)
    ticks.tick(801)
    ticks.go_to(minutes=3)
    ticks.tick(804)

    assert [one.at for _, one in ticks.over(minutes=5)] == [START, START + timedelta(minutes=3)]


def test_a_volume_that_is_left_out_or_falls_is_counted_once() -> None:
    ticks = Ticks()
    for ltp, volume in ((800, 1000), (801, 1010), (802, 0), (803, 1020), (804, 5), (805, 9)):
        ticks.tick(ltp, volume)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801, 805, volume=10 + 10 + 4))]


def test_what_was_traded_overnight_is_in_no_minute() -> None:
    ticks = Ticks()
    ticks.tick(800, 1000)
    ticks.go_to(days=1)
    ticks.tick(810, 90_000)
    ticks.tick(811, 90_005)

    assert ticks.over(days=1, minutes=2) == [(SBIN, candle(START + timedelta(days=1), 810, 811, volume=5))]


BAD = {
    "nothing": {"ltp": Decimal(0)},
    "less than nothing": {"ltp": Decimal(-1)},
    "above the day's highest": {"ltp": Decimal(900)},
    "below the day's lowest": {"ltp": Decimal(80)},
    "a bid above the ask": {"ltp": Decimal(802), "high": Decimal(802), "bid": Decimal(810)},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_a_price_that_no_exchange_could_have_made_is_in_no_candle(fields: dict[str, Any]) -> None:
    ticks = Ticks()
    for ltp in (800, 801):
        ticks.minutes.take(replace(ticks.quote(800, 5, SBIN), **fields))
        ticks.tick(ltp)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801))]


def test_nothing_is_recorded_while_the_exchange_is_closed() -> None:
    ticks = Ticks()
    ticks.is_open = False
    for ltp, volume in ((800, 10), (801, 20)):
        ticks.tick(ltp, volume)
    ticks.is_open = True
    ticks.tick(802, 25)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 802, volume=5))]


def test_a_price_of_a_minute_that_is_over_changes_nothing() -> None:
    ticks = Ticks()
    ticks.tick(800)
    late = replace(ticks.quote(900, 0, SBIN), at=START + timedelta(seconds=50))
    ticks.go_to(seconds=58)
    ticks.tick(801)
    ticks.minutes.take(late)
    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801))]

    ticks.minutes.stored(ticks.minutes.collect())
    ticks.minutes.take(replace(late, at=START + timedelta(seconds=59)))
    assert ticks.over(minutes=3) == []


def test_candles_wait_until_they_are_stored() -> None:
    ticks = Ticks()
    ticks.tick(800)
    ticks.tick(801)
    waiting = ticks.over(minutes=2)

    assert ticks.over(minutes=3) == waiting
    ticks.minutes.stored(waiting)
    assert ticks.over(minutes=4) == []


def test_a_minute_that_was_begun_before_a_restart_goes_on() -> None:
    ticks = Ticks(begun={SBIN: candle(START, 790, 795, volume=40)})
    ticks.tick(800, 1000)
    ticks.tick(801, 1002)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 790, 801, volume=42))]


def test_no_more_instruments_than_there_is_room_for() -> None:
    ticks = Ticks(most=2)
    for ticker in (SBIN, INFY, TCS):
        ticks.tick(800, ticker=ticker)
        ticks.tick(801, ticker=ticker)

    assert {ticker for ticker, _ in ticks.over(minutes=2)} == {SBIN, INFY}
    assert ticks.minutes.turned_away == 2


def test_an_idle_instrument_makes_room() -> None:
    ticks = Ticks(most=1)
    ticks.tick(800)
    ticks.over(seconds=IDLE_AFTER.total_seconds() + 2)
    ticks.tick(800, ticker=INFY)
    ticks.tick(801, ticker=INFY)

    assert [ticker for ticker, _ in ticks.over(minutes=7)] == [INFY]


def test_what_is_asked_for_takes_the_room_of_what_was_idle_longest() -> None:
    ticks = Ticks(most=2)
    for ticker in (SBIN, INFY):
        ticks.tick(800, ticker=ticker)
        ticks.tick(801, ticker=ticker)
    ticks.minutes.make_room(TCS)
    for ltp in (700, 701):
        ticks.tick(ltp, ticker=TCS)

    assert {ticker for ticker, _ in ticks.over(minutes=2)} == {SBIN, INFY, TCS}
    ticks.minutes.stored(ticks.minutes.collect())
    ticks.tick(802, ticker=INFY)
    ticks.tick(803, ticker=TCS)
    ticks.tick(804, ticker=SBIN)
    assert {ticker for ticker, _ in ticks.over(minutes=4)} == {INFY, TCS}


def test_one_that_made_room_goes_on_with_its_minute() -> None:
    ticks = Ticks(most=1)
    ticks.tick(800, 10)
    ticks.tick(801, 14)
    ticks.minutes.make_room(INFY)
    ticks.minutes.make_room(INFY)
    ticks.tick(805, 20)
    ticks.tick(806, 21)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801, 806, volume=5))]


def test_a_database_that_takes_nothing_for_long_costs_the_oldest_candles() -> None:
    ticks = Ticks(most=1)
    for number in range(20):
        ticks.go_to(minutes=number)
        ticks.tick(800 + number)
        ticks.tick(900 + number)

    assert [one.at for _, one in ticks.over(minutes=30)] == [
        START + timedelta(minutes=number) for number in range(5, 20)
    ]


def test_the_open_interest_is_recorded_where_it_is_known() -> None:
    ticks = Ticks()
    ticks.tick(800)
    ticks.tick(801, oi=70)
    ticks.tick(802, oi=75)

    assert ticks.over(minutes=2) == [(SBIN, candle(START, 801, 802, oi=75))]
