"""The trading calendar says what it knows, and says so when it does not."""

from datetime import date, time, timedelta

import pytest

from bot.settings.calendar_file import load_calendar
from core.calendar.days import EXCHANGES, HolidayKind
from core.clock import IST
from core.errors import NotFound

CALENDAR = load_calendar()
YEARS = {number: CALENDAR.year(number) for number in range(2024, 2028)}
EVERY_YEAR = {(1, 26), (8, 15), (10, 2), (12, 25)}
SATURDAY = 5
CLOSED_2026 = [
    "01-15",
    "01-26",
    "03-03",
    "03-26",
    "03-31",
    "04-03",
    "04-14",
    "05-01",
    "05-28",
    "06-26",
    "09-14",
    "10-02",
    "10-20",
    "11-10",
    "11-24",
    "12-25",
]
"""The weekdays of 2026 on which NSE's and BSE's cash markets did not trade."""


def _hours(day: str) -> dict[str, tuple[time, time]]:
    sessions = CALENDAR.sessions(date.fromisoformat(day))
    return {one.exchange: (one.opens.astimezone(IST).time(), one.closes.astimezone(IST).time()) for one in sessions}


def test_shares_trade_on_every_weekday_of_2026_but_these() -> None:
    year = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    closed = [f"{day:%m-%d}" for day in year if day.weekday() < SATURDAY and CALENDAR.is_known_closed("NSE", day)]
    assert closed == CLOSED_2026


def test_a_usual_day_has_these_hours() -> None:
    hours = _hours("2026-11-23")
    assert list(hours) == list(EXCHANGES)
    assert hours["NSE"] == hours["BSE"] == (time(9, 15), time(15, 30))
    assert hours["NFO"] == hours["BFO"] == (time(9, 15), time(15, 40))
    assert hours["CDS"] == hours["BCD"] == (time(9), time(17))
    assert hours["MCX"] == (time(9), time(23, 55))


def test_derivatives_closed_earlier_before_the_closing_auction_came() -> None:
    assert _hours("2026-07-31")["NFO"] == (time(9, 15), time(15, 30))
    assert _hours("2026-08-03")["NFO"] == (time(9, 15), time(15, 40))


def test_commodities_close_earlier_while_it_is_summer_in_new_york() -> None:
    assert _hours("2026-03-06")["MCX"][1] == time(23, 55)
    assert _hours("2026-03-09")["MCX"][1] == time(23, 30)
    assert _hours("2026-10-30")["MCX"][1] == time(23, 30)
    assert _hours("2026-11-02")["MCX"][1] == time(23, 55)


def test_on_many_holidays_commodities_trade_in_the_evening() -> None:
    assert _hours("2026-11-24") == {"MCX": (time(17), time(23, 55))}
    assert _hours("2026-05-28") == {"MCX": (time(17), time(23, 30))}


@pytest.mark.parametrize("day", ["2026-01-26", "2026-12-25", "2026-11-22", "2027-01-26"])
def test_on_some_days_nothing_trades(day: str) -> None:
    assert _hours(day) == {}


def test_on_bank_holidays_only_currencies_rest() -> None:
    assert set(EXCHANGES) - set(_hours("2026-02-19")) == {"CDS", "BCD"}


def test_the_budget_sunday_was_a_trading_day() -> None:
    hours = _hours("2026-02-01")
    assert (hours["NSE"], hours["MCX"]) == ((time(9, 15), time(15, 30)), (time(9), time(17)))
    assert not CALENDAR.is_known_closed("NSE", date(2026, 2, 1))
    assert "CDS" not in hours


def test_hours_that_are_not_known_are_not_made_up() -> None:
    with pytest.raises(NotFound, match=r"hours of Diwali .* on 08 Nov 2026 are not known"):
        CALENDAR.sessions(date(2026, 11, 8))
    assert not CALENDAR.is_known_closed("NSE", date(2026, 11, 8))


@pytest.mark.parametrize("day", ["2027-03-22", "2027-03-21"])
def test_in_a_year_half_known_no_other_day_is_called_open_or_closed(day: str) -> None:
    with pytest.raises(NotFound, match="is not known here: of the holidays of 2027 only those that fall on the same"):
        CALENDAR.sessions(date.fromisoformat(day))


def test_a_year_nobody_published_is_said_to_be_unknown() -> None:
    with pytest.raises(
        NotFound, match="The trading holidays of 2031 are not known here; those of 2024, 2025, 2026 and 2027 are"
    ):
        CALENDAR.year(2031)
    with pytest.raises(NotFound, match="2031"):
        CALENDAR.sessions(date(2031, 3, 3))


def test_each_year_is_in_order_and_in_itself() -> None:
    for number, year in YEARS.items():
        days = [holiday.day for holiday in year.holidays]
        assert days == sorted(set(days))
        assert {day.year for day in days} == {number} == {year.year}
        assert year.source


def test_every_holiday_names_only_exchanges_that_the_calendar_knows() -> None:
    for holiday in (one for year in YEARS.values() for one in year.holidays):
        assert set(holiday.closed) | set(holiday.hours) <= set(EXCHANGES)
        assert not set(holiday.closed) & set(holiday.hours)
        assert holiday.closed or holiday.kind is HolidayKind.SPECIAL
