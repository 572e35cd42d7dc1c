"""When a market that has to go on is open, and that it says so when it only guesses."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings.calendar_file import days_in_doubt, load_calendar
from core.calendar.days import EXCHANGES
from core.clock import IST
from core.errors import NotFound

CALENDAR = load_calendar()
MUHURAT, UNKNOWN = "Diwali Laxmi Pujan (Muhurat Trading)", "are not known here"
FIXED = "those that fall on the same day every year, and Good Friday, are"
HALF_KNOWN = f"Whether the exchanges trade on 29 Mar 2027 is not known here: of the holidays of 2027 only {FIXED}"


def at(moment: str) -> datetime:
    """A moment of Indian time, as the services have it: in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=IST).astimezone(UTC)


def opens(exchange: str, after: str) -> str:
    """When the next session begins."""
    return f"{CALENDAR.next_session(exchange, at(after)).opens.astimezone(IST):%Y-%m-%d %H:%M}"


def closed_at(exchange: str, before: str) -> str:
    """When the last session ended."""
    return f"{CALENDAR.last_session(exchange, at(before)).closes.astimezone(IST):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("exchange", "moment", "is_open"),
    [
        ("NSE", "2026-11-23 09:14:59", False),
        ("NSE", "2026-11-23 09:15", True),
        ("NSE", "2026-11-23 15:29:59", True),
        ("NSE", "2026-11-23 15:30", False),
        ("NFO", "2026-11-23 15:30", True),
        ("NFO", "2026-12-07 15:44", True),
        ("NSE", "2026-11-24 11:00", False),
        ("MCX", "2026-11-24 16:59", False),
        ("MCX", "2026-11-24 23:54", True),
        ("NSE", "2026-11-22 11:00", False),
        ("NSE", "2026-02-01 11:00", True),
        ("NSE", "2025-10-21 13:45", True),
        ("NSE", "2025-10-21 12:00", False),
        ("CDS", "2024-09-16 11:00", True),
        ("CDS", "2024-09-18 11:00", False),
        ("MCX", "2024-01-01 18:00", False),
        ("MCX", "2025-10-22 17:00", True),
        ("NCDEX", "2026-11-24 18:00", False),
        ("CRYPTO", "2026-11-22 03:00", True),
    ],
)
def test_an_exchange_is_open_from_its_open_until_its_close(exchange: str, moment: str, is_open: bool) -> None:
    assert CALENDAR.is_open(exchange, at(moment)) is is_open


def test_a_night_in_utc_is_the_next_day_in_india() -> None:
    assert CALENDAR.is_open("NSE", datetime(2026, 11, 23, 3, 45, tzinfo=UTC))
    assert not CALENDAR.is_open("NSE", datetime(2026, 11, 23, 3, 44, tzinfo=UTC))
    assert CALENDAR.is_open("CRYPTO", datetime(2026, 11, 22, 20, tzinfo=UTC))


def test_the_next_session_skips_weekends_and_holidays() -> None:
    assert opens("NSE", "2026-11-23 09:14") == "2026-11-23 09:15"
    assert opens("NSE", "2026-11-23 09:15") == "2026-11-25 09:15"
    assert opens("MCX", "2026-11-23 09:15") == "2026-11-24 17:00"
    assert opens("NSE", "2026-12-24 15:30") == "2026-12-28 09:15"
    assert opens("CRYPTO", "2026-11-22 03:00") == "2026-11-23 00:00"


def test_the_last_session_is_over() -> None:
    assert closed_at("NSE", "2026-11-23 15:30") == "2026-11-23 15:30"
    assert closed_at("NSE", "2026-11-23 15:29") == "2026-11-20 15:30"
    assert closed_at("NSE", "2026-11-25 08:00") == "2026-11-23 15:30"


@pytest.mark.parametrize(
    ("exchange", "moment", "why"),
    [
        ("NSE", "2026-11-23 11:00", ""),
        ("NSE", "2026-11-10 11:00", "NSE is closed: Diwali-Balipratipada. It opens Wed 11 Nov 09:15."),
        ("NSE", "2026-11-22 11:00", "NSE is closed: it is Sunday. It opens Mon 23 Nov 09:15."),
        ("NSE", "2026-11-23 08:00", "NSE is closed: it has not opened yet. It opens Mon 23 Nov 09:15."),
        ("NSE", "2026-11-23 16:00", "NSE is closed: it closed at 15:30. It opens Wed 25 Nov 09:15."),
        ("CDS", "2026-08-26 11:00", "CDS is closed: Id-E-Milad. It opens Thu 27 Aug 09:00."),
        (
            "MCX",
            "2026-11-24 12:00",
            "MCX is closed: Prakash Gurpurb Sri Guru Nanak Dev. It opens Tue 24 Nov 17:00.",
        ),
        (
            "NSE",
            "2026-11-08 18:30",
            f"NSE is closed: {MUHURAT}. It opens Mon 09 Nov 09:15. The hours of {MUHURAT} on 08 Nov 2026 {UNKNOWN}.",
        ),
        (
            "NSE",
            "2027-03-26 11:00",
            f"NSE is closed: Good Friday. It opens Mon 29 Mar 09:15. {HALF_KNOWN}.",
        ),
    ],
)
def test_it_is_said_why_an_exchange_is_closed_and_when_it_opens(exchange: str, moment: str, why: str) -> None:
    assert CALENDAR.why_closed(exchange, at(moment)) == why


