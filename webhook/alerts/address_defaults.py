"""What an alert leaves out because OpenAlgo keeps it on its server: here it stands behind the address."""

from collections.abc import Callable, Sequence
from typing import Any

from core.errors import Invalid

Given = Sequence[tuple[str, str]]
"""Names and values behind the question mark of an address."""
Completing = Callable[[dict[str, Any], Given], Sequence[dict[str, Any]]]
"""Makes the fields of each order of those that were posted and those of the address. Raises Invalid."""
NAMES = ("exchange", "product", "quantity", "pricetype", "strategy")


def as_posted(fields: dict[str, Any], given: Given) -> Sequence[dict[str, Any]]:
    """An alert that says everything itself; what stands behind its address means nothing."""
    return (fields,)


def with_defaults(fields: dict[str, Any], given: Given) -> Sequence[dict[str, Any]]:
    """An alert of OpenAlgo's `Strategy`, which posts a symbol, an action and perhaps a position size."""
    found = read_defaults(given)
    if "position_size" in fields:
        # Flat already, a smart order would open a position of its quantity: the address must never ask for that.
        found["quantity"] = "0"
    return (found | fields,)


def read_defaults(given: Given) -> dict[str, Any]:
    """The fields behind the address. Raises Invalid for another name, and for one that stands there twice."""
    found: dict[str, Any] = {}
    for name, value in given:
        if name not in NAMES:
            raise Invalid(f"Behind an address may stand: {', '.join(NAMES)}.", name[:40])
        if name in found:
            raise Invalid("It stands behind the address twice.", name)
        found[name] = value
    return found
