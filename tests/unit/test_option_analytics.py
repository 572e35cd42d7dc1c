"""Options of exchanges that price them by a future, or whose hours nobody knows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pytest

from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.pricing.black76 import Black76
from core.clock import IST
from core.errors import Invalid, NotFound
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.services.market.market import Market
from core.services.market.option_analytics import OptionAnalytics, OptionQuery
from tests.factories import SettableClock, an_account

SOMEBODY = an_account()
NOON = datetime(2026, 12, 14, 12, 0, tzinfo=IST)
CRUDE, NEXT_CRUDE, DOLLAR, BITCOIN = (
    ("MCX", "CRUDEOIL16DEC265400CE", "CRUDEOIL", date(2026, 12, 16)),
    ("MCX", "CRUDEOIL14JAN275400CE", "CRUDEOIL", date(2027, 1, 14)),
    ("CDS", "USDINR15DEC2684.25CE", "USDINR", date(2026, 12, 15)),
    ("CRYPTO", "BTC18DEC2695000CE", "BTC", date(2026, 12, 18)),
)
STRIKES = {"CRUDEOIL": Decimal(5400), "USDINR": Decimal("84.25"), "BTC": Decimal(95_000)}


def listed() -> SymbolMaster:
    """Four calls, and a future each of crude oil and the dollar that lives longer than they."""
    options = [
        Instrument(exchange, symbol, name, InstrumentType.CALL, 1, Decimal(1), expiry=expiry, strike=STRIKES[name])
        for exchange, symbol, name, expiry in (CRUDE, NEXT_CRUDE, DOLLAR, BITCOIN)
    ]
    futures = [
        Instrument(exchange, f"{name}{day:%d%b%y}FUT".upper(), name, InstrumentType.FUTURE, 1, Decimal(1), expiry=day)
        for exchange, name, day in (("MCX", "CRUDEOIL", date(2026, 12, 18)), ("CDS", "USDINR", date(2026, 12, 29)))
    ]
    return SymbolMaster(Listed(one, one.symbol) for one in (*options, *futures))


@dataclass
class OneBroker:
    """Implements what is needed of core.ports.Brokers, and its price feed."""

    master: SymbolMaster = field(default_factory=listed)
    prices: dict[str, str] = field(default_factory=dict)

    def instruments(self, *_: object) -> SymbolMaster:
        """The list."""
        return self.master

    def feed(self, *_: object) -> "OneBroker":
        """The prices."""
        return self

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """A pinned price."""
        ltp = Decimal(self.prices.get(symbol, "0"))
        return Quote(exchange, symbol, ltp, ltp, ltp, ltp, ltp, ltp, ltp, 0, NOON) if ltp else None

    async def next_answers(self) -> None:
        """Nothing is asked for."""


def analytics(**prices: str) -> OptionAnalytics:
    """Over these prices."""
    clock, brokers = SettableClock(NOON), cast("Any", OneBroker(prices=prices))
    return OptionAnalytics(Market(brokers, cast("Any", None), clock), Black76(), clock)


def asking(option: tuple[str, str, str, date], **other: Any) -> OptionQuery:
    """About one option."""
    return OptionQuery(option[0], option[1], **other)


async def test_an_option_on_a_commodity_is_reckoned_on_the_first_future_that_outlives_it() -> None:
    prices = analytics(CRUDEOIL18DEC26FUT="5390", CRUDEOIL16DEC265400CE="61.5")

    found = await prices.value(SOMEBODY, asking(CRUDE))

    assert found.forward == 5390
    assert round(found.days, 4) == Decimal("2.4792"), "until 23:30"


async def test_an_option_that_no_future_outlives_is_told_so() -> None:
    with pytest.raises(NotFound, match="There is no future for CRUDEOIL14JAN275400CE on MCX"):
        await analytics(CRUDEOIL14JAN275400CE="61.5").value(SOMEBODY, asking(NEXT_CRUDE))


async def test_an_option_on_a_currency_expires_at_half_past_twelve() -> None:
    prices = analytics(USDINR29DEC26FUT="84.30", **{"USDINR15DEC2684.25CE": "0.12"})

    found = await prices.value(SOMEBODY, asking(DOLLAR))

    assert (found.forward, round(found.days, 4)) == (Decimal("84.30"), Decimal("1.0208"))


async def test_where_no_time_of_expiry_is_known_it_has_to_be_given() -> None:
    prices = analytics(BTC18DEC2695000CE="1500")

    with pytest.raises(Invalid, match="At what time options on CRYPTO expire is not known here: give expiry_time"):
        await prices.value(SOMEBODY, asking(BITCOIN, forward=Decimal(94_000)))
    found = await prices.value(SOMEBODY, asking(BITCOIN, forward=Decimal(94_000), expiry_time=time(17, 30)))

    assert round(found.days, 4) == Decimal("4.2292")
