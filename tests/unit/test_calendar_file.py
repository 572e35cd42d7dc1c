"""A calendar file says more than ours, or is refused with the file and the key."""

from datetime import date, time
from pathlib import Path

import pytest

from bot.settings.calendar_file import load_calendar
from core.calendar.calendar import Calendar
from core.calendar.days import EXCHANGES
from core.errors import ConfigError, NotFound
from core.market.instruments import EXCHANGES as TRADABLE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The user's calendar file."""
    return tmp_path / "mine.toml"


def load(file: Path, text: str) -> Calendar:
    """Ours with this over it."""
    file.write_text(text, encoding="utf-8")
    return load_calendar(str(file))


def hours(calendar: Calendar, exchange: str, day: str) -> tuple[time, time] | None:
    """When it trades on a day."""
    found = calendar.session_on(exchange, date.fromisoformat(day))
    return (found.opens.time(), found.closes.time()) if found is not None else None


def test_a_day_replaces_the_same_day_and_leaves_the_others(file: Path) -> None:
    calendar = load(file, '[2026.evening]\n12-25 = "Christmas Eve"\n[2026.bank]\n11-30 = "Strike"\n')

    days = {one.day: one for one in calendar.year(2026).holidays}
    assert days[date(2026, 12, 25)].name == "Christmas Eve"
    assert hours(calendar, "MCX", "2026-12-25") == (time(17), time(23, 55))
    assert hours(calendar, "CDS", "2026-11-30") is None
    assert len(days) == len(load_calendar().year(2026).holidays) + 1
    assert list(days) == sorted(days)


def test_the_hours_of_a_special_session_may_be_told_when_they_are_published(file: Path) -> None:
    diwali = '11-08 = { name = "Muhurat", hours = { ALL = "18:15-19:15", MCX = "18:00-usual" }, closed = [] }\n'
    calendar = load(file, f"[2026.special]\n{diwali}")

    found = {one.exchange: one.closes.time() for one in calendar.sessions(date(2026, 11, 8))}
    assert found == dict.fromkeys(EXCHANGES, time(19, 15)) | {"MCX": time(23, 55)}
    assert not calendar.doubt(date(2026, 11, 8))


def test_a_day_may_be_declared_ordinary_even_one_that_is_closed_every_year(file: Path) -> None:
    calendar = load(file, '[2026.ordinary]\n11-24 = "moved"\n12-25 = "no"\n[2027.ordinary]\n03-22 = "sure"\n')

    assert hours(calendar, "NSE", "2026-11-24") == hours(calendar, "NSE", "2026-12-25") == (time(9, 15), time(15, 30))
    assert not calendar.is_known_closed("NSE", date(2026, 12, 25))
    assert date(2026, 12, 25) not in [one.day for one in calendar.year(2026).holidays]
    assert len(calendar.sessions(date(2027, 3, 22))) == len(EXCHANGES)


def test_a_year_may_be_completed_and_a_new_one_begun(file: Path) -> None:
    calendar = load(file, '[2027]\ncomplete = true\nsource = "NSE"\n[2028.closed]\n01-03 = "Test"\n')

    assert (calendar.year(2027).complete, calendar.year(2027).source) == (True, "NSE")
    assert len(calendar.sessions(date(2027, 3, 22))) == len(EXCHANGES)
    with pytest.raises(NotFound, match="of the holidays of 2028 only those of the calendar file are"):
        calendar.sessions(date(2028, 1, 4))
    assert calendar.sessions(date(2028, 1, 3)) == ()


def test_usual_hours_replace_ours_with_their_summer_and_their_later_changes(file: Path) -> None:
    calendar = load(file, '[exchanges.NFO]\nhours = "09:15-16:00"\n[exchanges.MCX]\nhours = "09:00-23:45"\n')

    assert hours(calendar, "NFO", "2026-12-08") == (time(9, 15), time(16))
    assert hours(calendar, "MCX", "2026-07-01") == (time(9), time(23, 45))
    assert hours(calendar, "MCX", "2026-11-24") == (time(17), time(23, 45))


def test_later_hours_summer_and_square_off_may_be_changed_alone(file: Path) -> None:
    later = '[exchanges.NFO]\nhours_from = { 2027-01-04 = "09:15-17:00" }\n'
    calendar = load(file, f'{later}[exchanges.MCX]\nsummer = "09:00-23:00"\nsquare_off = "22:00"\n')

    assert hours(calendar, "NFO", "2026-12-08") == (time(9, 15), time(15, 45))
    assert hours(calendar, "NFO", "2027-01-04") == (time(9, 15), time(17))
    assert hours(calendar, "MCX", "2026-07-01") == (time(9), time(23))
    assert hours(calendar, "MCX", "2026-12-08") == (time(9), time(23, 55))
    session = calendar.session_on("MCX", date(2026, 12, 8))
    assert session is not None
    squared = calendar.square_off_at(session)
    assert squared is not None
    assert squared.time() == time(22)


