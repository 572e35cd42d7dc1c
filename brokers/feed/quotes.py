"""Turning a bare price into a quote: tick size, bid and ask, the day's range."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.books import Quote
from core.instruments import Instrument, InstrumentType


def to_tick(price: float, tick: Decimal) -> Decimal:
    """The nearest price that may be quoted; never less than one tick."""
    return tick * max(1, round(price / float(tick)))


def first_quote(instrument: Instrument, ltp: Decimal, at: datetime) -> Quote:
    """The quote of an instrument that has just opened at its previous close."""
    opening = Quote(instrument.exchange, instrument.symbol, ltp, ltp, ltp, ltp, ltp, ltp, ltp, 0, at)
    bid, ask = spread(instrument, ltp)
    return replace(opening, bid=bid, ask=ask)


def next_quote(previous: Quote, ltp: Decimal, bid_ask: tuple[Decimal, Decimal], traded: int) -> Quote:
    """The quote after the price moved and `traded` units changed hands."""
    bid, ask = bid_ask
    high, low = max(previous.high, ltp), min(previous.low, ltp)
    return replace(previous, ltp=ltp, bid=bid, ask=ask, high=high, low=low, volume=previous.volume + traded)


def spread(instrument: Instrument, ltp: Decimal) -> tuple[Decimal, Decimal]:
    """Bid and ask one tick around the last price; an index has no spread."""
    if instrument.type is InstrumentType.INDEX:
        return ltp, ltp
    return max(ltp - instrument.tick, instrument.tick), ltp + instrument.tick
