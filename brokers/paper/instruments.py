"""The instruments that come with the paper broker, and the prices they start from."""

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from brokers.tickers import Ticker
from core.instruments import Instrument, InstrumentType

_FILE = Path(__file__).with_name("instruments.csv")


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
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
        freeze_quantity=int(row["freeze_quantity"]),
        expiry=date.fromisoformat(row["expiry"]) if row["expiry"] else None,
        strike=Decimal(row["strike"]) if row["strike"] else None,
    )


@cache
def load_instruments() -> Mapping[Ticker, Instrument]:
    """Every bundled instrument, by exchange and symbol."""
    return MappingProxyType({_ticker(row): _parse_instrument(row) for row in _rows()})


@cache
def load_reference_prices() -> Mapping[Ticker, Decimal]:
    """What each share and index costs at the start, in rupees; futures and options follow from these."""
    prices = {_ticker(row): Decimal(row["price"] or "0") for row in _rows()}
    return MappingProxyType({ticker: price for ticker, price in prices.items() if price})
