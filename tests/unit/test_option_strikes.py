"""Option contracts by their distance from the money: OpenAlgo's worked example, and its rules."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import (
    computed_strike,
    option_exchange,
    parse_expiry,
    parse_underlying,
    pick_listed,
    render_expiry,
    underlying_exchange,
)

DAY = date(2026, 12, 29)
LTP = Decimal(26055)


def chain(*strikes: int | str) -> list[Instrument]:
    """Contracts with these strikes."""
    kind, tick = InstrumentType.CALL, Decimal("0.05")
    made = [Instrument("NFO", f"N{one}", "NIFTY", kind, 65, tick, 0, DAY, Decimal(one)) for one in strikes]
    return sorted(made, key=lambda contract: contract.strike or 0)


HUNDREDS = chain(*range(25500, 26700, 100), 26050)


@pytest.mark.parametrize(
    ("offset", "option_type", "strike"),
    [
        ("ATM", "CE", 26050),
        ("OTM2", "CE", 26200),
        ("ITM1", "PE", 26100),
        ("otm1", "CE", 26100),
        ("ITM1", "CE", 26000),
        ("OTM1", "PE", 26000),
        ("OTM6", "CE", 26600),
        ("ITM6", "CE", 25500),
    ],
)
def test_listed_strikes_are_counted_from_the_nearest(offset: str, option_type: str, strike: int) -> None:
    assert pick_listed(HUNDREDS, LTP, offset, option_type).strike == strike


@pytest.mark.parametrize(
    ("step", "offset", "option_type", "strike"),
    [
        (50, "ATM", "CE", 26050),
        (100, "ATM", "CE", 26100),
        (100, "OTM1", "CE", 26200),
        (100, "OTM1", "PE", 26000),
        (100, "ITM2", "CE", 25900),
    ],
)
def test_strikes_of_a_step_are_counted_from_the_nearest_rung(
    step: int, offset: str, option_type: str, strike: int
) -> None:
    assert computed_strike(LTP, step, offset, option_type) == strike


@pytest.mark.parametrize(("ltp", "strike"), [(25, 0), (75, 100), (125, 100), (175, 200)])
def test_halfway_between_two_rungs_is_the_even_one(ltp: int, strike: int) -> None:
    assert computed_strike(Decimal(ltp), 50, "ATM", "CE") == strike


def test_halfway_between_two_listed_strikes_is_the_lower_one() -> None:
    assert pick_listed(chain(100, 200), Decimal(150), "ATM", "CE").strike == 100


@pytest.mark.parametrize("ltp", ["25449.95", "26650.05", 28_700, 0])
@pytest.mark.parametrize("offset", ["ATM", "ITM3", "OTM20"])
def test_no_offset_is_counted_from_a_strike_that_is_not_at_the_money(ltp: int | str, offset: str) -> None:
    with pytest.raises(Invalid, match=rf"the price is {ltp}, and the strikes go from 25500 to 26600\."):
        pick_listed(HUNDREDS, Decimal(ltp), offset, "PE")


@pytest.mark.parametrize(("ltp", "strike"), [(25_450, 25_500), (26_650, 26_600)])
def test_half_a_step_beyond_the_last_strike_it_is_still_the_nearest(ltp: int, strike: int) -> None:
    assert pick_listed(HUNDREDS, Decimal(ltp), "ATM", "CE").strike == strike


@pytest.mark.parametrize("offset", ["XYZ", "", "OTM", "OTMx", "ATM1", "ITM-1", "OTM7", "ITM7", " ATM", "OTM1000"])
def test_offset_that_leads_nowhere_is_refused(offset: str) -> None:
    with pytest.raises(Invalid, match="out of range for available strikes"):
        pick_listed(HUNDREDS, LTP, offset, "CE")


@pytest.mark.parametrize("offset", ["XYZ", "OTMx"])
def test_word_that_is_no_offset_is_refused_with_a_step_too(offset: str) -> None:
    with pytest.raises(Invalid, match=f"Invalid offset: {offset}"):
        computed_strike(LTP, 50, offset, "CE")


@pytest.mark.parametrize(
    ("text", "name", "expiry"),
    [
        ("NIFTY", "NIFTY", None),
        ("nifty29dec26fut", "NIFTY", DAY),
        ("NIFTY29DEC26", "NIFTY", DAY),
        ("M&M", "M&M", None),
        ("NIFTY50", "NIFTY50", None),
        ("NIFTYNXT50", "NIFTYNXT50", None),
        ("niftynxt5029dec26fut", "NIFTYNXT50", DAY),
        ("NIFTYNXT5029DEC26", "NIFTYNXT50", DAY),
        ("SENSEX5029DEC26FUT", "SENSEX50", DAY),
        ("3MINDIA29DEC26FUT", "3MINDIA", DAY),
        ("M&M29DEC26FUT", "M&M", DAY),
        ("BAJAJ-AUTO29DEC26", "BAJAJ-AUTO", DAY),
        ("NIFTY50EQL20", "NIFTY50EQL20", None),
        ("29DEC26FUT", "29DEC26FUT", None),
    ],
)
def test_underlying_may_carry_its_expiry(text: str, name: str, expiry: date | None) -> None:
    assert parse_underlying(text) == (name, expiry)


@pytest.mark.parametrize("text", ["29dec26", "29DEC2026", "31FEB26", "", "DEC2926", "2९DEC26"])
def test_what_is_no_day_is_no_expiry(text: str) -> None:
    with pytest.raises(Invalid, match="Invalid expiry date"):
        parse_expiry(text)


def test_expiry_reads_back_as_it_was_written() -> None:
    assert (parse_expiry("29DEC26"), render_expiry(DAY)) == (DAY, "29DEC26")


@pytest.mark.parametrize(
    ("name", "asked", "quoted", "traded"),
    [
        ("NIFTY", "NSE_INDEX", "NSE_INDEX", "NFO"),
        ("NIFTY", "NFO", "NSE_INDEX", "NFO"),
        ("SENSEX", "BFO", "BSE_INDEX", "BFO"),
        ("RELIANCE", "NFO", "NSE", "NFO"),
        ("RELIANCE", "BFO", "BSE", "BFO"),
        ("RELIANCE", "NSE", "NSE", "NFO"),
        ("RELIANCE", "BSE", "BSE", "BFO"),
        ("CRUDEOIL", "MCX", "MCX", "MCX"),
        ("USDINR", "CDS", "CDS", "CDS"),
        ("X", "GLOBAL_INDEX", "GLOBAL_INDEX", "NFO"),
    ],
)
def test_underlying_and_its_options_have_their_own_exchanges(name: str, asked: str, quoted: str, traded: str) -> None:
    assert (underlying_exchange(name, asked), option_exchange(asked)) == (quoted, traded)