@pytest.mark.parametrize("day", ["2027-03-22", "2031-03-03"])
def test_a_weekday_that_is_not_known_has_the_usual_hours_and_says_that_this_is_a_guess(day: str) -> None:
    found = CALENDAR.market_day("NSE", date.fromisoformat(day))

    assert found.session is not None
    assert (f"{found.session.opens:%H:%M}", f"{found.session.closes:%H:%M}") == ("09:15", "15:30")
    assert "not known here" in found.note
    assert found.session.note == found.note


def test_a_weekend_that_is_not_known_is_closed_and_a_guess() -> None:
    found = CALENDAR.market_day("NSE", date(2027, 3, 21))
    assert (found.session, found.reason, bool(found.note)) == (None, "it is Sunday", True)
    assert CALENDAR.market_day("NSE", date(2031, 1, 26)).reason == "Republic Day"


def test_a_day_that_is_known_is_no_guess() -> None:
    for day in (date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 24), date(2027, 1, 26)):
        assert CALENDAR.market_day("NSE", day).note == ""
    assert CALENDAR.market_day("CRYPTO", date(2031, 3, 3)).note == ""


def test_a_guess_warns_once_for_each_year(caplog: pytest.LogCaptureFixture) -> None:
    calendar = load_calendar()
    with caplog.at_level(logging.WARNING):
        calendar.is_open("NSE", at("2026-11-23 11:00"))
        assert not caplog.messages
        for _ in range(3):
            calendar.is_open("NSE", at("2027-03-22 11:00"))
            calendar.is_open("NFO", at("2028-03-22 11:00"))
    assert [("of 2027" in line, "of 2028" in line) for line in caplog.messages] == [(True, False), (False, True)]
    assert all("The usual hours of weekdays are taken" in line for line in caplog.messages)


@pytest.mark.parametrize(
    ("exchange", "day", "squared"),
    [
        *((exchange, "2026-11-23", "15:15") for exchange in ("NSE", "BSE", "NFO", "BFO")),
        ("CDS", "2026-11-23", "16:45"),
        ("BCD", "2026-11-23", "16:45"),
        ("MCX", "2026-11-23", "23:30"),
        ("MCX", "2026-07-01", "23:25"),
        ("MCX", "2026-11-24", "23:30"),
        ("MCX", "2026-02-01", "16:45"),
        ("NSE", "2026-02-01", "15:15"),
        ("NSE", "2025-10-21", "14:30"),
        ("MCX", "2024-11-01", "18:45"),
        ("NCO", "2026-11-23", "23:30"),
    ],
)
def test_square_off_is_before_the_close(exchange: str, day: str, squared: str) -> None:
    session = CALENDAR.session_on(exchange, date.fromisoformat(day))
    assert session is not None
    moment = CALENDAR.square_off_at(session)
    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == f"{day} {squared}"


def test_nobody_squares_off_where_trading_never_ends() -> None:
    session = CALENDAR.session_on("CRYPTO", date(2026, 11, 22))
    assert session is not None
    assert session.closes - session.opens == timedelta(days=1)
    assert CALENDAR.square_off_at(session) is None


def test_an_exchange_that_never_trades_again_is_told(tmp_path: Path) -> None:
    days = [date(2028, 1, 1) + timedelta(days=ahead) for ahead in range(366)]
    closed = "".join(f'{day:%m-%d} = "x"\n' for day in days)
    (tmp_path / "mine.toml").write_text(f"[2028.closed]\n{closed}", encoding="utf-8")
    calendar = load_calendar(str(tmp_path / "mine.toml"))

    with pytest.raises(NotFound, match="NSE has no session in the year after 31 Dec 2027"):
        calendar.next_session("NSE", at("2027-12-31 16:00"))
    with pytest.raises(NotFound, match="NSE had no session in the year before 01 Jan 2029"):
        calendar.last_session("NSE", at("2029-01-01 08:00"))


def test_the_days_in_doubt_are_told_in_runs() -> None:
    assert days_in_doubt(CALENDAR, date(2026, 11, 23)) == ""
    assert days_in_doubt(CALENDAR, date(2026, 11, 1)) == "08 Nov 2026"
    assert days_in_doubt(CALENDAR, date(2026, 12, 30)) == "01 Jan 2027 to 25 Jan 2027, 27 Jan 2027 to 28 Jan 2027"


def test_the_seven_are_asked_strictly_and_the_market_goes_on() -> None:
    strict = {one.exchange: (one.opens, one.closes) for one in CALENDAR.sessions(date(2026, 11, 24))}
    going_on = {name: CALENDAR.session_on(name, date(2026, 11, 24)) for name in EXCHANGES}
    assert strict == {name: (one.opens, one.closes) for name, one in going_on.items() if one is not None}
