"""aiosqlite with one thread switch for each statement, where it makes three or four by itself."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Self

import aiosqlite
from sqlalchemy import URL

Rows = list[tuple[Any, ...]]


def connecting(url: URL, *, only_reads: bool) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    """What SQLAlchemy calls for each new connection to this database."""
    arguments, options = url.get_dialect()().create_connect_args(url)
    open_file: Callable[[], sqlite3.Connection] = partial(sqlite3.connect, *arguments, **options)

    def connect() -> Awaitable[aiosqlite.Connection]:
        opened = LateConnection(open_file, iter_chunk_size=64)
        opened.only_reads = only_reads
        opened._thread.daemon = True
        return opened

    return connect


class LateConnection(aiosqlite.Connection):
    """Begins a transaction in the same breath as its first statement, and ends none that has no statement.

    What is remembered is only touched in the event loop: a cancelled caller does not stop its statement, which
    may still wait for its turn, so asking SQLite whether a transaction is open would be a race.
    """

    only_reads = False
    _beginning: str | None = None
    _is_used = False

    def begin_late(self, words: str) -> None:
        """Begin a transaction with this SQL, just before the next statement."""
        self._beginning = words

    def take_beginning(self) -> str | None:
        """The BEGIN that must run before the statement that is about to be queued; None for none."""
        beginning, self._beginning, self._is_used = self._beginning, None, True
        return beginning

    def cursor(self) -> "_Cursor":  # type: ignore[override]
        """A cursor as SQLAlchemy needs it."""
        return _Cursor(self)

    async def commit(self) -> None:
        """End the transaction, if it has a statement."""
        self._beginning = None
        if self._is_used:
            await super().commit()
            self._is_used = False

    async def rollback(self) -> None:
        """End the transaction, if it has a statement. One that only read is not waited for: the next one queues."""
        self._beginning = None
        if not self._is_used:
            return
        if self.only_reads:
            self._tx.put_nowait((None, self._conn.rollback))
        else:
            await super().rollback()
        self._is_used = False


class _Cursor:
    """The part of a cursor that SQLAlchemy uses; rows are fetched as a statement is executed."""

    def __init__(self, connection: LateConnection) -> None:
        self._connection = connection
        self._in_thread: Callable[..., Awaitable[None]] = connection._execute
        self._rows: Rows = []
        self.arraysize = 1
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Run one statement, and fetch all of its rows."""
        beginning = self._connection.take_beginning()
        await self._in_thread(self._run, beginning, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement with each of these."""
        beginning = self._connection.take_beginning()
        await self._in_thread(self._run, beginning, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> Rows:
        """Every row that the statement found."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the rows are fetched, and nothing is open any more."""

    def _run(self, beginning: str | None, how: Callable[..., sqlite3.Cursor], sql: str, parameters: Any) -> None:
        if beginning is not None:
            self._connection._conn.execute(beginning)
        cursor = self._connection._conn.cursor()
        try:
            how(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
