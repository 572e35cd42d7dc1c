"""Kite's list of instruments, in our names."""

from datetime import date
from decimal import Decimal

import pytest

from brokers.zerodha.kite_dump import read_dump
from core.market.instruments import Instrument, InstrumentType
from tests.brokers.zerodha.fake_zerodha import SAMPLES
from tests.brokers.zerodha.kite_samples import master

DECEMBER = date(2026, 12, 29)


@pytest.mark.parametrize(
    ("exchange", "symbol", "key"),
    [
        ("NSE_INDEX", "NIFTY", "NSE:NIFTY 50"),
        ("NSE_INDEX", "BANKNIFTY", "NSE:NIFTY BANK"),
        ("NSE_INDEX", "FINNIFTY", "NSE:NIFTY FIN SERVICE"),
        ("NSE_INDEX", "MIDCPNIFTY", "NSE:NIFTY MID SELECT"),
        ("NSE_INDEX", "NIFTYNXT50", "NSE:NIFTY NEXT 50"),
        ("NSE_INDEX", "INDIAVIX", "NSE:INDIA VIX"),
        ("NSE_INDEX", "NIFTYIT", "NSE:NIFTY IT"),
        ("BSE_INDEX", "SENSEX", "BSE:SENSEX"),
        ("BSE_INDEX", "BANKEX", "BSE:BANKEX"),
        ("NSE", "SBIN", "NSE:SBIN"),
        ("NSE", "M&M", "NSE:M&M"),
        ("NSE", "SOMECO-BE", "NSE:SOMECO-BE"),
        ("BSE", "SBIN", "BSE:SBIN"),
        ("NFO", "NIFTY29DEC26FUT", "NFO:NIFTY26DECFUT"),
        ("NFO", "NIFTY01DEC2626000CE", "NFO:NIFTY26D0126000CE"),
        ("NFO", "IDEA29DEC268.5PE", "NFO:IDEA26DEC8.5PE"),
        ("BFO", "SENSEX03DEC2677100CE", "BFO:SENSEX2612377100CE"),
        ("CDS", "USDINR29DEC26FUT", "CDS:USDINR26DECFUT"),
        ("CDS", "USDINR29DEC2688.25CE", "CDS:USDINR26DEC88.25CE"),
        ("MCX", "CRUDEOIL18DEC26FUT", "MCX:CRUDEOIL26DECFUT"),
        ("MCX", "CRUDEOIL15DEC265550CE", "MCX:CRUDEOIL26DEC5550CE"),
    ],
)
def test_each_kind_has_our_name_and_keeps_kite_s(exchange: str, symbol: str, key: str) -> None:
    assert master().key_of(exchange, symbol) == key
    found = master().by_key(key)
    assert found is not None
    assert (found.exchange, found.symbol) == (exchange, symbol)


def test_a_contract_has_its_lot_tick_expiry_and_strike() -> None:
    assert master().find("NFO", "NIFTY01DEC2626000CE") == Instrument(
        "NFO",
        "NIFTY01DEC2626000CE",
        "NIFTY",
        InstrumentType.CALL,
        75,
        Decimal("0.05"),
        expiry=date(2026, 12, 1),
        strike=Decimal(26000),
    )


@pytest.mark.parametrize(
    ("exchange", "symbol", "units"),
    [("CDS", "USDINR29DEC26FUT", 1000), ("MCX", "CRUDEOIL18DEC26FUT", 100), ("MCX", "GOLDPETAL31DEC26FUT", 1)],
)
def test_what_kite_counts_in_lots_has_the_lot_that_its_price_is_for(exchange: str, symbol: str, units: int) -> None:
    found = master().find(exchange, symbol)

    assert found is not None
    assert found.lot == units


@pytest.mark.parametrize(
    "key",
    [
        "MCX:STEELREBAR26DECFUT",
        "MCX:COPPER26DECFUT",
        "NFO:BROKEN26DECFUT",
        "NFO:NOTICK26DECFUT",
        "NSEIX:GIFT NIFTY",
    ],
)
def test_what_nobody_knows_the_size_of_is_not_listed(key: str) -> None:
    assert master().by_key(key) is None


def test_shares_know_whether_derivatives_trade_on_them() -> None:
    shares = {symbol: master().find("NSE", symbol) for symbol in ("SBIN", "INFY")}

    assert {symbol: one.has_derivatives for symbol, one in shares.items() if one} == {"SBIN": True, "INFY": False}


@pytest.mark.parametrize(
    ("line", "symbol"),
    [
        ("NIFTY26DECFUT,,0,2026-12-29,,0.05,75,FUT,NFO-FUT,NFO", "NIFTY29DEC26FUT"),
        ("BANKNIFTY26DEC52500CE,,0.0,2026-12-29,52500.0,0.05,35,CE,NFO-OPT,NFO", "BANKNIFTY29DEC2652500CE"),
        ("NIFTY26D0126000PE,,0.0,2026-12-01,26000.0,0.05,75,PE,NFO-OPT,NFO", "NIFTY01DEC2626000PE"),
        ("NIFTY27112626000PE,,0.0,2027-01-12,26000.0,0.05,75,PE,NFO-OPT,NFO", None),
        ("SENSEX2711226000PE,,0.0,2027-01-12,26000.0,0.05,20,PE,BFO-OPT,BFO", "SENSEX12JAN2726000PE"),
    ],
)
def test_a_contract_without_its_underlying_s_name_has_it_in_its_own(line: str, symbol: str | None) -> None:
    head, share = (SAMPLES / "instruments.csv").read_text().splitlines()[0], "1,1,SBIN,,0,,0,0.05,1,EQ,NSE,NSE"
    found = read_dump(f"{head}\n{share}\n1,1,{line}\n".encode(), date(2026, 11, 27))

    contract = found.by_key(f"{line[-3:]}:{line.partition(',')[0]}")
    assert (contract and contract.symbol) == symbol


def test_chains_and_expiries() -> None:
    chain = master().list_options("NFO", "NIFTY", DECEMBER, "CE")

    assert [one.strike for one in chain] == [26000, 26500]
    assert list(master().list_expiries("NFO", "NIFTY", options=False)) == [DECEMBER, date(2027, 1, 26)]
    assert list(master().list_expiries("NFO", "NIFTY", options=True)) == [date(2026, 12, 1), DECEMBER]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>please log in</html>",
        b'{"status":"error"}',
        (SAMPLES / "instruments.csv").read_bytes().splitlines()[0],
        b"\xff\xfe",
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_dump(raw, date(2026, 11, 27))
