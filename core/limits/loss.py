"""How much of a daily loss limit is used up."""

from decimal import Decimal
from enum import IntEnum

WARN_AT = 80
"""Percent of the limit."""


class LossLevel(IntEnum):
    """A point on the way to a daily loss limit at which people are told, in percent of it."""

    NEAR = WARN_AT
    REACHED = 100


def loss_level(limit: Decimal, profit: Decimal) -> LossLevel | None:
    """The highest point that a day's loss has come to; None before the first."""
    lost = -profit
    if lost >= limit:
        return LossLevel.REACHED
    return LossLevel.NEAR if lost * 100 >= limit * WARN_AT else None
