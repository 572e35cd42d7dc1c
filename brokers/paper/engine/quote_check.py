"""Which quotes count as prices, and which of them are news."""

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from core.market.instruments import Instrument
from core.market.quotes import Quote, is_possible


def believable(quote: Quote | None, instrument: Instrument | None) -> Quote | None:
    """The quote as the exchange could have made it; None for one that it never could.

    What is off the tick is brought to it, on the side that is worse for our orders.
    """
    if quote is None or instrument is None:
        return quote
    if not is_possible(quote):
        return None
    tick = instrument.tick
    bid, ask = _to_tick(quote.bid, tick, ROUND_FLOOR), _to_tick(quote.ask, tick, ROUND_CEILING)
    ltp = _to_tick(quote.ltp, tick, ROUND_FLOOR)
    if ltp <= 0:
        return None
    return (
        quote if (ltp, bid, ask) == (quote.ltp, quote.bid, quote.ask) else replace(quote, ltp=ltp, bid=bid, ask=ask)
    )


def is_same_price(quote: Quote, last: Quote) -> bool:
    """Whether it says nothing new about prices and sizes, however often it is told."""
    return replace(quote, at=last.at, volume=last.volume) == last


def _to_tick(price: Decimal, tick: Decimal, rounding: str) -> Decimal:
    if price <= 0:
        return Decimal(0)
    return price if price % tick == 0 else (price / tick).to_integral_value(rounding) * tick
