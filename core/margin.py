"""What a basket of positions ties up before it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from core.orders import LegTerms


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
        """Both together."""
        return self.span + self.exposure


MarginModel = Callable[[Sequence[Priced]], Margin]
"""Judges a basket as a whole, so that a model may let one position cover another."""


def whole_value(basket: Sequence[Priced]) -> Margin:
    """The paper broker's model: every position costs its whole value, bought or sold; nothing covers anything."""
    return Margin(ZERO, sum((abs(one.terms.quantity) * one.price for one in basket), ZERO))
