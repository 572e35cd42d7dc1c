"""Fields of a broker's JSON, read one by one. What has another form raises ValueError."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from core.clock import IST
from core.money import ZERO
from core.orders.states import BrokerStatus

Row = Mapping[str, object]
_LARGEST = Decimal("1e15")
T = TypeVar("T")

_log = logging.getLogger(__name__)


def as_row(value: object) -> Row:
    """An object."""
    if not isinstance(value, Mapping):
        raise ValueError(f"an object was expected, not {type(value).__name__}")
    return value


def as_rows(value: object) -> Sequence[Row]:
    """A list of objects."""
    if not isinstance(value, list):
        raise ValueError(f"a list was expected, not {type(value).__name__}")
    return [as_row(one) for one in value]


def text(row: Row, key: str) -> str:
    """A text; numbers as they are written, "" for null and what is missing."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{key} is no text")
    return str(value)


def needed(row: Row, key: str) -> str:
    """A text that must be there."""
    found = text(row, key).strip()
    if not found:
        raise ValueError(f"{key} is missing")
    return found


def amount(row: Row, key: str) -> Decimal:
    """A number, or a text that is one; 0 for null, "" and what is missing."""
    value = row.get(key)
    if value is None or value == "":
        return ZERO
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{key} is no number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{key} is no number") from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError(f"{key} is out of range")
    return number


def one_of(words: Mapping[str, T], row: Row, key: str) -> T:
    """What a broker's word stands for."""
    word = text(row, key)
    if word not in words:
        raise ValueError(f"{key} has a word that is not known")
    return words[word]


def indian_time(row: Row, *keys: str) -> datetime | None:
    """The first of these that is a time, such as `2026-11-27 13:38:02`; without a zone it is Indian."""
    for key in keys:
        moment = _parse_time(text(row, key))
        if moment is not None and moment.year > 1:
            return moment if moment.tzinfo else moment.replace(tzinfo=IST)
    return None


def _parse_time(words: str) -> datetime | None:
    """Also `27-Nov-2026 13:38:02`, as exchanges write it."""
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        pass
    try:
        return datetime.strptime(words, "%d-%b-%Y %H:%M:%S")  # noqa: DTZ007 - the caller knows the zone
    except ValueError:
        return None


def read_status(broker: str, words: Mapping[str, BrokerStatus], word: str) -> BrokerStatus:
    """The status that a broker's word stands for; a new word is an open order, which is asked about again."""
    if word not in words:
        _log.warning("%s has an order status that is not known: %.40r; the order stays open", broker, word)
        return BrokerStatus.OPEN
    return words[word]


def with_evidence(broker: str, status: BrokerStatus, filled: Decimal, average: Decimal) -> BrokerStatus:
    """The same status; what is said to be complete, and has no fill to show, stays open."""
    if status is BrokerStatus.COMPLETE and not (filled and average):
        _log.warning("%s says that an order is complete and shows no fill; the order stays open", broker)
        return BrokerStatus.OPEN
    return status


def readable(broker: str, rows: Iterable[Row], read: Callable[[Row], T]) -> Sequence[T]:
    """What can be read of a book; a line with words that are not known is left out, and said."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except ValueError as why:
            _log.warning("a line of %s's book cannot be read: %s", broker, why)
    return found
