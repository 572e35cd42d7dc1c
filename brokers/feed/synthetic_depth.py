"""Market depth made up from a quote: the same quote always has the same depth."""

from decimal import Decimal

from brokers.feed.quote_building import made_up_size
from core.market.depth import Depth, Level
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote

LEVELS = 5
_BEYOND = 12
"""Orders further away, as a multiple of what the five levels show."""


def ladder(instrument: Instrument, quote: Quote) -> Depth:
    """Five levels a tick apart on each side; a side without a price, and an index, has none."""
    if instrument.type is InstrumentType.INDEX:
        return Depth(quote, (), (), 0, 0, 0)
    bids = _side(instrument, Level(quote.bid, quote.bid_size), -instrument.tick)
    asks = _side(instrument, Level(quote.ask, quote.ask_size), instrument.tick)
    last = made_up_size(instrument, quote.ltp, "last")
    return Depth(quote, bids, asks, _total(bids), _total(asks), last)


def _side(instrument: Instrument, best: Level, step: Decimal) -> tuple[Level, ...]:
    prices = (best.price + place * step for place in range(LEVELS)) if best.price > 0 else ()
    side = "bid" if step < 0 else "ask"
    levels = [Level(price, made_up_size(instrument, price, side)) for price in prices if price > 0]
    return (best, *levels[1:]) if best.quantity and levels else tuple(levels)


def _total(side: tuple[Level, ...]) -> int:
    return sum(level.quantity for level in side) * _BEYOND
