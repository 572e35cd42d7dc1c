"""Many rows in one statement whose text is made once: SQLAlchemy's own way costs more than writing the rows."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite

from db.order_rows import Row

ROWS_AT_ONCE = 32
"""The driver gives up the interpreter once for each statement, so they are long, but within the 999 values that
every SQLite takes."""
_SQLITE = sqlite.dialect()
_Column = tuple[str, Callable[[Any], Any] | None]


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns; one that is NULL in all of them is left out."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    names = tuple(name for name in rows[0] if any(row[name] is not None for row in rows))
    columns = [
        [row[name] for row in rows] if stored_as is None else [stored_as(row[name]) for row in rows]
        for name, stored_as in _columns(table, names)
    ]
    values, done = list(zip(*columns, strict=True)), 0
    cursor = connection.connection.cursor()
    try:
        while done < len(values):
            count = _power_of_two_within(len(values) - done)
            cursor.execute(_text(table, names, count), tuple(chain.from_iterable(values[done : done + count])))
            done += count
    finally:
        cursor.close()


def _power_of_two_within(count: int) -> int:
    return min(ROWS_AT_ONCE, 1 << (count.bit_length() - 1))


@lru_cache
def _columns(table: Table, names: tuple[str, ...]) -> list[_Column]:
    """Each column with what turns its value into what is stored, where that is needed."""
    return [(name, table.c[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE)) for name in names]


@lru_cache
def _text(table: Table, names: tuple[str, ...], count: int) -> str:
    quote = _SQLITE.identifier_preparer
    columns = ", ".join(quote.quote(name) for name in names)
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {quote.format_table(table)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608
