"""Instruments and exchanges."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Ticker = tuple[str, str]
"""An exchange and a symbol."""


class InstrumentType(StrEnum):
    """Kinds of instrument, as OpenAlgo spells them."""

    EQUITY = "EQ"
    INDEX = "INDEX"
    FUTURE = "FUT"
    CALL = "CE"
    PUT = "PE"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One line of a broker's symbol master; `strike` and `tick` are rupees."""

    exchange: str
    symbol: str
    name: str
    type: InstrumentType
    lot: int
    tick: Decimal
    freeze_quantity: int = 0
    expiry: date | None = None
    strike: Decimal | None = None
    trades_until: datetime | None = None
    """When its last session ends; None while that is not near."""
    has_derivatives: bool = False
    """Whether it is a share on which futures and options trade."""


def mark_underlyings(listed: Iterable[Instrument]) -> list[Instrument]:
    """The same instruments; shares know whether futures or options trade on them."""
    every = [*listed]
    names = {one.name for one in every if one.expiry is not None}
    return [replace(one, has_derivatives=True) if _is_share_of(names, one) else one for one in every]


def _is_share_of(names: set[str], one: Instrument) -> bool:
    return one.type is InstrumentType.EQUITY and one.symbol in names


def table_note(as_of: date | None) -> str:
    """`contract table as of 1 Nov 2026`: how old lots and freeze quantities are; nothing without such a day."""
    return f"contract table as of {as_of.day} {as_of:%b %Y}" if as_of else ""


EXCHANGES = (
    "NSE",
    "NFO",
    "CDS",
    "BSE",
    "BFO",
    "BCD",
    "MCX",
    "NCDEX",
    "NCO",
    "NSE_INDEX",
    "BSE_INDEX",
    "MCX_INDEX",
    "GLOBAL_INDEX",
    "CRYPTO",
)
"""In the order in which the wire format's error text lists them."""
EQUITY_EXCHANGES = frozenset({"NSE", "BSE"})
FRACTIONAL_EXCHANGES = frozenset({"CRYPTO"})
