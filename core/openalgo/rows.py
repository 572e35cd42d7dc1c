"""Values of another program's rows; a column that an older version has not is empty."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from core.errors import Invalid
from core.money import ZERO, mean_price

Row = Mapping[str, object]
_MOST = Decimal(10) ** 15
_LONGEST = 200


def text(row: Row, name: str) -> str:
    """A column as one line of printable text, which is cut where it is very long."""
    value = row.get(name)
    return "" if value is None else printable(str(value))


def printable(value: str) -> str:
    """Without what a terminal or a trail should not get from a stranger."""
    shown = value if value.isprintable() else "".join(char for char in value if char.isprintable())
    return shown.strip()[:_LONGEST]


def amount(row: Row, name: str) -> Decimal:
    """A column as a number, 0 for nothing; their binary floats are rounded to four decimals. Raises Invalid."""
    value = row.get(name)
    if value is None or value == "":
        return ZERO
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Invalid(f"its {name} is not a number") from None
    if not number.is_finite() or abs(number) > _MOST:
        raise Invalid(f"its {name} is not a number")
    return mean_price(number)
