"""The latest price of an instrument."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest price of one instrument, in rupees; `at` is when the feed saw it, sizes are 0 when not known."""

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
