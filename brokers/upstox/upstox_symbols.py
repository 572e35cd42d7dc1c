"""Upstox's list of symbols: packed JSON, whose ticks are in paise."""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from brokers.common.rest.listing import with_underlyings
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.upstox.upstox_words import EXCHANGES
from core.clock import IST
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import option_symbol, render_expiry

_SHARES = frozenset({"EQ", "BE", "BZ", "SM", "ST", "A", "B", "E", "X", "XT", "T", "Z", "M", "MT"})
_RIGHTS = {"CE": InstrumentType.CALL, "PE": InstrumentType.PUT}
_INDICES = {
    "NIFTY 50": "NIFTY",
    "NIFTY BANK": "BANKNIFTY",
    "NIFTY FIN SERVICE": "FINNIFTY",
    "NIFTY MID SELECT": "MIDCPNIFTY",
    "NIFTY NEXT 50": "NIFTYNXT50",
    "SNSX50": "SENSEX50",
}
"""Those that we call otherwise than by leaving out the spaces."""
_INDEX_TICK = Decimal("0.05")
_PAISE = 100


def parse_symbols(raw: bytes, as_of: date) -> SymbolMaster:
    """The list as our instruments; what we have no word for is left out. Raises ValueError."""
    try:
        rows = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (OSError, EOFError, zlib.error):
        raise ValueError("that is not packed as Upstox's list of symbols is") from None
    if not isinstance(rows, list):
        raise ValueError("that is not Upstox's list of symbols")
    return SymbolMaster(with_underlyings(_read(rows)), as_of)


def _read(rows: list[Any]) -> Iterator[Listed]:
    for row in sorted(rows, key=_is_unusual):
        try:
            found = _listed(row)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            continue
        if found is not None:
            yield found


def _is_unusual(row: Any) -> bool:
    """Shares in the series that most people mean come before those in others."""
    return isinstance(row, dict) and row.get("segment") == "NSE_EQ" and row.get("instrument_type") != "EQ"


def _listed(row: Any) -> Listed | None:
    exchange = EXCHANGES.get(row["segment"])
    kind, key = row["instrument_type"], row["instrument_key"]
    if exchange is None:
        return None
    if kind == "INDEX":
        named = row["trading_symbol"].upper()
        symbol = _INDICES.get(named, named.replace(" ", ""))
        return Listed(Instrument(exchange, symbol, row["name"], InstrumentType.INDEX, 1, _INDEX_TICK), key)
    if row.get("expiry"):
        return Listed(_contract(row, exchange), key)
    if kind not in _SHARES:
        return None
    share = Instrument(
        exchange,
        row["trading_symbol"],
        row["name"],
        InstrumentType.EQUITY,
        1,
        _tick(str(row["tick_size"])),
        int(row.get("freeze_quantity") or 0),
    )
    return Listed(share, key)


def _contract(row: Any, exchange: str) -> Instrument:
    name = row.get("underlying_symbol") or row.get("asset_symbol") or row["name"]
    expiry = _day(row["expiry"])
    kind = _RIGHTS.get(row["instrument_type"], InstrumentType.FUTURE)
    strike = _strike(str(row["strike_price"])) if row["instrument_type"] in _RIGHTS else None
    if strike is None:
        symbol = f"{name}{render_expiry(expiry)}FUT"
    else:
        symbol = option_symbol(name, expiry, strike, kind.value)
    return Instrument(
        exchange=exchange,
        symbol=symbol,
        name=name,
        type=kind,
        lot=int(row["lot_size"]),
        tick=_tick(str(row["tick_size"])),
        freeze_quantity=int(row.get("freeze_quantity") or 0),
        expiry=expiry,
        strike=strike,
    )


@lru_cache(4096)
def _day(milliseconds: int) -> date:
    return datetime.fromtimestamp(milliseconds / 1000, IST).date()


@lru_cache(4096)
def _strike(words: str) -> Decimal:
    return Decimal(words).normalize()


@lru_cache(256)
def _tick(words: str) -> Decimal:
    tick = Decimal(words) / _PAISE
    if tick <= 0:
        raise ValueError("a tick is more than nothing")
    return tick.normalize()
