"""Makes futures and options of their underlying's terms, and reads their symbols."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from brokers.paper.symbols.underlyings import Underlying
from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import option_symbol, parse_expiry, render_expiry
from core.money import ZERO

OPTION_TICK = Decimal("0.05")
HIGHEST_STRIKE = Decimal("9999999.99")
"""The highest that a symbol can carry."""
_SYMBOL = re.compile(r"(.+?)(\d{2}[A-Z]{3}\d{2})(?:FUT|([1-9]\d{0,6}(?:\.\d{1,2})?)(CE|PE))", re.ASCII)
_SYMBOLS_REMEMBERED = 65_536
LastTrade = Callable[[str, date], datetime | None]
"""When contracts of an exchange with this last day trade no more; None when that is not known."""


@dataclass(frozen=True, slots=True)
class ContractName:
    """What a symbol says; a future has no strike."""

    underlying: str
    expiry: date
    type: InstrumentType
    strike: Decimal | None = None


@lru_cache(_SYMBOLS_REMEMBERED)
def read_symbol(symbol: str) -> ContractName | None:
    """What such a symbol says, whether or not there is such a contract; None when it is no contract's."""
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        return None
    try:
        expiry = parse_expiry(match[2])
    except Invalid:
        return None
    if match[3] is None:
        return ContractName(match[1], expiry, InstrumentType.FUTURE)
    return ContractName(match[1], expiry, InstrumentType(match[4]), Decimal(match[3]))


def make_contract(underlying: Underlying, named: ContractName, today: date) -> Instrument | None:
    """The contract of this name with its terms; None when its strike is not on the step of its expiry."""
    if named.strike is None:
        return make_future(underlying, named.expiry, today)
    step = underlying.strike_step(named.expiry)
    if step is None or named.strike % step != ZERO:
        return None
    return make_option(underlying, named, today)


def make_future(underlying: Underlying, expiry: date, today: date) -> Instrument:
    """The future of this expiry."""
    return Instrument(
        exchange=underlying.exchange,
        symbol=f"{underlying.name}{render_expiry(expiry)}FUT",
        name=underlying.name,
        type=InstrumentType.FUTURE,
        lot=underlying.lot(expiry),
        tick=underlying.tick,
        freeze_quantity=underlying.largest_order(expiry, today),
        expiry=expiry,
    )


def make_option(underlying: Underlying, named: ContractName, today: date) -> Instrument:
    """The call or put of this expiry and strike."""
    return Instrument(
        exchange=underlying.exchange,
        symbol=option_symbol(underlying.name, named.expiry, named.strike or ZERO, named.type.value),
        name=underlying.name,
        type=named.type,
        lot=underlying.lot(named.expiry),
        tick=OPTION_TICK,
        freeze_quantity=underlying.largest_order(named.expiry, today),
        expiry=named.expiry,
        strike=named.strike,
    )


def with_last_moment(contract: Instrument, today: date, last_trade: LastTrade) -> Instrument:
    """The contract; on its last day it knows when its last session ends."""
    if contract.expiry is None or contract.expiry != today:
        return contract
    return replace(contract, trades_until=last_trade(contract.exchange, contract.expiry))


def settlement_price(contract: Instrument, spot: Decimal) -> Decimal:
    """What a contract is worth on its last day with its underlying at `spot`; both in rupees."""
    strike = contract.strike or ZERO
    if contract.type is InstrumentType.CALL:
        return max(spot - strike, ZERO)
    if contract.type is InstrumentType.PUT:
        return max(strike - spot, ZERO)
    return spot