def test_an_exchange_may_be_added_that_keeps_anothers_holidays(file: Path) -> None:
    calendar = load(file, '[exchanges.GIFT]\nlike = "NSE"\nhours = "06:30-22:00"\n[exchanges.SUN]\nalways = true\n')

    assert hours(calendar, "GIFT", "2026-11-23") == (time(6, 30), time(22))
    assert hours(calendar, "GIFT", "2026-11-24") is None
    assert hours(calendar, "SUN", "2026-11-24") == (time(0), time(0))
    assert not [one for one in calendar.sessions(date(2026, 11, 23)) if one.exchange == "GIFT"]


def test_every_exchange_that_can_be_traded_has_hours() -> None:
    calendar = load_calendar()
    assert all(calendar.session_on(exchange, date(2026, 11, 23)) for exchange in TRADABLE)
    with pytest.raises(NotFound, match="hours of XYZ are not known here; the calendar file may tell them"):
        calendar.session_on("XYZ", date(2026, 11, 23))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[2026]\ncomplete", "not valid TOML: .*line 2|not valid TOML: .*end of document"),
        ("[2026.closed]\n02-30 = 'x'", r"2026\.closed\.02-30 is no day of 2026"),
        ("[2026.closed]\n2026-02-03 = 'x'", r"2026\.closed\.2026-02-03 is no day"),
        ("[2026.closed]\n02-03 = ''", r"2026\.closed\.02-03 must be a text"),
        (
            "[2026.closed]\n02-03 = 'x'\n[2026.bank]\n02-03 = 'y'",
            r"2026\.bank\.02-03: that day is in 2026\.closed too",
        ),
        ("[2026.ordinary]\n02-03 = 1", r"2026\.ordinary\.02-03 must be a text"),
        ("[2026.evenings]\n02-03 = 'x'", r"2026\.evenings is not known; 2026 may have bank, closed"),
        ("[2026]\ncomplete = 'yes'", r"2026\.complete must be true or false"),
        ("2026 = 1", "2026 must be a table"),
        ("[26]\ncomplete = true", "26 is not known; there are exchanges"),
        ("[every_year]\n13-01 = 'x'", r"every_year\.13-01 is no day"),
        ("[2026.special.02-03]\nname = 'x'", r"2026\.special\.02-03 needs hours"),
        ("[2026.special.02-03]\nhours = 'unknown'", r"02-03\.name must be a text"),
        ("[2026.special.02-03]\nname = 'x'\nhours = 'later'", r"02-03\.hours must be a table"),
        ("[2026.special.02-03]\nname = 'x'\nhours = { XYZ = '10:00-11:00' }", r"hours: XYZ is none of NSE"),
        (
            "[2026.special.02-03]\nname = 'x'\nhours = { NSE = '11:00-10:00' }",
            r"hours\.NSE must open before it closes",
        ),
        ("[2026.special.02-03]\nname = 'x'\nhours = { NSE = '10:00' }", r"hours\.NSE must be hours such as"),
        (
            "[2026.special.02-03]\nname = 'x'\nhours = { NSE = '16:00-usual' }",
            "NSE cannot open at 16:00 on 2026-02-03",
        ),
        ("[2026.special.02-03]\nname = 'x'\nclosed = 'NSE'", r"02-03\.closed must be a list"),
        (
            "[2026.special.02-03]\nname = 'x'\nclosed = ['NSE']\nhours = { ALL = '10:00-11:00' }",
            "NSE cannot be closed",
        ),
        ("[exchanges.NSE]\nhours = '09:15-usual'", r"exchanges\.NSE\.hours must be hours"),
        ("[exchanges.NSE]\nhours = '09:15-25:00'", r"exchanges\.NSE\.hours must be a time"),
        ("[exchanges.NSE]\nhours_from = { soon = '09:15-16:00' }", r"hours_from\.soon is no day"),
        ("[exchanges.NSE]\nsquare_off = 1515", r"exchanges\.NSE\.square_off must be a time"),
        ("[exchanges.NSE]\nlike = 'BSE'", r"exchanges\.NSE\.like: NSE has holidays of its own"),
        ("[exchanges.NSE]\nopens = '09:15'", r"exchanges\.NSE\.opens is not known"),
        ("[exchanges.XYZ]\nhours = '09:15-16:00'", r"exchanges\.XYZ\.like must say whose holidays XYZ keeps"),
        ("[exchanges.XYZ]\nlike = 'NCO'", r"exchanges\.XYZ\.like must say whose holidays"),
        ("[exchanges.CRYPTO]\nlike = 'NSE'", r"exchanges\.CRYPTO\.hours is missing"),
        ("[exchanges.CRYPTO]\nalways = true\nhours = '09:15-16:00'", r"always = true\.hours is not known"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_key(file: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=f"^calendar.file .*mine.toml: .*{told}"):
        load(file, text)


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"calendar\.file .*mine\.toml: it cannot be read"):
        load_calendar(str(file))
