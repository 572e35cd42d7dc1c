"""The orders that wait at the best prices of an instrument."""

from dataclasses import dataclass
from decimal import Decimal

from core.market.quotes import Quote


@dataclass(frozen=True, slots=True)
class Level:
    """A price in rupees and how many units wait there."""

    price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class Depth:
    """A quote with the best bids (falling) and asks (rising), and what waits on each side in all."""

    quote: Quote
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    total_bid: int
    total_ask: int
    last_quantity: int
