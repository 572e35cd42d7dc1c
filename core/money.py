"""Decimal amounts, and their Indian formatting."""

from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
PAISA = Decimal("0.01")
_MEAN = Decimal("0.0001")
EXACT = Context(prec=80)
"""A context in which sums and remainders of any two accepted numbers are exact."""


def mean_price(value: Decimal) -> Decimal:
    """A mean price rounded to four decimals, fewer where that is exact."""
    return value.quantize(_MEAN, rounding=ROUND_HALF_UP).normalize(EXACT)


def plain(value: Decimal) -> str:
    """A number without exponent or trailing zeros: `10`, `0.05`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json_number(value: Decimal) -> int | float:
    """A number as JSON writes it; only for answers, never for sums."""
    return int(value) if value == value.to_integral_value() else float(value)


def to_paise(value: Decimal) -> Decimal:
    """An amount in rupees, rounded to the paisa, halves away from zero."""
    return value.quantize(PAISA, ROUND_HALF_UP, EXACT)


def as_json_money(value: Decimal) -> int | float:
    """An amount of rupees as JSON writes it: no thirds of a paisa."""
    return as_json_number(to_paise(value))


def rupees(value: Decimal) -> str:
    """An amount with Indian grouping and two decimals: `₹12,34,567.50`."""
    rounded = to_paise(value)
    whole, _, paise = format(rounded.copy_abs(), "f").partition(".")
    sign = "-" if rounded < 0 else ""
    return f"{sign}₹{group_indian(whole)}.{paise}"


def group_indian(digits: str) -> str:
    """Digits grouped as lakh and crore: `1234567` → `12,34,567`."""
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])
