"""Bulk inserts with one cached SQL text: SQLAlchemy's own way costs more than writing the rows."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite

from db.tables.column_types import Stored, in_sqlite

Row = dict[str, Any]


ROWS_AT_ONCE = 32
"""The driver releases the GIL once for each statement, so statements are long, but within the 999 values that
every SQLite takes."""
_IDENTIFIERS = sqlite.dialect().identifier_preparer
Columns = Mapping[str, Sequence[Any]]


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns."""
    if rows:
        insert_columns(connection, table, {name: [row[name] for row in rows] for name in rows[0]})


def insert_columns(connection: Connection, table: Table, columns: Columns) -> None:
    """Insert rows given as columns of one length; a column that is NULL in all of them is left out."""
    if connection.dialect.name != "sqlite":
        rows = zip(*columns.values(), strict=True)
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    names = tuple(name for name, column in columns.items() if column.count(None) < len(column))
    stored = [
        columns[name] if stored_as is None else map(stored_as, columns[name])
        for name, stored_as in zip(names, _stored_as(table, names), strict=True)
    ]
    _execute(connection, table, names, list(zip(*stored, strict=True)))


def _execute(connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    done = 0
    cursor = connection.connection.cursor()
    try:
        while done < len(rows):
            count = _power_of_two_within(len(rows) - done)
            cursor.execute(_text(table, names, count), tuple(chain.from_iterable(rows[done : done + count])))
            done += count
    finally:
        cursor.close()


def _power_of_two_within(count: int) -> int:
    return min(ROWS_AT_ONCE, 1 << (count.bit_length() - 1))


@lru_cache
def _stored_as(table: Table, names: tuple[str, ...]) -> list[Stored | None]:
    return [in_sqlite(table.c[name].type) for name in names]


@lru_cache
def _text(table: Table, names: tuple[str, ...], count: int) -> str:
    columns = ", ".join(_IDENTIFIERS.quote(name) for name in names)
    row = f"({', '.join('?' * len(names))})"
    into = f"{_IDENTIFIERS.format_table(table)} ({columns})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}"  # noqa: S608 - names of ours only
