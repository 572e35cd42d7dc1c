"""What a strategy lets its client change before approving."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import Invalid
from core.money import as_json_number, plain


@dataclass(frozen=True, slots=True)
class Span:
    """From one number to another, both included."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{plain(self.low)} to {plain(self.high)}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the client may change quantity and limit; None says nothing about it."""

    quantity: Span | None = None
    price: Span | None = None

    def as_json(self) -> dict[str, list[int | float]]:
        """As requests and answers write it."""
        return {name: [as_json_number(span.low), as_json_number(span.high)] for name, span in self._spans()}

    def dump(self) -> str:
        """As it is stored: JSON whose decimals are text."""
        return json.dumps({name: [plain(span.low), plain(span.high)] for name, span in self._spans()})

    def _spans(self) -> list[tuple[str, Span]]:
        named = (("quantity", self.quantity), ("price", self.price))
        return [(name, span) for name, span in named if span is not None]


def make_bounds(ends: Mapping[str, Sequence[Decimal]]) -> Bounds:
    """Bounds from the ends of each span. Raises Invalid when they cannot be meant."""
    return Bounds(**{name: _span(name, *pair) for name, pair in ends.items()})


def parse_bounds(text: str) -> Bounds:
    """Bounds as they were stored. Raises ValueError, ArithmeticError or Invalid for what is none."""
    return make_bounds({name: [Decimal(end) for end in pair] for name, pair in json.loads(text).items()})


def _span(name: str, low: Decimal, high: Decimal) -> Span:
    if low <= 0:
        raise Invalid(f"{name}: must be above 0.")
    if low > high:
        raise Invalid(f"{name}: {plain(low)} is above {plain(high)}; the smaller number comes first.")
    return Span(low, high)
