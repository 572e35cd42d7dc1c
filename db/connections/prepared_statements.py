"""Statements compiled to SQL once, and run without SQLAlchemy's overhead, for what every order needs."""

from contextlib import closing
from functools import cached_property, partial
from typing import Any

from sqlalchemy import BindParameter, Connection, Delete, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.visitors import iterate

from db.connections.store_connection import StoreConnection
from db.tables.column_types import from_sqlite, in_sqlite

_SQLITE = sqlite.dialect()
Values = tuple[Any, ...]
Found = dict[str, Any]
Statement = Select[Any] | Insert | Update | Delete


class Prepared:
    """A statement with one text, whatever its values are, made when it is used first: a start needs few of them.

    SQLAlchemy's own way costs several times what SQLite needs for a statement that touches one row.
    Raises ValueError for a statement whose text depends on its values.
    """

    def __init__(self, statement: Statement) -> None:
        if any(isinstance(part, BindParameter) and part.expanding for part in iterate(statement)):
            raise ValueError("a statement with a list of values has no one text")
        self._statement = statement

    async def find(self, connection: StoreConnection, /, **parameters: object) -> list[Found]:
        """The rows that a SELECT finds, each by its columns' names. Raises KeyError for a missing parameter."""
        return await connection.run_sync(partial(self._find, **parameters))

    async def change(self, connection: StoreConnection, /, **parameters: object) -> int:
        """Carry out a change; returns how many rows it touched. Raises KeyError for a missing parameter."""
        return await connection.run_sync(partial(self.run, **parameters))

    def rows(self, connection: Connection, /, **parameters: object) -> list[Values]:
        """The rows that a SELECT finds. Raises KeyError for a missing parameter."""
        if connection.dialect.name != "sqlite":
            return [tuple(row) for row in connection.execute(self._statement, parameters)]
        with self._compiled.execute(connection, parameters) as cursor:
            found = cursor.fetchall()
        return self._compiled.read(found)

    def run(self, connection: Connection, /, **parameters: object) -> int:
        """Carry out a change; returns how many rows it touched. Raises KeyError for a missing parameter."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, parameters).rowcount
        with self._compiled.execute(connection, parameters) as cursor:
            return int(cursor.rowcount)

    def _find(self, connection: Connection, /, **parameters: object) -> list[Found]:
        names = self._compiled.columns
        return [dict(zip(names, row, strict=True)) for row in self.rows(connection, **parameters)]

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _Compiled(self._statement)


class _Compiled:
    """A statement's text for SQLite, and how its values and columns are converted."""

    def __init__(self, statement: Statement) -> None:
        compiled = statement.compile(dialect=_SQLITE)
        self._text = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        stored_as = ((name, in_sqlite(bind.type)) for bind, name in compiled.bind_names.items())
        self._stored_as = {name: convert for name, convert in stored_as if convert is not None}
        fixed = {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required}
        self._fixed = self._as_stored(fixed)
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self.columns = tuple(str(column.key) for column in columns)
        read_as = ((place, from_sqlite(column.type)) for place, column in enumerate(columns))
        self._read_as = tuple((place, convert) for place, convert in read_as if convert is not None)

    def execute(self, connection: Connection, parameters: dict[str, object]) -> closing[DBAPICursor]:
        given = {**self._fixed, **self._as_stored(parameters)}
        cursor = connection.connection.cursor()
        cursor.execute(self._text, tuple(given[name] for name in self._names))
        return closing(cursor)

    def read(self, found: Any) -> list[Values]:
        return [self._read(row) for row in found] if self._read_as else [*found]

    def _as_stored(self, given: dict[str, Any]) -> dict[str, Any]:
        convert = self._stored_as
        return {name: convert[name](value) if name in convert else value for name, value in given.items()}

    def _read(self, row: Any) -> Values:
        values = [*row]
        for place, convert in self._read_as:
            values[place] = convert(values[place])
        return tuple(values)
