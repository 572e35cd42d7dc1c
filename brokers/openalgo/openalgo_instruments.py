"""OpenAlgo's list of instruments: one CSV of every exchange, the same for all that the broker behind it lists."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter

from brokers.common.symbol_master import Listed, SymbolMaster
from core.market.instruments import EXCHANGES, Instrument, InstrumentType

COLUMNS = ("exchange", "symbol", "name", "lotsize", "tick_size")
_CONTRACT = re.compile(r"(.+?)(\d{2}[A-Z]{3}\d{2})(?:FUT|(\d+(?:\.\d+)?)(CE|PE))")
"""Underlying, expiry, strike, side."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_KNOWN = frozenset(EXCHANGES)
_INDEX_TICK = Decimal("0.05")
_CASH = frozenset({"NSE", "BSE", "CRYPTO"})
_LARGE_LOTS = frozenset({"MCX", "NCDEX", "NCO", "CDS", "BCD"})
"""Here a lot of 1 means that the broker counts lots: what an order is worth could not be told, nor limited."""


def parse_master(raw: bytes, as_of: date) -> SymbolMaster:
    """The list as it was fetched. Raises ValueError when it is something else, or empty."""
    rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    head = next(rows, [])
    if not set(head) >= set(COLUMNS):
        raise ValueError("not a list of instruments")
    found = list(_read_rows(rows, itemgetter(*map(head.index, COLUMNS))))
    if not found:
        raise ValueError("an empty list of instruments")
    return SymbolMaster((Listed(one, f"{one.exchange}:{one.symbol}") for one in _marked(found)), as_of)


def _read_rows(rows: Iterator[list[str]], pick: Callable[[list[str]], Sequence[str]]) -> Iterator[Instrument]:
    for row in rows:
        try:
            one = _read_row(*pick(row))
        except (ValueError, InvalidOperation, OverflowError, IndexError):
            # One that cannot be read cannot be traded; the others can.
            continue
        if one is not None:
            yield one


def _read_row(exchange: str, symbol: str, name: str, lots: str, ticks: str) -> Instrument | None:
    if exchange not in _KNOWN or not symbol:
        return None
    if exchange.endswith("_INDEX"):
        return Instrument(exchange, symbol, name or symbol, InstrumentType.INDEX, 1, _INDEX_TICK)
    lot, tick = _whole(lots), _price(ticks)
    if lot <= 0 or not 0 < tick < 1000:
        return None
    if exchange in _CASH:
        return Instrument(exchange, symbol, name or symbol, InstrumentType.EQUITY, lot, tick)
    contract = _CONTRACT.fullmatch(symbol)
    if contract is None or (lot == 1 and exchange in _LARGE_LOTS):
        return None
    underlying, expiry, strike, side = contract.groups()
    kind = InstrumentType(side) if side else InstrumentType.FUTURE
    return Instrument(
        *(exchange, symbol, underlying, kind, lot, tick),
        expiry=_expiry(expiry),
        strike=_price(strike) if strike else None,
    )


@lru_cache(maxsize=65536)
def _price(text: str) -> Decimal:
    return Decimal(text)


@lru_cache(maxsize=4096)
def _whole(text: str) -> int:
    return int(Decimal(text))


@lru_cache(maxsize=4096)
def _expiry(text: str) -> date:
    return date(2000 + int(text[5:]), _MONTHS.index(text[2:5]) + 1, int(text[:2]))


def _marked(found: Sequence[Instrument]) -> Iterator[Instrument]:
    underlyings = {one.name for one in found if one.expiry is not None}
    for one in found:
        is_underlying = one.type is InstrumentType.EQUITY and one.symbol in underlyings
        yield replace(one, has_derivatives=True) if is_underlying else one
