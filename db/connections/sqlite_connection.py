"""A SQLite connection for the event loop: what is quick runs in it, what may take long in a thread."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any, Self, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")
T = TypeVar("T")

STEPS_HERE = 100_000
"""Of SQLite's machine: a few milliseconds. A query that takes more is stopped, and begins anew in the thread."""
AT_A_TIME = 0.005
"""Seconds of statements after which other tasks have a turn."""


class SqliteConnection:
    """Implements StoreConnection. A transaction begins with its first statement.

    A change of threads costs many times what SQLite needs for a statement. So statements run in the event loop;
    commits, which wait for the disk, waiting for another process that writes, and long queries run in the thread.
    """

    def __init__(self, engine: Engine, thread: Executor, *, only_reads: bool) -> None:
        self._engine = engine
        self._thread = thread
        self._only_reads = only_reads
        self._opened: Connection | None = None
        self.is_lengthy = False
        """Whether statements of this transaction are left to the thread, since they touch very many rows."""

    @property
    def dialect(self) -> Dialect:
        """SQLite."""
        return self._engine.dialect

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Any = None
    ) -> CursorResult[*Columns]: ...

    @overload
    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]: ...

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement, and fetch all of its rows."""
        connection = await self._begun()
        return await self._run(partial(connection.execute, statement, parameters))

    async def run_sync(self, fn: Callable[..., T], *arg: Any) -> T:
        """Call `fn` with the synchronous connection; one that only reads may be called twice."""
        return await self._run(partial(fn, await self._begun(), *arg))

    async def commit(self) -> None:
        """Commit what was written, if there was a statement."""
        if self._opened is not None and self._opened.in_transaction():
            await self._in_thread(self._opened.commit)

    async def rollback(self) -> None:
        """Drop what was written."""
        self.is_lengthy = False
        if self._opened is not None:
            self._opened.rollback()

    async def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction in the thread, committed at its end."""
        return await self._in_thread(partial(self._in_transaction, work))

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    async def _begun(self) -> Connection:
        connection = self._opened if self._opened is not None else await self._in_thread(self._open)
        if not connection.in_transaction() and not self._begins_at_once(connection):
            await self._in_thread(self._begin_in_turn)
        return connection

    async def _run(self, work: Callable[[], T]) -> T:
        if self.is_lengthy:
            return await self._in_thread(work)
        try:
            with self._limited():
                done = work()
        except OperationalError as fault:
            if not _is(fault.orig, sqlite3.SQLITE_INTERRUPT):
                raise
            return await self._in_thread(work)
        await _take_turns()
        return done

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        """Stop a query that takes too long. What writes is not stopped: SQLite would drop the whole transaction."""
        if not self._only_reads:
            yield
            return
        raw = _driver_of(self._opened)
        raw.set_progress_handler(_stop, STEPS_HERE)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)

    def _open(self) -> Connection:
        if self._opened is None:
            self._opened = self._engine.connect()
        return self._opened

    def _begins_at_once(self, connection: Connection) -> bool:
        """Begin a transaction; False while another process writes."""
        raw = _driver_of(connection)
        try:
            if not self._only_reads:
                [(patience,)] = raw.execute("PRAGMA busy_timeout").fetchall()
                raw.execute("PRAGMA busy_timeout = 0")
            connection.begin()
        except sqlite3.OperationalError as fault:
            if not _is(fault, sqlite3.SQLITE_BUSY):
                raise
            return False
        finally:
            if not self._only_reads:
                raw.execute(f"PRAGMA busy_timeout = {patience}")
        return True

    def _begin_in_turn(self) -> None:
        self._open().begin()

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        connection = self._open()
        with connection.begin():
            return work(connection)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """What was begun cannot be stopped, so a cancelled caller waits until it is over."""
        doing = asyncio.wrap_future(self._thread.submit(work))
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait({doing})
            raise


class EagerConnection(sqlite3.Connection):
    """SQLite's connection, whose cursors fetch all rows as they execute: a query is stopped before any is seen."""

    def cursor(self, factory: Any = None) -> Any:
        """A cursor that is done when it has executed."""
        return super().cursor(factory or _EagerCursor)


class _EagerCursor(sqlite3.Cursor):
    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        super().execute(sql, parameters)
        self._rows = iter(super().fetchall()) if self.description else iter(())
        return self

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [*islice(self._rows, size)]

    def fetchall(self) -> list[Any]:
        return [*self._rows]


_last_turn = 0.0


async def _take_turns() -> None:
    """Let other tasks go on when statements have had the event loop for a while."""
    global _last_turn
    if perf_counter() - _last_turn > AT_A_TIME:
        await asyncio.sleep(0)
        _last_turn = perf_counter()


def _driver_of(connection: Connection | None) -> sqlite3.Connection:
    assert connection is not None
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _is(fault: BaseException | None, code: int) -> bool:
    return isinstance(fault, sqlite3.Error) and getattr(fault, "sqlite_errorcode", 0) & 0xFF == code


def _stop() -> int:
    return 1
