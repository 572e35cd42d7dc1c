"""The shares and indices that come with the paper broker, and the prices they start from."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from brokers.feed.random_walk import Reference
from core.market.instruments import Instrument, InstrumentType, Ticker

_FOLDER = Path(__file__).parent


def read_table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table that comes with the paper broker."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _ticker(row: Mapping[str, str]) -> Ticker:
    return row["exchange"], row["symbol"]


def _parse_instrument(row: Mapping[str, str]) -> Instrument:
    return Instrument(
        exchange=row["exchange"],
        symbol=row["symbol"],
        name=row["name"],
        type=InstrumentType(row["type"]),
        lot=int(row["lot"]),
        tick=Decimal(row["tick"]),
    )


@cache
def load_instruments() -> Mapping[Ticker, Instrument]:
    """Every bundled share and index, by exchange and symbol."""
    return MappingProxyType({_ticker(row): _parse_instrument(row) for row in read_table("instruments.csv")})


@cache
def load_references() -> Mapping[Ticker, Reference]:
    """The reference price and sector of each share and index, for the simulated feed."""
    rows = read_table("instruments.csv")
    return MappingProxyType({_ticker(row): Reference(Decimal(row["price"]), row["sector"]) for row in rows})
