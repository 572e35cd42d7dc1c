"""The contract table knows when terms change, and a user's own file goes over it, or is refused with file and key."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings.calendar_file import load_calendar
from brokers.paper.symbols.contract_table import ContractTable, load_contract_table
from brokers.paper.symbols.listing import PaperListing
from core.errors import ConfigError
from core.market.instruments import Instrument
from tests.paper.rig import StoppedClock

TODAY = date(2026, 11, 23)
OURS = load_contract_table()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The user's file."""
    return tmp_path / "contracts.toml"


def load(file: Path, text: str) -> ContractTable:
    """The table with this over ours."""
    file.write_text(text, encoding="utf-8")
    return load_contract_table(str(file))


def contract(table: ContractTable, symbol: str, today: date = TODAY) -> Instrument:
    """A contract on NFO."""
    found = table.parse("NFO", symbol, today)
    assert found is not None
    return found


@pytest.mark.parametrize(("expiry", "lot"), [("26MAY26", 550), ("30JUN26", 550), ("28JUL26", 650), ("29DEC26", 650)])
def test_a_lot_goes_by_the_expiry_of_the_contract_not_by_today(expiry: str, lot: int) -> None:
    for today in (date(2026, 5, 4), TODAY):
        assert contract(OURS, f"HDFCBANK{expiry}FUT", today).lot == lot
        assert contract(OURS, f"HDFCBANK{expiry}1000CE", today).lot == lot


def test_a_freeze_quantity_goes_by_today_in_whole_lots(file: Path) -> None:
    table = load(file, "[NFO.NIFTY]\nfreeze_from = { 2026-12-01 = 2000 }")
    future = "NIFTY29DEC26FUT"
    assert contract(table, future).freeze_quantity == 1755
    assert contract(table, future, date(2026, 12, 1)).freeze_quantity == 1950


async def test_a_changed_freeze_quantity_holds_from_its_day_without_a_restart(file: Path) -> None:
    clock = StoppedClock()
    table = load(file, "[NFO.NIFTY]\nfreeze_from = { 2026-11-24 = 2000 }")
    listing = PaperListing(clock, load_calendar(), table)
    found = [listing.find("NFO", "NIFTY29DEC2626000CE")]
    clock.advance(days=1)
    await listing.refresh()
    found.append(listing.find("NFO", "NIFTY29DEC2626000CE"))
    assert [one.freeze_quantity for one in found if one] == [1755, 1950]


def test_a_changed_strike_step_goes_by_the_expiry(file: Path) -> None:
    table = load(file, "[NFO.NIFTY]\nstrike_step_from = { 2027-01-01 = 100 }")
    listing = PaperListing(StoppedClock(), load_calendar(), table)
    assert listing.find("NFO", "NIFTY29DEC2626050CE")
    assert not listing.find("NFO", "NIFTY25JAN2726050CE")
    assert listing.find("NFO", "NIFTY25JAN2726100CE")
    chain = listing.list_options("NFO", "NIFTY", date(2027, 1, 25), "CE")
    assert {one.strike % 100 for one in chain if one.strike} == {0}


def test_what_a_file_does_not_say_stays_ours(file: Path) -> None:
    table = load(file, "[NFO.NIFTY]\nlot = 75\n[NFO.HDFCBANK]\nlot_from = { 2027-01-01 = 700 }\n")
    assert contract(table, "NIFTY29DEC26FUT").lot == 75
    assert contract(table, "NIFTY29DEC26FUT").tick == contract(OURS, "NIFTY29DEC26FUT").tick
    assert [contract(table, f"HDFCBANK{day}FUT").lot for day in ("30JUN26", "29DEC26", "25JAN27")] == [550, 650, 700]
    assert contract(table, "TCS29DEC26FUT") == contract(OURS, "TCS29DEC26FUT")
    assert (table.as_of, load(file, "as_of = 2026-11-20").as_of) == (OURS.as_of, date(2026, 11, 20))


def test_a_new_lot_replaces_ours_with_its_changes(file: Path) -> None:
    table = load(file, "[NFO.HDFCBANK]\nlot = 600\n")
    assert [contract(table, f"HDFCBANK{day}FUT").lot for day in ("30JUN26", "29DEC26")] == [600, 600]


