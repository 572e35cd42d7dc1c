"""The fields of Kite's answers: numbers are decimals, times are Indian and do not say so, and much may be missing."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from core.clock import IST
from core.money import ZERO

Row = Mapping[str, object]
_log = logging.getLogger(__name__)


def a_row(value: object) -> Row:
    """An object of the answer. Raises ValueError."""
    if isinstance(value, Mapping):
        return value
    raise ValueError("an object was expected")


def rows(value: object) -> Sequence[Row]:
    """A list of objects; null is an empty one. Raises ValueError."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [a_row(one) for one in value]
    raise ValueError("a list was expected")


def text(row: Row, name: str) -> str:
    """A text or number as text; empty when it is missing or null."""
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def required(row: Row, name: str) -> str:
    """A text that must be there. Raises ValueError."""
    found = text(row, name).strip()
    if not found:
        raise ValueError(f"{name} is missing")
    return found


def amount(row: Row, name: str) -> Decimal:
    """A number; 0 when it is missing or null. Raises ValueError."""
    value = row.get(name)
    match value:
        case None | "":
            return ZERO
        case Decimal():
            return value
        case int() | str() if not isinstance(value, bool):
            return _decimal(str(value))
        case _:
            raise ValueError(f"{name} is no number")


def _decimal(said: str) -> Decimal:
    try:
        number = Decimal(said)
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite():
        raise ValueError("no number")
    return number


def moment(row: Row, name: str) -> datetime | None:
    """A time, which Kite writes as an Indian clock shows it: `2026-11-27 10:15:02`. Raises ValueError."""
    said = text(row, name)
    if not said:
        return None
    found = datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=IST)


@cache
def warn_of(what: str, word: str) -> None:
    """Log once that Kite used a word that we do not know."""
    _log.warning("Zerodha answered with %s %r, which is not known here", what, word[:40])
