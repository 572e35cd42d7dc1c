"""The latest price of an instrument."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest price of one instrument, in rupees; `at` is when the feed saw it.

    Sizes and the open interest are 0 when they are not known.
    """

    exchange: str
    symbol: str
    ltp: Decimal
    bid: Decimal
    ask: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    prev_close: Decimal
    volume: int
    at: datetime
    bid_size: int = 0
    ask_size: int = 0
    oi: int = 0


def is_possible(quote: Quote) -> bool:
    """Whether an exchange could have made this price.

    None that is not positive, no last price outside of its own day's range, and no bid above the ask.
    """
    is_below = quote.low > 0 and quote.ltp < quote.low
    is_above = quote.high > 0 and quote.ltp > quote.high
    return quote.ltp > 0 and not is_below and not is_above and not 0 < quote.ask < quote.bid
