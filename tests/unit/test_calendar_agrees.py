"""Our calendar against somebody else's, for every day of every year that we call complete."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from exchange_calendars import get_calendar  # type: ignore[import-untyped]

from bot.settings.calendar_file import load_calendar
from core.clock import IST

CALENDAR = load_calendar()
COMPLETE = (2024, 2025, 2026)
Day = tuple[str, str] | None
REGULAR: Day = ("09:15", "15:30")
DIFFERENCES: dict[str, tuple[Day, str]] = {
    "2024-01-20": (REGULAR, "a Saturday instead of Monday the 22nd; exchange_calendars knows no weekend sessions"),
    "2024-03-02": (("09:15", "12:30"), "a disaster recovery test on a Saturday"),
    "2024-05-18": (("09:15", "12:30"), "a disaster recovery test on a Saturday"),
    "2024-11-01": (("18:00", "19:00"), "Muhurat trading; exchange_calendars has the holiday only"),
    "2025-02-01": (REGULAR, "the Union Budget on a Saturday"),
    "2025-10-21": (("13:45", "14:45"), "Muhurat trading; exchange_calendars has the holiday only"),
    "2026-02-01": (REGULAR, "the Union Budget on a Sunday"),
}
"""What we have on days that exchange_calendars calls closed, and why it is right."""


def _days(year: int) -> Iterator[date]:
    return (
        date(year, 1, 1) + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    )


def _theirs(year: int) -> dict[date, Day]:
    schedule = get_calendar("XBOM", start=f"{year - 1}-12-01", end=f"{year}-12-31").schedule
    return {
        day.date(): (f"{row['open'].tz_convert(IST):%H:%M}", f"{row['close'].tz_convert(IST):%H:%M}")
        for day, row in schedule.iterrows()
    }


def _ours(exchange: str, day: date) -> Day:
    found = CALENDAR.session_on(exchange, day)
    return (f"{found.opens:%H:%M}", f"{found.closes:%H:%M}") if found is not None else None


def test_these_are_the_years_that_we_call_complete() -> None:
    assert [year for year in range(2024, 2028) if CALENDAR.year(year).complete] == list(COMPLETE)


@pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning")
@pytest.mark.parametrize("exchange", ["NSE", "BSE"])
@pytest.mark.parametrize("year", COMPLETE)
def test_every_day_is_open_or_closed_as_others_have_it_and_at_the_same_hours(exchange: str, year: int) -> None:
    theirs = _theirs(year)
    apart = {str(day): _ours(exchange, day) for day in _days(year) if _ours(exchange, day) != theirs.get(day)}

    assert apart == {day: ours for day, (ours, _) in DIFFERENCES.items() if day.startswith(str(year))}
    assert not any(date.fromisoformat(day) in theirs for day in apart)


def test_the_only_day_of_these_years_that_we_do_not_know_is_a_session_whose_hours_are_not_published() -> None:
    unknown = [day for year in COMPLETE for day in _days(year) if CALENDAR.doubt(day)]

    assert unknown == [date(2026, 11, 8)]
    assert _ours("NSE", unknown[0]) is None
