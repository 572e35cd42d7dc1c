"""The numbers of an order or a trigger that may be changed while it waits, by the names that a client uses."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from core.client.plans import Terms
from core.errors import Invalid
from core.money import ZERO
from core.orders.gtt import Gtt, Side
from core.orders.order import LegTerms, PriceType

QUANTITY, PRICE, TRIGGER, TARGET, TARGET_PRICE = "quantity", "price", "trigger", "target", "targetprice"
NAMES = (QUANTITY, PRICE, TRIGGER, TARGET, TARGET_PRICE)
_LIMITED = frozenset({PriceType.LIMIT, PriceType.SL})
_TRIGGERED = frozenset({PriceType.SL, PriceType.SL_M})
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?")


def numbers_of(terms: Terms) -> Mapping[str, Decimal]:
    """What may be changed, with its present value; of a trigger with two sides `target` is the second."""
    found = {QUANTITY: terms.quantity}
    if isinstance(terms, LegTerms):
        found |= {PRICE: terms.price} if terms.pricetype in _LIMITED else {}
        return found | ({TRIGGER: terms.trigger_price} if terms.pricetype in _TRIGGERED else {})
    names = ((PRICE, TRIGGER), (TARGET_PRICE, TARGET))
    for side, (limit, trigger) in zip(terms.sides, names, strict=False):
        found |= {limit: side.limit} if terms.pricetype is PriceType.LIMIT else {}
        found[trigger] = side.trigger
    return found


def with_numbers(terms: Terms, numbers: Mapping[str, Decimal]) -> Terms:
    """The terms with these numbers changed. Raises Invalid for one that they do not have, or not above 0."""
    present = numbers_of(terms)
    for name, value in numbers.items():
        if name not in present:
            raise Invalid(f"This order has no {name}. It can be changed in: {', '.join(present)}.", name)
        if value <= ZERO:
            raise Invalid(f"The {name} must be a positive number.", name)
    after = {**present, **numbers}
    if isinstance(terms, LegTerms):
        price, trigger = after.get(PRICE, terms.price), after.get(TRIGGER, terms.trigger_price)
        return replace(terms, quantity=after[QUANTITY], price=price, trigger_price=trigger)
    return replace(terms, quantity=after[QUANTITY], sides=tuple(_sides(terms, after)))


def _sides(gtt: Gtt, after: Mapping[str, Decimal]) -> list[Side]:
    names = ((TRIGGER, PRICE), (TARGET, TARGET_PRICE))
    pairs = zip(gtt.sides, names, strict=False)
    return [Side(after[trigger], after.get(limit, side.limit)) for side, (trigger, limit) in pairs]


def parse_numbers(text: str) -> Mapping[str, Decimal]:
    """`price=112.50 quantity=50` as numbers by name. Raises Invalid for anything else."""
    found: dict[str, Decimal] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        name = name.lower()
        if not equals or name not in NAMES:
            raise Invalid(f"I do not understand {word}. Write for example: price=112.50 quantity=50")
        if name in found:
            raise Invalid(f"{name} is there twice.", name)
        found[name] = parse_number(value)
    return found


def parse_number(text: str) -> Decimal:
    """A positive number as people type it. Raises Invalid."""
    plain = text.strip().removeprefix("₹").replace(",", "")
    if _NUMBER.fullmatch(plain):
        return Decimal(plain)
    raise Invalid("That is not a number. Write for example 112.50")
