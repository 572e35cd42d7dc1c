"""Bounds as text: as they are typed and stored, and as people read them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import Invalid, Unready
from core.limits.limits import ALL, NO_LIMITS, UNITS, Hours, Limits, Names, Unit
from core.market.instruments import EXCHANGES
from core.money import ZERO, group_indian, plain, rupees
from core.orders.order import Product

MOST_NAMES = 100
MOST = Decimal(10) ** 15
"""No limit is above it: nobody means a number with more digits."""


_KNOWN_NAMES = {"exchanges": frozenset(EXCHANGES), "products": frozenset(product.value for product in Product)}


def title(name: str) -> str:
    """A limit's name as people read it."""
    return name.replace("_", " ")


def set_limit(limits: Limits, name: str, text: str) -> Limits:
    """The limits with one of them set from its text. Raises Invalid with what is wrong about the name or the text."""
    return replace(limits, **{name: parse_bound(name, text)})


def clear_limit(limits: Limits, name: str) -> Limits:
    """The limits without one of them. Raises Invalid for a name that there is not."""
    _unit(name)
    return replace(limits, **{name: getattr(NO_LIMITS, name)})


def parse_bound(name: str, text: str) -> Any:
    """The bound that a text means: `50000`, `₹50,000`, `5%`, `09:15-15:15`, `SBIN,RELIANCE`. Raises Invalid."""
    unit = _unit(name)
    try:
        return _READERS[unit](name, text.strip())
    except (ValueError, ArithmeticError):
        raise Invalid(f"{text!r} is not a {title(name)} such as {EXAMPLES[unit]}.") from None


def render_bound(name: str, limits: Limits) -> str | None:
    """A bound as people read it; None when there is none."""
    bound, unit = getattr(limits, name), UNITS[name]
    return None if bound in (None, ALL) else _IN_WORDS[unit](bound)


def bounds_of(limits: Limits) -> Mapping[str, str]:
    """Every bound that is set, by its name, as `parse_bound` reads it."""
    return {
        name: _AS_TEXT[UNITS[name]](bound) for name in UNITS if (bound := getattr(limits, name)) not in (None, ALL)
    }


def dump_limits(limits: Limits) -> str:
    """The limits as they are stored."""
    return json.dumps(bounds_of(limits), separators=(",", ":"))


def parse_limits(text: str) -> Limits:
    """The limits from their stored text. Raises Unready: limits that cannot be read allow nothing."""
    try:
        stored = json.loads(text)
        return Limits(**{name: parse_bound(name, value) for name, value in stored.items()})
    except (ValueError, AttributeError, TypeError, Invalid):
        raise Unready("The limits of this account cannot be read; nothing was executed.") from None


def _unit(name: str) -> Unit:
    if name not in UNITS:
        raise Invalid(f"There is no limit {name!r}; there is {', '.join(UNITS)}.")
    return UNITS[name]


def _number(name: str, text: str) -> Decimal:
    value = Decimal(text.removeprefix("₹").removesuffix("%").replace(",", "").strip())
    if not value.is_finite() or not ZERO < value <= MOST:
        raise InvalidOperation
    return value


def _count(name: str, text: str) -> int:
    value = Decimal(text.replace(",", ""))
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= MOST:
        raise InvalidOperation
    return int(value)


def _hours(name: str, text: str) -> Hours:
    begin, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError
    return Hours(time.fromisoformat(begin.strip().zfill(5)), time.fromisoformat(end.strip().zfill(5)))


def _names(name: str, text: str) -> Names:
    found = frozenset(word.upper() for word in text.replace(",", " ").split())
    known = _KNOWN_NAMES.get(name.partition("_")[0])
    if not found or len(found) > MOST_NAMES or any(len(word) > 64 or not word.isprintable() for word in found):
        raise ValueError
    if known is not None and not found <= known:
        raise Invalid(f"{', '.join(sorted(found - known))}: none of {', '.join(sorted(known))}.")
    return found


def _list_names(names: Names) -> str:
    return ", ".join(sorted(names))


def _grouped(value: Decimal | int) -> str:
    whole, dot, rest = plain(Decimal(value)).partition(".")
    return group_indian(whole) + dot + rest


EXAMPLES: Mapping[Unit, str] = {
    Unit.RUPEES: "50000",
    Unit.QUANTITY: "500",
    Unit.COUNT: "10",
    Unit.PERCENT: "5",
    Unit.HOURS: "09:15-15:15",
    Unit.NAMES: "SBIN,RELIANCE",
}
_READERS: Mapping[Unit, Callable[[str, str], Any]] = {
    Unit.RUPEES: _number,
    Unit.QUANTITY: _number,
    Unit.COUNT: _count,
    Unit.PERCENT: _number,
    Unit.HOURS: _hours,
    Unit.NAMES: _names,
}
_IN_WORDS: Mapping[Unit, Callable[[Any], str]] = {
    Unit.RUPEES: rupees,
    Unit.QUANTITY: _grouped,
    Unit.COUNT: _grouped,
    Unit.PERCENT: lambda value: f"{plain(value)}%",
    Unit.HOURS: lambda hours: f"{hours.begin:%H:%M}–{hours.end:%H:%M} IST",
    Unit.NAMES: _list_names,
}
_AS_TEXT: Mapping[Unit, Callable[[Any], str]] = {
    Unit.RUPEES: plain,
    Unit.QUANTITY: plain,
    Unit.COUNT: str,
    Unit.PERCENT: plain,
    Unit.HOURS: lambda hours: f"{hours.begin:%H:%M}-{hours.end:%H:%M}",
    Unit.NAMES: lambda names: ",".join(sorted(names)),
}
