"""The limits of an account or of one of its strategies, and which of two is the looser."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Hours:
    """A time of day in India at which new orders begin to be allowed, and one at which they end."""

    begin: time
    end: time

    def __post_init__(self) -> None:
        if self.begin >= self.end:
            raise Invalid("Trading hours must begin before they end, such as 09:15-15:15.")


Names = frozenset[str]
ALL: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on new orders; None or no names is no bound. Money in rupees, distance in percent of the last price."""

    value_per_order: Decimal | None = None
    value_per_day: Decimal | None = None
    quantity_per_order: Decimal | None = None
    orders_per_minute: int | None = None
    orders_per_day: int | None = None
    price_distance: Decimal | None = None
    open_positions: int | None = None
    daily_loss: Decimal | None = None
    trading_hours: Hours | None = None
    symbols_allowed: Names = ALL
    symbols_forbidden: Names = ALL
    exchanges_allowed: Names = ALL
    exchanges_forbidden: Names = ALL
    products_allowed: Names = ALL
    products_forbidden: Names = ALL


NO_LIMITS = Limits()


class Unit(StrEnum):
    """What a limit is measured in."""

    RUPEES = "rupees"
    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    NAMES = "names"


UNITS: Mapping[str, Unit] = {
    "value_per_order": Unit.RUPEES,
    "value_per_day": Unit.RUPEES,
    "quantity_per_order": Unit.QUANTITY,
    "orders_per_minute": Unit.COUNT,
    "orders_per_day": Unit.COUNT,
    "price_distance": Unit.PERCENT,
    "open_positions": Unit.COUNT,
    "daily_loss": Unit.RUPEES,
    "trading_hours": Unit.HOURS,
    "symbols_allowed": Unit.NAMES,
    "symbols_forbidden": Unit.NAMES,
    "exchanges_allowed": Unit.NAMES,
    "exchanges_forbidden": Unit.NAMES,
    "products_allowed": Unit.NAMES,
    "products_forbidden": Unit.NAMES,
}
"""Every limit by its name, in the order in which they are shown."""


def of_one_order(limits: Limits) -> Limits:
    """The limits that one order is measured by on its own, without pace, day, positions and loss."""
    return replace(
        limits, value_per_day=None, orders_per_minute=None, orders_per_day=None, open_positions=None, daily_loss=None
    )


def loosens(was: Limits, becomes: Limits) -> bool:
    """Whether the change allows any order that was refused before."""
    return any(_is_looser(name, getattr(was, name), getattr(becomes, name)) for name in asdict(was))


def _is_looser(name: str, was: Any, becomes: Any) -> bool:
    if was == becomes:
        return False
    if name.endswith("_allowed"):
        return bool(was) and (not becomes or not becomes <= was)
    if name.endswith("_forbidden"):
        return not becomes >= was
    if was is None:
        return False
    if becomes is None:
        return True
    if isinstance(was, Hours):
        return bool(becomes.begin < was.begin or becomes.end > was.end)
    return bool(becomes > was)


assert [field.name for field in fields(Limits)] == [*UNITS], "every limit has its unit"
