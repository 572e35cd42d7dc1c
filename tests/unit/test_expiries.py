"""Contracts expire when their rule says, or on the trading day before."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.calendar_file import load_calendar
from core.calendar.expiries import DayOfMonth, LastWeekday, TradingDayFromEnd, next_monthly, next_weekly

CALENDAR = load_calendar()
EVERY_YEAR = {(1, 26), (8, 15), (10, 2), (12, 25)}
SATURDAY = 5
TUESDAYS, THURSDAYS = LastWeekday(1), LastWeekday(3)
NFO_EXPIRIES = [
    "2026-01-27",
    "2026-02-24",
    "2026-03-30",
    "2026-04-28",
    "2026-05-26",
    "2026-06-30",
    "2026-07-28",
    "2026-08-25",
    "2026-09-29",
    "2026-10-27",
    "2026-11-23",
    "2026-12-29",
    "2027-01-25",
    "2027-02-23",
    "2027-03-30",
    "2027-04-27",
    "2027-05-25",
    "2027-06-29",
    "2027-07-27",
    "2027-08-31",
    "2027-09-28",
    "2027-10-26",
    "2027-11-30",
    "2027-12-28",
    "2028-01-25",
    "2028-02-29",
    "2028-03-28",
    "2028-04-25",
    "2028-05-30",
    "2028-06-27",
    "2028-07-25",
    "2028-08-29",
    "2028-09-26",
    "2028-10-31",
    "2028-11-28",
    "2028-12-26",
]
BFO_EXPIRIES = [
    "2026-11-26",
    "2026-12-31",
    "2027-01-28",
    "2027-02-25",
    "2027-03-25",
    "2027-04-29",
    "2027-05-27",
    "2027-06-24",
    "2027-07-29",
    "2027-08-26",
    "2027-09-30",
    "2027-10-28",
    "2027-11-25",
    "2027-12-30",
    "2028-01-27",
    "2028-02-24",
    "2028-03-30",
    "2028-04-27",
    "2028-05-25",
    "2028-06-29",
    "2028-07-27",
    "2028-08-31",
    "2028-09-28",
    "2028-10-26",
]


def test_monthly_contracts_expire_on_the_last_tuesday_or_the_trading_day_before() -> None:
    found = next_monthly(TUESDAYS, "NFO", date(2026, 1, 1), CALENDAR, len(NFO_EXPIRIES))
    assert [day.isoformat() for day in found] == NFO_EXPIRIES


def test_in_bombay_it_is_the_last_thursday() -> None:
    found = next_monthly(THURSDAYS, "BFO", date(2026, 11, 22), CALENDAR, len(BFO_EXPIRIES))
    assert [day.isoformat() for day in found] == BFO_EXPIRIES


@pytest.mark.parametrize(
    ("rule", "exchange", "since", "expiries"),
    [
        (DayOfMonth(19), "MCX", date(2026, 8, 20), ["2026-09-18", "2026-10-19", "2026-11-19"]),
        (DayOfMonth(1), "MCX", date(2026, 11, 28), ["2026-12-01", "2027-01-01", "2027-02-01"]),
        (DayOfMonth(26), "NFO", date(2026, 12, 25), ["2027-01-25", "2027-02-26", "2027-03-25"]),
        (TradingDayFromEnd(3), "CDS", date(2026, 11, 27), ["2026-12-29", "2027-01-27", "2027-02-24"]),
        (TradingDayFromEnd(1), "CDS", date(2026, 1, 1), ["2026-01-30", "2026-02-27", "2026-03-30"]),
    ],
)
def test_other_rules_take_the_trading_day_before_too(
    rule: DayOfMonth | TradingDayFromEnd, exchange: str, since: date, expiries: list[str]
) -> None:
    assert [day.isoformat() for day in next_monthly(rule, exchange, since, CALENDAR, 3)] == expiries


def test_weekly_contracts_expire_on_their_weekday_or_the_trading_day_before() -> None:
    found = next_weekly(1, "NFO", date(2026, 11, 4), CALENDAR, 5)
    assert [f"{day:%a %d %b}" for day in found] == [
        "Mon 09 Nov",  # Diwali
        "Tue 17 Nov",
        "Mon 23 Nov",  # Guru Nanak Jayanti
        "Tue 01 Dec",
        "Tue 08 Dec",
    ]
    assert next_weekly(1, "NFO", date(2026, 11, 23), CALENDAR, 1) == (date(2026, 11, 23),)
    assert next_weekly(1, "NFO", date(2026, 11, 24), CALENDAR, 1) == (date(2026, 12, 1),)


@given(st.integers(0, 4), st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.integers(1, 6))
def test_the_next_weeks_are_not_behind_and_none_is_left_out(weekday: int, today: date, count: int) -> None:
    found = next_weekly(weekday, "BFO", today, CALENDAR, count)
    assert len(found) == count
    assert list(found) == sorted(set(found))
    assert today <= found[0] <= today + timedelta(days=13)
    assert all(CALENDAR.session_on("BFO", day) for day in found)
    assert all(later - earlier <= timedelta(days=13) for earlier, later in pairwise(found))


@given(st.sampled_from(["NFO", "BFO"]), st.integers(2026, 2040), st.integers(1, 12))
def test_an_expiry_is_a_weekday_late_in_its_month_and_no_known_holiday(exchange: str, year: int, month: int) -> None:
    day = (TUESDAYS if exchange == "NFO" else THURSDAYS).expiry(exchange, year, month, CALENDAR)
    assert (day.year, day.month) == (year, month)
    assert day.day >= 20
    assert day.weekday() < SATURDAY
    assert not CALENDAR.is_known_closed(exchange, day)
    assert (day.month, day.day) not in EVERY_YEAR


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.integers(1, 6))
def test_the_next_expiries_are_not_behind_and_none_is_left_out(today: date, count: int) -> None:
    found = next_monthly(TUESDAYS, "NFO", today, CALENDAR, count)
    assert len(found) == count
    assert list(found) == sorted(set(found))
    assert today <= found[0] <= today + timedelta(days=36)
    assert all(later - earlier <= timedelta(days=37) for earlier, later in pairwise(found))
