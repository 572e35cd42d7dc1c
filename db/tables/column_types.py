"""Column types for decimals and aware times, which SQLite has no types for."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, String, TypeDecorator
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from core.clock import utc_text

_SQLITE = sqlite.dialect()
Stored = Callable[[Any], Any]


class Amount(TypeDecorator[Decimal]):
    """A decimal number: text in SQLite, whose NUMERIC is a binary float; NUMERIC elsewhere."""

    impl = String(40)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in this database."""
        return dialect.type_descriptor(String(40) if dialect.name == "sqlite" else Numeric(30, 10))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> object:
        """What is stored for a decimal."""
        return _amount_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The decimal that was stored."""
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive one. SQLite stores text of fixed width that sorts like time."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in this database."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """What is stored for a moment. Raises ValueError for one without a time zone."""
        text = _moment_text(value)
        return text if value is None or dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment that was stored, in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


def _amount_text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _moment_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return utc_text(value)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def in_sqlite(kind: TypeEngine[Any]) -> Stored | None:
    """What turns a value of this type into what SQLite's driver takes; None when it takes it as it is.

    For our own types without the calls that SQLAlchemy puts around them.
    """
    if isinstance(kind, Amount):
        return _amount_text
    if isinstance(kind, Moment):
        return _moment_text
    return kind.dialect_impl(_SQLITE).bind_processor(_SQLITE)


def from_sqlite(kind: TypeEngine[Any]) -> Stored | None:
    """What turns a stored value back into one of this type; None when it is one already."""
    if isinstance(kind, Amount):
        return _amount
    if isinstance(kind, Moment):
        return _moment
    return kind.dialect_impl(_SQLITE).result_processor(_SQLITE, None)
