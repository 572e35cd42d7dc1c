"""Longer candles are made of those of a minute, counted from the exchange's open."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from core.clock import IST
from core.market.candles import LENGTHS, Candle, aggregate

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def at(hour: int, minute: int, day: date = MONDAY) -> datetime:
    """A minute in India."""
    return datetime.combine(day, time(hour, minute), IST).astimezone(UTC)


def opens(day: date) -> datetime:
    """As shares open."""
    return datetime.combine(day, time(9, 15), IST)


def minute(start: datetime, *prices: int, volume: int = 10, oi: int = 0) -> Candle:
    """A candle of these prices, in their order."""
    first, last = Decimal(prices[0]), Decimal(prices[-1])
    return Candle(start, first, Decimal(max(prices)), Decimal(min(prices)), last, volume, oi)


def test_five_minutes_are_one_candle_from_the_open_on() -> None:
    minutes = [minute(at(9, 15 + one), 100 + one, volume=one + 1) for one in range(7)]

    assert aggregate(minutes, "5m", opens) == [
        minute(at(9, 15), 100, 104, volume=15),
        minute(at(9, 20), 105, 106, volume=13),
    ]


def test_highest_and_lowest_are_those_of_all_minutes() -> None:
    found = aggregate([minute(at(9, 15), 5, 9, 6), minute(at(9, 16), 6, 2, 4)], "5m", opens)

    assert found == [minute(at(9, 15), 5, 9, 2, 4, volume=20)]


def test_an_hour_begins_at_the_open_and_not_at_the_full_hour() -> None:
    minutes = [minute(at(9, 15), 1), minute(at(10, 14), 2), minute(at(10, 15), 3)]

    assert [one.at for one in aggregate(minutes, "1h", opens)] == [at(9, 15), at(10, 15)]


def test_minutes_that_are_missing_make_no_candle() -> None:
    minutes = [minute(at(9, 15), 1), minute(at(11, 0), 2)]

    assert [one.at for one in aggregate(minutes, "30m", opens)] == [at(9, 15), at(10, 45)]


def test_a_day_is_the_day_in_india_and_begins_where_openalgo_s_clients_expect_it() -> None:
    minutes = [minute(at(0, 1), 1), minute(at(23, 59), 2), minute(at(0, 0, TUESDAY), 3)]

    found = aggregate(minutes, "D", opens)
    assert [one.at for one in found] == [datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)]
    assert [int(one.close) for one in found] == [2, 3]


def test_no_candle_reaches_into_another_day() -> None:
    minutes = [minute(at(23, 50), 1), minute(at(0, 5, TUESDAY), 2)]

    assert [one.at for one in aggregate(minutes, "4h", opens)] == [at(21, 15), at(0, 0, TUESDAY)]


def test_before_the_open_candles_are_counted_back_from_it() -> None:
    assert [one.at for one in aggregate([minute(at(9, 14), 1)], "10m", opens)] == [at(9, 5)]


def test_without_an_open_candles_are_counted_from_midnight() -> None:
    assert [one.at for one in aggregate([minute(at(10, 14), 1)], "1h", lambda _: None)] == [at(10, 0)]


@pytest.mark.parametrize("interval", LENGTHS)
def test_nothing_is_lost_or_counted_twice(interval: str) -> None:
    minutes = [minute(at(9, 15) + timedelta(minutes=one), 1 + one % 7, volume=one) for one in range(375)]

    found = aggregate(minutes, interval, opens)
    assert sum(one.volume for one in found) == sum(range(375))
    assert (found[0].open, found[-1].close) == (minutes[0].open, minutes[-1].close)
    assert all(later.at - one.at == LENGTHS[interval] for one, later in pairwise(found))


def test_the_open_interest_is_the_last_that_is_known() -> None:
    minutes = [minute(at(9, 15), 1, oi=500), minute(at(9, 16), 1, oi=700), minute(at(9, 17), 1)]

    assert [one.oi for one in aggregate(minutes, "3m", opens)] == [700]
