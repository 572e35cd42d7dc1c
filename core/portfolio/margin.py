"""The margin of a basket of positions before it is opened."""

from dataclasses import dataclass
from decimal import Decimal

from core.orders.order import LegTerms


@dataclass(frozen=True, slots=True)
class Priced:
    """A position somebody means to open, and the price in rupees it would be opened at."""

    terms: LegTerms
    price: Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """Money in rupees: what the exchange's risk model asks for, and what is asked on top."""

    span: Decimal
    exposure: Decimal

    @property
    def total(self) -> Decimal:
        """The sum of both, in rupees."""
        return self.span + self.exposure
