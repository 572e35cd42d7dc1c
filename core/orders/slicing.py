"""Splits an order into children, and sorts legs into the order in which they are sent."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from core.errors import Invalid
from core.money import EXACT, ZERO
from core.orders.order import Action, LegTerms, PositionKey

MOST_CHILDREN = 100
TOO_MANY = f"Total number of orders would exceed maximum limit of {MOST_CHILDREN}"
TOO_MANY_OF_A_LEG = f"Split orders would exceed maximum limit of {MOST_CHILDREN} per leg"


def split(terms: LegTerms, size: int, refusal: str = TOO_MANY) -> tuple[LegTerms, ...]:
    """Full children of `size`, then the rest. Raises Invalid with `refusal` for more than a hundred."""
    if terms.quantity > MOST_CHILDREN * size:
        raise Invalid(refusal)
    return in_pieces(terms, size)


def in_pieces(terms: LegTerms, size: int) -> tuple[LegTerms, ...]:
    """Full pieces of `size`, then the rest."""
    full, rest = EXACT.divmod(terms.quantity, Decimal(size))
    pieces = [replace(terms, quantity=Decimal(size))] * int(full)
    return (*pieces, replace(terms, quantity=rest)) if rest else tuple(pieces)


def in_sending_order(
    items: Sequence[LegTerms], position_of: Callable[[LegTerms], Decimal]
) -> tuple[tuple[int, LegTerms], ...]:
    """Each item with its place in the request, from 1: exits first, then buys, then sells.

    Several exits of one position are exits only as long as they do not turn it round together.
    """
    exits: list[tuple[int, LegTerms]] = []
    entries: list[tuple[int, LegTerms]] = []
    left: dict[PositionKey, Decimal] = {}
    for number, item in enumerate(items, 1):
        position = left.setdefault(item.position_key, position_of(item))
        if not reduces(item, position):
            entries.append((number, item))
            continue
        exits.append((number, item))
        change = item.action.signed(item.quantity)
        left[item.position_key] = EXACT.add(position, change)
    return (*buys_first(exits), *buys_first(entries))


def buys_first(items: Iterable[tuple[int, LegTerms]]) -> tuple[tuple[int, LegTerms], ...]:
    """The same items, those that buy before those that sell."""
    return tuple(sorted(items, key=lambda item: item[1].action is Action.SELL))


def reduces(terms: LegTerms, position: Decimal) -> bool:
    """Whether this leg makes the position smaller without turning it round."""
    against = position < ZERO if terms.action is Action.BUY else position > ZERO
    return against and terms.quantity <= position.copy_abs()
