"""Lists futures and options as an exchange does around a price, and parses their symbols."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from brokers.paper.symbols.instruments import read_table
from brokers.tickers import Ticker
from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import option_symbol, parse_expiry, render_expiry
from core.money import ZERO

STEPS = 25
"""Strikes on each side of the price."""
OPTION_TICK = Decimal("0.05")
_RIGHTS = (InstrumentType.CALL, InstrumentType.PUT)
_SYMBOL = re.compile(r"(.+?)(\d{2}[A-Z]{3}\d{2})(?:FUT|([1-9]\d{0,6}(?:\.\d{1,2})?)(CE|PE))")


@dataclass(frozen=True, slots=True)
class Underlying:
    """What contracts are listed on; `strike_step` and ticks are rupees, `freeze_quantity` the exchange's own."""

    exchange: str
    name: str
    spot_exchange: str
    lot: int
    strike_step: Decimal
    future_tick: Decimal
    freeze_quantity: int

    @property
    def largest_order(self) -> int:
        """The freeze quantity in whole lots."""
        return self.freeze_quantity // self.lot * self.lot


@cache
def load_underlyings() -> Mapping[Ticker, Underlying]:
    """Every underlying, by the exchange of its contracts and its name."""
    return MappingProxyType({(row["exchange"], row["name"]): _parse(row) for row in read_table("underlyings.csv")})


def _parse(row: Mapping[str, str]) -> Underlying:
    return Underlying(
        exchange=row["exchange"],
        name=row["name"],
        spot_exchange=row["spot_exchange"],
        lot=int(row["lot"]),
        strike_step=Decimal(row["strike_step"]),
        future_tick=Decimal(row["future_tick"]),
        freeze_quantity=int(row["freeze_quantity"]),
    )


def list_contracts(underlying: Underlying, price: Decimal, expiries: Iterable[date]) -> Iterator[Instrument]:
    """A future and a chain of options for each expiry, the strikes around `price` rupees."""
    step = underlying.strike_step
    middle = round(price / step)
    strikes = [rung * step for rung in range(middle - STEPS, middle + STEPS + 1) if rung > 0]
    for expiry in expiries:
        yield _future(underlying, expiry)
        for right in _RIGHTS:
            yield from (_option(underlying, expiry, strike, right) for strike in strikes)


def parse_contract(exchange: str, symbol: str) -> Instrument | None:
    """The contract that such a symbol names, whether or not it is listed; None when it names none of ours."""
    match = _SYMBOL.fullmatch(symbol)
    underlying = load_underlyings().get((exchange, match[1])) if match else None
    if match is None or underlying is None:
        return None
    try:
        expiry = parse_expiry(match[2])
    except Invalid:
        return None
    if match[3] is None:
        return _future(underlying, expiry)
    strike = Decimal(match[3])
    contract = _option(underlying, expiry, strike, InstrumentType(match[4]))
    return contract if strike % underlying.strike_step == ZERO and contract.symbol == symbol else None


def settlement_price(contract: Instrument, spot: Decimal) -> Decimal:
    """What a contract is worth on its last day with its underlying at `spot`; both in rupees."""
    strike = contract.strike or ZERO
    if contract.type is InstrumentType.CALL:
        return max(spot - strike, ZERO)
    if contract.type is InstrumentType.PUT:
        return max(strike - spot, ZERO)
    return spot


def _future(underlying: Underlying, expiry: date) -> Instrument:
    return Instrument(
        exchange=underlying.exchange,
        symbol=f"{underlying.name}{render_expiry(expiry)}FUT",
        name=underlying.name,
        type=InstrumentType.FUTURE,
        lot=underlying.lot,
        tick=underlying.future_tick,
        freeze_quantity=underlying.largest_order,
        expiry=expiry,
    )


def _option(underlying: Underlying, expiry: date, strike: Decimal, right: InstrumentType) -> Instrument:
    return Instrument(
        exchange=underlying.exchange,
        symbol=option_symbol(underlying.name, expiry, strike, right.value),
        name=underlying.name,
        type=right,
        lot=underlying.lot,
        tick=OPTION_TICK,
        freeze_quantity=underlying.largest_order,
        expiry=expiry,
        strike=strike,
    )
