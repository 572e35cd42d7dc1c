"""Quotes of futures and options, computed from the underlying's quote whenever they are asked for."""

from datetime import datetime
from decimal import Decimal

from brokers.feed.derivative_pricing import price_derivative
from brokers.feed.quote_building import sides, to_tick
from core.clock import IST
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote

_VOLUME_SHARE = 4
"""One lot changes hands for so many units of the underlying."""


def derive_quote(contract: Instrument, underlying: Quote, now: datetime) -> Quote | None:
    """What the contract trades at now; None once it has expired.

    Its open, high, low and previous close are what it would cost now with its underlying there, so that
    they are always in order; time value lost since the morning does not show.
    """
    if contract.expiry is None or now.astimezone(IST).date() > contract.expiry:
        return None

    def at(spot: Decimal) -> Decimal:
        return to_tick(price_derivative(contract, float(spot), now), contract.tick)

    ltp = at(underlying.ltp)
    ends = at(underlying.high), at(underlying.low)
    is_put = contract.type is InstrumentType.PUT
    low, high = ends if is_put else reversed(ends)
    volume = contract.lot * (underlying.volume // _VOLUME_SHARE)
    bid, ask, bid_size, ask_size = sides(contract, ltp, volume)
    return Quote(
        exchange=contract.exchange,
        symbol=contract.symbol,
        ltp=ltp,
        bid=bid,
        ask=ask,
        open=at(underlying.open),
        high=high,
        low=low,
        prev_close=at(underlying.prev_close),
        volume=volume,
        at=underlying.at,
        bid_size=bid_size,
        ask_size=ask_size,
    )
