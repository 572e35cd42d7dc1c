"""What stands at the axes: rupees in lakh and crore, and dates, few enough to be read on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.money import group_indian

MINUS = "−"
_UNITS = ((Decimal(10_000_000), " Cr"), (Decimal(100_000), " L"))
_COARSEST = Decimal("0.01")
"""The finest part of a lakh or crore that is still easier to read than all the digits."""
_GRAINS = ((Decimal(10_000_000), Decimal(1_000)), (Decimal(100_000), Decimal(1)))
"""From which amount on another unit is written, and how exactly the one below it is."""
_MOST_DATES = 6
_DAYS_UNTIL, _WEEKS_UNTIL = 16, 75
"""Up to so many days between first and last, days are named; then Mondays; then months."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the amounts of one axis are written: `₹12.5 L`, `₹1.05 Cr`, `₹1,00,02,500`."""

    size: Decimal
    unit: str
    places: int

    @classmethod
    def of(cls, largest: Decimal, step: Decimal) -> "Scale":
        """For amounts up to `largest` rupees that are `step` rupees apart."""
        largest = _rounded_up(largest)
        size, unit = next((one for one in _UNITS if largest >= one[0]), (Decimal(1), ""))
        if step < size * _COARSEST:
            size, unit = Decimal(1), ""
        exponent = (step / size).normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        return cls(size, unit, min(max(-exponent, 0), 2))

    def write(self, value: Decimal, *, signed: bool = False) -> str:
        """One amount; with its sign also above zero if asked."""
        number = abs(value / self.size).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)
        whole, dot, rest = format(number, "f").partition(".")
        sign = MINUS if value < 0 else "+" if signed else ""
        return f"{sign if number else ''}₹{group_indian(whole)}{dot}{rest}{self.unit if number else ''}"


def profit(value: Decimal) -> str:
    """A profit with its sign, as exact as there is room for: `+₹1.25 L`, `−₹850`."""
    step = next((size * _COARSEST for size, _ in _UNITS if _rounded_up(abs(value)) >= size), Decimal(1))
    return Scale.of(abs(value), step if abs(value) >= 1 else _COARSEST).write(value, signed=True)


def _rounded_up(amount: Decimal) -> Decimal:
    """The next unit for what would be written as a hundred of the smaller one: ₹1.00 Cr, not ₹100.00 L."""
    return next((size for size, grain in _GRAINS if size > amount >= size - grain / 2), amount)


def dates(first: date, last: date) -> list[tuple[date, str]]:
    """The days that are labelled on the date axis, with their labels."""
    span = (last - first).days
    days = [first + timedelta(days=number) for number in range(span + 1)]
    if span <= _DAYS_UNTIL:
        return [(day, f"{day:%a}\n{day.day} {day:%b}") for day in _thinned(days)]
    if span <= _WEEKS_UNTIL:
        mondays = [day for day in days if day.weekday() == 0]
        return [(day, f"{day.day} {day:%b}") for day in _thinned(mondays)]
    months = [day for day in days if day.day == 1]
    return [(day, f"{day:%b}\n{day:%Y}") for day in _thinned(months)]


def _thinned(days: Sequence[date]) -> Sequence[date]:
    """Every so-manyth of them, the last one included."""
    every = -(-len(days) // _MOST_DATES)
    return days[::-1][::every][::-1]