def test_a_file_may_list_another_underlying(file: Path) -> None:
    terms = 'spot = "NSE"\nexpiry = "last Tuesday"\nlot = 200\nstrike_step = 2.5\nfreeze = 10000\ntick = 0.05\n'
    table = load(file, f'[NFO."M&M"]\n{terms}')
    listing = PaperListing(StoppedClock(), load_calendar(), table)
    assert listing.list_expiries("NFO", "M&M", options=True) == listing.list_expiries("NFO", "TCS", options=True)
    chain = listing.list_options("NFO", "M&M", date(2026, 12, 29), "CE")
    assert (chain[1].symbol, chain[1].lot) == ("M&M29DEC263687.5CE", 200)
    assert chain[1].strike == Decimal("3687.5")
    assert listing.find("NFO", "M&M29DEC263687.5CE") == chain[1]
    assert not listing.find("NFO", "M&M29DEC263688CE")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("as_of = 'soon'", "as_of must be a day such as 2026-11-01"),
        ("as_of = 2026-11-01T10:00:00", "as_of must be a day"),
        ("[NFX.NIFTY]\nlot = 1", "NFX is not known; there are as_of and the exchanges NFO, BFO, "),
        ("NFO = 3", "NFO must be a table"),
        ("[NFO]\nNIFTY = 3", "NFO.NIFTY must be a table"),
        ("[NFO.NIFTY]\nlots = 3", "NFO.NIFTY.lots is not known; NFO.NIFTY may have expiry, freeze, "),
        ("[NFO.NIFTY]\nlot = 0", "NFO.NIFTY.lot must be a whole number above 0"),
        ("[NFO.NIFTY]\nlot = true", "NFO.NIFTY.lot must be a whole number above 0"),
        ("[NFO.NIFTY]\nlot = 6.5", "NFO.NIFTY.lot must be a whole number above 0"),
        ("[NFO.NIFTY]\nlot = 2000", "NFO.NIFTY.freeze must be at least a lot"),
        ("[NFO.NIFTY]\nlot_from = 3", "NFO.NIFTY.lot_from must be a table"),
        ("[NFO.NIFTY]\nlot_from = { 2026-02-30 = 3 }", "NFO.NIFTY.lot_from.2026-02-30 is no day"),
        ("[NFO.NIFTY]\nlot_from = { 2026-02-03 = '3' }", "NFO.NIFTY.lot_from.2026-02-03 must be a whole number"),
        ("[NFO.NIFTY]\nstrike_step = 'fifty'", "NFO.NIFTY.strike_step must be an amount above 0"),
        ("[NFO.NIFTY]\nstrike_step = nan", "NFO.NIFTY.strike_step must be an amount above 0"),
        ("[NFO.NIFTY]\nstrike_step = 0.125", "NFO.NIFTY.strike_step must be in whole paise"),
        ("[NFO.NIFTY]\ntick = -1", "NFO.NIFTY.tick must be an amount above 0"),
        ("[NFO.NIFTY]\nexpiry = 'last Sunday'", 'NFO.NIFTY.expiry must be such as "last Tuesday"'),
        ("[NFO.NIFTY]\nweekly = 'Sunday'", "NFO.NIFTY.weekly must be one of Monday"),
        ("[NFO.NIFTY]\nweekly = [1]", "NFO.NIFTY.weekly must be one of Monday"),
        ("[NFO.NIFTY]\nspot = 'NSE'", "NFO.NIFTY.spot: there is no NIFTY on NSE here"),
        ("[NFO.nope]\nlot = 1", "NFO.nope is no name"),
        ("[NFO.NOPE]\nlot = 1", "NFO.NOPE.spot must be the exchange"),
        ("[NFO.NOPE]\nspot = 'NSE'", "NFO.NOPE.spot: there is no NOPE on NSE here"),
        ("[NFO.ITC]\nspot = 'NSE'\nexpiry = 'day 9'\ntick = 1", "NFO.ITC.lot must be a whole number above 0"),
        (
            "[NFO.ITC]\nspot = 'NSE'\nexpiry = 'day 9'\ntick = 1\nlot = 1\nfreeze = 1\nweekly = 'Friday'",
            "NFO.ITC.strike_step is missing",
        ),
        ("[NFO.NIFTY", "it is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(file: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load(file, text)
    assert str(fault.value).startswith(f"contracts.file {file}: {complaint}")


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"contracts\.toml: it cannot be read"):
        load_contract_table(str(file))
