"""What a symbol master finds, both ways."""

from datetime import date
from decimal import Decimal

import pytest

from brokers.common.symbol_master import Listed, SymbolMaster
from core.market.instruments import Instrument, InstrumentType

DECEMBER, JANUARY = date(2026, 12, 29), date(2027, 1, 26)


def future(expiry: date, key: str) -> Listed:
    """NIFTY's future of a month."""
    symbol = f"NIFTY{expiry:%d%b%y}FUT".upper()
    return Listed(Instrument("NFO", symbol, "NIFTY", InstrumentType.FUTURE, 75, Decimal("0.1"), expiry=expiry), key)


def call(strike: int, key: str) -> Listed:
    """A call on NIFTY in December."""
    contract = Instrument(
        "NFO",
        f"NIFTY29DEC26{strike}CE",
        "NIFTY",
        InstrumentType.CALL,
        75,
        Decimal("0.05"),
        expiry=DECEMBER,
        strike=Decimal(strike),
    )
    return Listed(contract, key)


SHARE = Listed(Instrument("NSE", "SBIN", "STATE BANK OF INDIA", InstrumentType.EQUITY, 1, Decimal("0.05")), "3045")


@pytest.fixture
def master() -> SymbolMaster:
    """A share, two futures, two calls."""
    listed = [SHARE, future(JANUARY, "2"), future(DECEMBER, "1"), call(26500, "4"), call(26000, "3")]
    return SymbolMaster(listed, date(2026, 11, 27))


def test_an_instrument_is_found_by_our_name_and_by_theirs(master: SymbolMaster) -> None:
    assert master.find("NSE", "SBIN") is SHARE.instrument
    assert master.key_of("NSE", "SBIN") == "3045"
    assert master.by_key("3045") is SHARE.instrument
    assert master.as_of == date(2026, 11, 27)
    assert len(master) == 5


def test_what_is_not_listed_is_not_found(master: SymbolMaster) -> None:
    assert master.find("BSE", "SBIN") is None
    assert master.key_of("BSE", "SBIN") is None
    assert master.by_key("9") is None
    assert master.list_options("NFO", "BANKNIFTY", DECEMBER, "CE") == ()
    assert list(master.list_expiries("NFO", "BANKNIFTY", options=True)) == []


def test_contracts_are_listed_by_strike_and_expiries_nearest_first(master: SymbolMaster) -> None:
    assert [one.strike for one in master.list_options("NFO", "NIFTY", DECEMBER, "CE")] == [26000, 26500]
    assert list(master.list_expiries("NFO", "NIFTY", options=False)) == [DECEMBER, JANUARY]
    assert list(master.list_expiries("NFO", "NIFTY", options=True)) == [DECEMBER]


def test_words_find_symbols_and_names(master: SymbolMaster) -> None:
    assert [one.symbol for one in master.search("state bank", None, 5)] == ["SBIN"]
    assert [one.symbol for one in master.search("nifty 26000", "NFO", 5)] == ["NIFTY29DEC2626000CE"]


def test_of_two_that_we_call_the_same_the_first_is_listed(master: SymbolMaster) -> None:
    twice = SymbolMaster([call(26000, "3"), call(26000, "9")])

    assert (twice.key_of("NFO", "NIFTY29DEC2626000CE"), twice.by_key("9"), len(twice)) == ("3", None, 1)
