"""Market depth made up from a quote: the same quote always has the same depth."""

from decimal import Decimal
from zlib import crc32

from core.books import Quote
from core.depth import Depth, Level
from core.instruments import Instrument, InstrumentType

LEVELS = 5
_MOST_LOTS = 40
_BEYOND = 12
"""Orders further away, as a multiple of what the five levels show."""


def ladder(instrument: Instrument, quote: Quote) -> Depth:
    """Five levels a tick apart on each side; a side without a price, and an index, has none."""
    if instrument.type is InstrumentType.INDEX:
        return Depth(quote, (), (), 0, 0, 0)
    bids = _side(instrument, quote.bid, -instrument.tick)
    asks = _side(instrument, quote.ask, instrument.tick)
    last = _units(instrument, quote.ltp, "last")
    return Depth(quote, bids, asks, _total(bids), _total(asks), last)


def _side(instrument: Instrument, best: Decimal, step: Decimal) -> tuple[Level, ...]:
    prices = (best + place * step for place in range(LEVELS)) if best > 0 else ()
    side = "bid" if step < 0 else "ask"
    return tuple(Level(price, _units(instrument, price, side)) for price in prices if price > 0)


def _units(instrument: Instrument, price: Decimal, what: str) -> int:
    # A checksum looks random, but is no state to keep and does not change between two looks.
    drawn = crc32(f"{instrument.exchange}:{instrument.symbol}:{price}:{what}".encode())
    return instrument.lot * (1 + drawn % _MOST_LOTS)


def _total(side: tuple[Level, ...]) -> int:
    return sum(level.quantity for level in side) * _BEYOND
