"""Which price an underlying has, and what is said when there is none."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid, Unready
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.orders.intents import OptionLeg, Options
from core.orders.order import Action
from core.services.market.option_contracts import find_contract, find_price
from tests.factories import START

FUTURE = Instrument("MCX", "CRUDEOIL18DEC26FUT", "CRUDEOIL", InstrumentType.FUTURE, 100, Decimal(1))


@dataclass
class Master:
    """Implements core.ports.Instruments over a list."""

    listed: list[Instrument] = field(default_factory=list)
    as_of: date | None = None

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument."""
        return next((one for one in self.listed if (one.exchange, one.symbol) == (exchange, symbol)), None)

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> list[Instrument]:
        """A chain."""
        return [one for one in self.listed if (one.exchange, one.name, one.expiry) == (exchange, name, expiry)]

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> list[date]:
        """None."""
        return []

    def search(self, query: str, exchange: str | None, limit: int) -> list[Instrument]:
        """Nothing."""
        return []


class Asked:
    """Remembers what it was asked, and knows some prices."""

    def __init__(self, *known: tuple[str, str]) -> None:
        self.known = known
        self.asked: list[tuple[str, str]] = []

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """100 rupees for what is known."""
        self.asked.append((exchange, symbol))
        price = Decimal(100)
        known = (exchange, symbol) in self.known
        return Quote(exchange, symbol, price, price, price, price, price, price, price, 0, START) if known else None


def asking(underlying: str, exchange: str) -> Options:
    """An order for one call."""
    return Options(underlying, exchange, (OptionLeg("ATM", "CE", Action.BUY, 1),))


@pytest.mark.parametrize(
    ("underlying", "exchange", "priced_by"),
    [
        ("NIFTY29DEC26FUT", "NFO", ("NSE_INDEX", "NIFTY")),
        ("NIFTY29DEC26FUT", "NSE_INDEX", ("NSE_INDEX", "NIFTY")),
        ("CRUDEOIL18DEC26FUT", "MCX", ("MCX", "CRUDEOIL18DEC26FUT")),
        ("USDINR28DEC26", "CDS", ("CDS", "USDINR28DEC26FUT")),
        ("BTC", "CRYPTO", ("CRYPTO", "BTCUSDFUT")),
    ],
)
def test_underlying_is_priced_by_its_spot_or_by_its_future(
    underlying: str, exchange: str, priced_by: tuple[str, str]
) -> None:
    feed = Asked(priced_by)

    price = find_price(asking(underlying, exchange), Master(), feed)

    assert (price, feed.asked) == (Decimal(100), [priced_by])


def test_unknown_underlying_is_the_callers_mistake() -> None:
    with pytest.raises(Invalid, match=r"Failed to fetch LTP for ZZZ\. Symbol 'ZZZ' not found for exchange 'NSE'"):
        find_price(asking("ZZZ", "NSE"), Master(), Asked())


def test_known_underlying_without_a_price_is_not() -> None:
    with pytest.raises(Unready, match="There is no price for CRUDEOIL18DEC26FUT on MCX now"):
        find_price(asking("CRUDEOIL18DEC26FUT", "MCX"), Master([FUTURE]), Asked())


@pytest.mark.parametrize(
    ("order", "leg", "embedded", "used"),
    [
        (None, None, "NIFTY29DEC26FUT", "29DEC26"),
        ("25JAN27", None, "NIFTY29DEC26FUT", "25JAN27"),
        ("25JAN27", "30MAR27", "NIFTY29DEC26FUT", "30MAR27"),
    ],
)
def test_nearest_expiry_to_the_leg_wins(order: str | None, leg: str | None, embedded: str, used: str) -> None:
    wanted = OptionLeg("ATM", "CE", Action.BUY, 1, leg)
    intent = Options(embedded, "NFO", (wanted,), order, strike_step=100)
    listed = Instrument("NFO", f"NIFTY{used}26100CE", "NIFTY", InstrumentType.CALL, 65, Decimal(1))

    assert find_contract(intent, wanted, Decimal(26055), Master([listed])) == listed


def test_strike_with_paise_keeps_them_in_its_symbol() -> None:
    wanted = OptionLeg("ATM", "CE", Action.BUY, 1, "25APR24")
    day, strike = date(2024, 4, 25), Decimal("292.5")
    listed = Instrument("NFO", "VEDL25APR24292.5CE", "VEDL", InstrumentType.CALL, 1, Decimal(1), 0, day, strike)

    found = find_contract(Options("VEDL", "NSE", (wanted,)), wanted, strike, Master([listed]))

    assert found.symbol == "VEDL25APR24292.5CE"
