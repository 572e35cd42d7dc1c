"""What it takes to close a position, whole or in part."""

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from core.errors import Invalid
from core.money import EXACT, ZERO, plain
from core.orders.order import Action, LegTerms, PriceType
from core.orders.slicing import in_pieces, reduces
from core.portfolio.positions import Position

_TWO = Decimal(2)


class Part(StrEnum):
    """How much of a position is to be closed, when it is not a number of units."""

    ALL = "all"
    HALF = "half"


HowMuch = Part | Decimal


def closing_quantity(held: Decimal, how_much: HowMuch, lot: int) -> Decimal:
    """How many units that is, in whole lots unless it is all.

    Raises Invalid for nothing, for more than is held, and for what would break a lot.
    """
    size, step = held.copy_abs(), Decimal(lot)
    if not size:
        raise Invalid("There is nothing to close.")
    if how_much is Part.ALL:
        return size
    if how_much is Part.HALF:
        half = EXACT.multiply(EXACT.divide_int(EXACT.divide(size, _TWO), step), step)
        if not half:
            raise Invalid(f"{plain(size)} cannot be halved: it trades in lots of {lot}. Close all of it.")
        return half
    quantity = Decimal(how_much)
    if quantity <= ZERO:
        raise Invalid("The quantity to close must be a positive number.")
    if quantity > size:
        raise Invalid(f"Only {plain(size)} is held, so {plain(quantity)} cannot be closed.")
    if quantity != size and EXACT.remainder(quantity, step):
        raise Invalid(f"The quantity must be in multiples of lot size {lot}, or all of it.")
    return quantity


def closing_terms(position: Position, quantity: Decimal) -> LegTerms:
    """The market order that closes this much of the position."""
    return LegTerms(
        exchange=position.exchange,
        symbol=position.symbol,
        action=Action.SELL if position.quantity > ZERO else Action.BUY,
        quantity=quantity,
        pricetype=PriceType.MARKET,
        product=position.product,
    )


def closing_pieces(terms: LegTerms, freeze_quantity: int) -> tuple[LegTerms, ...]:
    """The order in pieces that the exchange takes, however many: what is held can be left."""
    return in_pieces(terms, freeze_quantity) if freeze_quantity else (terms,)


def still_closing(terms: LegTerms, held: Decimal) -> LegTerms | None:
    """The closing order for what is held by now: never for more, never the other way; None when nothing is left."""
    left = replace(terms, quantity=min(terms.quantity, held.copy_abs()))
    return left if left.quantity and reduces(left, held) else None
