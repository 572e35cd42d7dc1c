"""One row of OpenAlgo's master contract as an instrument; its symbols say what futures and options are."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from core.errors import Invalid
from core.market.instruments import EXCHANGES, Instrument, InstrumentType

_CONTRACT = re.compile(r"(.+?)(\d{2}[A-Z]{3}\d{2})(?:FUT|(\d+(?:\.\d+)?)(CE|PE))")
"""Underlying, expiry, strike, side."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_KNOWN = frozenset(EXCHANGES)
_INDEX_TICK = Decimal("0.05")
_CASH = frozenset({"NSE", "BSE", "CRYPTO"})
_LARGE_LOTS = frozenset({"MCX", "NCDEX", "NCO", "CDS", "BCD"})
"""Here a lot of 1 means that the broker counts lots: what an order is worth could not be told, nor limited."""


def read_instrument(exchange: str, symbol: str, name: str, lots: str, ticks: str) -> Instrument:
    """The instrument of a row, its lot and tick as they are written. Raises Invalid with one of a few reasons."""
    if exchange not in _KNOWN:
        raise Invalid("its exchange is not known here")
    if not symbol:
        raise Invalid("it has no symbol")
    if exchange.endswith("_INDEX"):
        return Instrument(exchange, symbol, name or symbol, InstrumentType.INDEX, 1, _INDEX_TICK)
    lot, tick = _lot(lots), _tick(ticks)
    if exchange in _CASH:
        return Instrument(exchange, symbol, name or symbol, InstrumentType.EQUITY, lot, tick)
    contract = _CONTRACT.fullmatch(symbol)
    if contract is None:
        raise Invalid("its symbol is not that of a future or an option")
    if lot == 1 and exchange in _LARGE_LOTS:
        raise Invalid("its lot is 1, so how much a lot is cannot be told")
    underlying, expiry, strike, side = contract.groups()
    return Instrument(
        *(exchange, symbol, underlying, InstrumentType(side) if side else InstrumentType.FUTURE, lot, tick),
        expiry=read_day(expiry),
        strike=_strike(strike) if strike else None,
    )


@lru_cache(maxsize=4096)
def read_day(text: str) -> date:
    """The day of `28OCT25`. Raises Invalid."""
    try:
        return date(2000 + int(text[5:]), _MONTHS.index(text[2:5]) + 1, int(text[:2]))
    except ValueError:
        raise Invalid("its expiry is no day") from None


@lru_cache(maxsize=65536)
def _strike(text: str) -> Decimal:
    return Decimal(text)


@lru_cache(maxsize=4096)
def _lot(text: str) -> int:
    try:
        lot = Decimal(text)
        if lot > 0 and lot == int(lot):
            return int(lot)
    except (InvalidOperation, OverflowError, ValueError):
        pass
    raise Invalid("its lot is not a whole number above 0")


@lru_cache(maxsize=4096)
def _tick(text: str) -> Decimal:
    try:
        tick = Decimal(text)
        if 0 < tick < 1000:
            return tick
    except InvalidOperation:
        pass
    raise Invalid("its tick is not an amount above 0")
