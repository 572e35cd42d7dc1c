"""What futures and options are listed on, and the terms of their contracts, which exchanges change now and then."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from core.calendar.expiries import ExpiryRule
from core.market.instruments import Ticker

T = TypeVar("T")
Dated = tuple[tuple[date, T], ...]
"""Values with the day from which each holds, oldest first."""


@dataclass(frozen=True, slots=True)
class Underlying:
    """What contracts are listed on; amounts are rupees."""

    exchange: str
    name: str
    spot_exchange: str
    """Where its own price is quoted."""
    expiry: ExpiryRule
    weekly: int | None
    """The weekday of weekly options, 0 for Monday; None without them."""
    tick: Decimal
    """Of its futures."""
    lots: Dated[int]
    """By the expiry of the contract."""
    strike_steps: Dated[Decimal]
    """By the expiry of the contract; none without options."""
    freezes: Dated[int]
    """The exchange's own freeze quantities, by the day of the order."""

    @property
    def spot(self) -> Ticker:
        """The instrument that is its own price."""
        return self.spot_exchange, self.name

    def lot(self, expiry: date) -> int:
        """The lot of contracts that expire on this day."""
        return _on(self.lots, expiry)

    def strike_step(self, expiry: date) -> Decimal | None:
        """The distance of the strikes that expire on this day; None when there are no options."""
        return _on(self.strike_steps, expiry) if self.strike_steps else None

    def largest_order(self, expiry: date, today: date) -> int:
        """The freeze quantity that holds today, in whole lots of contracts that expire on `expiry`."""
        lot = self.lot(expiry)
        return _on(self.freezes, today) // lot * lot


def _on(values: Dated[T], day: date) -> T:
    return [value for since, value in values if since <= day][-1]
