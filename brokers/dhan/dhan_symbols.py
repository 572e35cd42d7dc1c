"""Dhan's list of symbols: the detailed file, whose prices are in paise."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from brokers.common.rest.listing import with_underlyings
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.dhan.dhan_words import INDICES, SEGMENTS, key_of
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import option_symbol, render_expiry

_COLUMNS = (
    "EXCH_ID",
    "SEGMENT",
    "SECURITY_ID",
    "INSTRUMENT",
    "UNDERLYING_SYMBOL",
    "SYMBOL_NAME",
    "SERIES",
    "LOT_SIZE",
    "SM_EXPIRY_DATE",
    "STRIKE_PRICE",
    "OPTION_TYPE",
    "TICK_SIZE",
)
_FREEZE = "SM_FREEZE_QTY"
_PLACES: Mapping[tuple[str, str], str] = {
    ("NSE", "E"): "NSE",
    ("BSE", "E"): "BSE",
    ("NSE", "D"): "NFO",
    ("BSE", "D"): "BFO",
    ("NSE", "C"): "CDS",
    ("BSE", "C"): "BCD",
    ("MCX", "M"): "MCX",
    ("NSE", "I"): "NSE_INDEX",
    ("BSE", "I"): "BSE_INDEX",
}
_SERIES: Mapping[str, Sequence[str]] = {
    "NSE": ("EQ", "BE", "BZ", "SM", "ST"),
    "BSE": ("A", "B", "E", "X", "XT", "T", "Z", "M", "MT"),
}
"""Of shares and funds; the others are bonds, which carry their company's symbol too."""
_OF_ITSELF = frozenset({"EQUITY", "INDEX"})
_RIGHTS = {"CE": InstrumentType.CALL, "PE": InstrumentType.PUT}
_PAISE = 100
_Line = Mapping[str, str]


def parse_symbols(raw: bytes, as_of: date) -> SymbolMaster:
    """The list as our instruments; what we have no word for is left out. Raises ValueError."""
    lines = csv.reader(io.StringIO(raw.decode("utf-8", errors="replace")))
    header = [name.strip() for name in next(lines, [])]
    try:
        places = [header.index(name) for name in _COLUMNS]
    except ValueError:
        raise ValueError("that is not Dhan's list of symbols") from None
    freeze = header.index(_FREEZE) if _FREEZE in header else None
    return SymbolMaster(with_underlyings(_sorted(_read(lines, places, freeze))), as_of)


def _read(lines: Iterator[list[str]], places: Sequence[int], freeze: int | None) -> Iterator[tuple[int, Listed]]:
    for line in lines:
        try:
            row = [line[place] for place in places]
            found = _listed(row, line[freeze] if freeze is not None else "")
        except (IndexError, ValueError, InvalidOperation):
            continue
        if found is not None:
            yield found


def _sorted(found: Iterator[tuple[int, Listed]]) -> Iterator[Listed]:
    """Shares in the series that most people mean before those in others."""
    return (listed for _, listed in sorted(found, key=lambda one: one[0]))


def _listed(row: Sequence[str], freeze: str) -> tuple[int, Listed] | None:
    exchange = _PLACES.get((row[0], row[1]))
    number, instrument, name = row[2], row[3], row[4]
    if exchange is None or not number or not name or "NSETEST" in name:
        return None
    if instrument in _OF_ITSELF:
        return _share_or_index(row, exchange)
    expiry = _day(row[8])
    kind = _RIGHTS.get(row[10], InstrumentType.FUTURE)
    strike = _number(row[9]) if kind in _RIGHTS.values() else None
    if strike is None:
        symbol = f"{name}{render_expiry(expiry)}FUT"
    else:
        symbol = option_symbol(name, expiry, strike, kind.value)
    one = Instrument(
        exchange=exchange,
        symbol=symbol,
        name=name,
        type=kind,
        lot=int(_number(row[7])),
        tick=_tick(row[11]),
        freeze_quantity=max(0, int(_number(freeze))) if freeze.strip() else 0,
        expiry=expiry,
        strike=strike,
    )
    return 0, Listed(one, key_of(SEGMENTS[exchange], number))


def _share_or_index(row: Sequence[str], exchange: str) -> tuple[int, Listed] | None:
    number, symbol, name, series = row[2], row[4], row[5], row[6]
    if exchange.endswith("_INDEX"):
        index = Instrument(
            exchange, symbol.replace(" ", ""), name or symbol, InstrumentType.INDEX, 1, Decimal("0.05")
        )
        return 0, Listed(index, key_of(INDICES, number))
    usual = _SERIES.get(exchange, ())
    if series not in usual:
        return None
    share = Instrument(exchange, symbol, name or symbol, InstrumentType.EQUITY, 1, _tick(row[11]))
    return usual.index(series), Listed(share, key_of(SEGMENTS[exchange], number))


@lru_cache(4096)
def _day(words: str) -> date:
    return date.fromisoformat(words[:10])


@lru_cache(4096)
def _number(words: str) -> Decimal:
    return Decimal(words).normalize()


@lru_cache(256)
def _tick(words: str) -> Decimal:
    tick = Decimal(words) / _PAISE
    if tick <= 0:
        raise ValueError("a tick is more than nothing")
    return tick.normalize()
