"""One SQLite database of another program, opened read-only, whose tables and columns may be of any age."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from core.errors import ConfigError
from core.openalgo.rows import Row

_MAGIC = b"SQLite format 3\x00"
_WAITS = 1.0
"""Seconds for a lock that the other program holds."""


class SourceDatabase:
    """Everything is read in one transaction, so all of it is of one moment."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none when there is no such table."""
        return frozenset(str(row[0]) for row in self._read("SELECT name FROM pragma_table_info(?)", table))

    def require(self, table: str, *columns: str) -> None:
        """Raises ConfigError when this is no database with such a table."""
        missing = set(columns) - self.columns(table)
        if missing:
            raise ConfigError(
                f"{self._path} is a database, but not OpenAlgo's: its table {table} is missing, or has no "
                f"{', '.join(sorted(missing))}."
            )

    def rows(self, table: str, wanted: Sequence[str], order_by: str = "id") -> Sequence[Row]:
        """The wanted columns of every row, as far as the table has them; none when there is no such table."""
        return [*self.each(table, wanted, order_by)]

    def each(self, table: str, wanted: Sequence[str], order_by: str = "id") -> Iterator[Row]:
        """The same, one after the other, for a table of very many rows."""
        there = self.columns(table)
        names = [name for name in wanted if name in there]
        if not names:
            return
        listed = ", ".join(f'"{name}"' for name in names)
        last = f' ORDER BY "{order_by}"' if order_by in there else ""
        with _told(self._path):
            # The names are ours: of a table or column, and never of somebody's input.
            for row in self._connection.execute(f'SELECT {listed} FROM "{table}"{last}'):  # noqa: S608
                yield dict(zip(names, row, strict=True))

    def _read(self, query: str, *values: str) -> Sequence[tuple[object, ...]]:
        with _told(self._path):
            return self._connection.execute(query, values).fetchall()


@contextmanager
def open_source(path: Path) -> Iterator[SourceDatabase]:
    """Open it; its methods, too, raise ConfigError when it is none, is locked or cannot be read."""
    _require_sqlite(path)
    with _told(path):
        place = f"file:{quote(str(path.absolute()))}?mode=ro"
        connection = sqlite3.connect(place, uri=True, timeout=_WAITS, isolation_level=None)
    with closing(connection):
        with _told(path):
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
        yield SourceDatabase(connection, path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        if "locked" in str(fault):
            raise ConfigError(f"{path} is locked: OpenAlgo is writing to it. Stop it, then try again.") from None
        raise ConfigError(f"{path} cannot be read: {fault}.") from None


def _require_sqlite(path: Path) -> None:
    try:
        with path.open("rb") as file:
            is_sqlite = file.read(len(_MAGIC)) == _MAGIC
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}.") from None
    if not is_sqlite:
        raise ConfigError(f"{path} is not an SQLite database.")
