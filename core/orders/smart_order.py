"""Smart orders: the leg that brings a position to its target."""

from dataclasses import replace
from decimal import Decimal
from enum import Enum, auto

from core.money import EXACT, ZERO
from core.orders.intents import Smart
from core.orders.order import Action, LegTerms

MATCHED = "Positions Already Matched. No Action needed."
NOTHING_OPEN = "No OpenPosition Found. Not placing Exit order."


class _Sign(Enum):
    NEGATIVE = auto()
    FLAT = auto()
    POSITIVE = auto()


class _Do(Enum):
    """What a row of the table sends."""

    AS_ASKED = auto()
    THE_DIFFERENCE = auto()


_N, _F, _P = _Sign.NEGATIVE, _Sign.FLAT, _Sign.POSITIVE
# (sign of the target, sign of the position); equal non-flat sizes never reach the table.
DECISIONS = {
    (_F, _F): _Do.AS_ASKED,
    (_F, _P): _Do.THE_DIFFERENCE,
    (_F, _N): _Do.THE_DIFFERENCE,
    (_P, _F): _Do.THE_DIFFERENCE,
    (_P, _P): _Do.THE_DIFFERENCE,
    (_P, _N): _Do.THE_DIFFERENCE,
    (_N, _F): _Do.THE_DIFFERENCE,
    (_N, _P): _Do.THE_DIFFERENCE,
    (_N, _N): _Do.THE_DIFFERENCE,
}


def resolve_smart(intent: Smart, position: Decimal) -> LegTerms | str:
    """The leg that brings `position` to the target, or why nothing is to be done."""
    target = intent.position_size
    if target and target == position:
        return MATCHED
    if DECISIONS[_sign(target), _sign(position)] is _Do.AS_ASKED:
        return intent.terms if intent.terms.quantity else NOTHING_OPEN
    difference = EXACT.subtract(target, position)
    action = Action.BUY if difference > ZERO else Action.SELL
    return replace(intent.terms, action=action, quantity=difference.copy_abs())


def _sign(quantity: Decimal) -> _Sign:
    if not quantity:
        return _Sign.FLAT
    return _Sign.POSITIVE if quantity > ZERO else _Sign.NEGATIVE
