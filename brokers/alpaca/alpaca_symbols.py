"""Alpaca's list of assets."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from brokers.alpaca.alpaca_words import COINS, SHARES, our_symbol
from brokers.common.json_text import parse_json
from brokers.common.symbol_master import Listed, SymbolMaster
from core.market.instruments import Instrument, InstrumentType

_CENT = Decimal("0.01")
_COINS_TICK = Decimal("0.000000001")


def parse_symbols(raw: bytes, as_of: date) -> SymbolMaster:
    """What can be traded now, as our instruments. Raises ValueError."""
    rows = parse_json(raw)
    if not isinstance(rows, list):
        raise ValueError("that is not Alpaca's list of assets")
    return SymbolMaster(_read(rows), as_of)


def _read(rows: list[Any]) -> Iterator[Listed]:
    for row in rows:
        try:
            if row["tradable"] is True and row["status"] == "active":
                yield from _listed(row)
        except (KeyError, TypeError, ValueError, InvalidOperation):
            continue


def _listed(row: Mapping[str, Any]) -> Iterator[Listed]:
    symbol, name = str(row["symbol"]), str(row.get("name") or row["symbol"])
    if row["class"] == "crypto":
        tick = Decimal(str(row.get("price_increment") or _COINS_TICK))
        yield Listed(Instrument(COINS, our_symbol(symbol), name, InstrumentType.EQUITY, 1, tick), symbol)
    elif row["class"] == "us_equity" and row["exchange"] in SHARES:
        yield Listed(Instrument(str(row["exchange"]), symbol, name, InstrumentType.EQUITY, 1, _CENT), symbol)
