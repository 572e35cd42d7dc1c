"""Times as people in India read them, and lengths of time as they are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import (
    SystemClock,
    parse_duration,
    render_duration,
    render_ist,
    render_ist_time,
    session_start,
    trading_day,
)

MOMENT = datetime(2026, 11, 22, 20, 2, 5, tzinfo=UTC)


def test_moment_is_shown_in_indian_time() -> None:
    assert render_ist(MOMENT) == "2026-11-23 01:32:05 IST"
    assert render_ist_time(MOMENT) == "01:32:05 IST"


@pytest.mark.parametrize(
    ("now", "start", "day"),
    [
        (datetime(2026, 11, 23, 4, 30, tzinfo=UTC), datetime(2026, 11, 22, 21, 30, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 21, 29, tzinfo=UTC), datetime(2026, 11, 21, 21, 30, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 21, 30, tzinfo=UTC), datetime(2026, 11, 22, 21, 30, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_trading_day_begins_at_three_in_the_morning(now: datetime, start: datetime, day: date) -> None:
    assert (session_start(now), trading_day(now)) == (start, day)


def test_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("90s", 90), ("15m", 900), ("6h", 21600), ("1d", 86400), (" 5s ", 5), ("999999s", 999999)],
)
def test_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "s", "0s", "00m", "-5s", "1.5h", "5 m", "5M", "1w", "1h30m", "1234567s"])
def test_what_is_not_a_duration_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 90s, 15m or 6h"):
        parse_duration(text)


def test_a_number_without_a_unit_is_told_how_to_write_one() -> None:
    with pytest.raises(ValueError, match='it has no unit: write "15s", "15m" or "15h"'):
        parse_duration("15")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (90000, "25 h"),
    ],
)
def test_length_of_time_is_shown_in_short_words(seconds: float, text: str) -> None:
    assert render_duration(timedelta(seconds=seconds)) == text
