"""SQLite connections for short transactions: their statements run in the event loop, where they are asked for."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")
T = TypeVar("T")

AT_A_TIME = 0.005
"""Seconds of statements after which other tasks have a turn."""
BUSY_MILLISECONDS = 5000


class SqliteConnection:
    """Implements StoreConnection. A transaction begins with its first statement.

    A change of threads costs many times what SQLite needs for a statement that goes along an index.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opened: Connection | None = None

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
        """Execute one statement."""
        return await self.run_sync(Connection.execute, statement, parameters)

    async def run_sync(self, fn: Callable[..., T], *arg: Any) -> T:
        """Call `fn` with the synchronous connection."""
        connection = self._open()
        if not connection.in_transaction():
            await self._begin(connection)
        done = fn(connection, *arg)
        await _take_turns()
        return done

    async def commit(self) -> None:
        """Commit what was written, if there was a statement."""
        if self._opened is not None and self._opened.in_transaction():
            await self._commit(self._opened)

    async def rollback(self) -> None:
        """Drop what was written."""
        if self._opened is not None:
            self._opened.rollback()

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _open(self) -> Connection:
        if self._opened is None:
            self._opened = self._engine.connect()
        return self._opened

    async def _begin(self, connection: Connection) -> None:
        connection.begin()

    async def _commit(self, connection: Connection) -> None:
        connection.commit()


class SqliteWriter(SqliteConnection):
    """Waits in a thread: for the disk when it commits, and for its turn while another process writes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._thread = ThreadPoolExecutor(1, "writer")

    async def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction in the thread, committed at its end."""
        return await self._in_thread(partial(self._in_transaction, work))

    def close(self) -> None:
        """Close the connection when the thread has done what it was given."""
        self._thread.shutdown()
        super().close()

    async def _begin(self, connection: Connection) -> None:
        try:
            connection.begin()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            await self._in_thread(partial(_begin_in_turn, connection))

    async def _commit(self, connection: Connection) -> None:
        await self._in_thread(connection.commit)

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        connection = self._open()
        _begin_in_turn(connection)
        try:
            done = work(connection)
            connection.commit()
        finally:
            connection.rollback()
        return done

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """What was begun cannot be stopped, so a cancelled caller waits until it is over."""
        doing = asyncio.wrap_future(self._thread.submit(work))
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait({doing})
            raise


def _begin_in_turn(connection: Connection) -> None:
    """Begin a transaction, waiting as long as that is sensible while another process writes."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    try:
        connection.begin()
    finally:
        driver.execute("PRAGMA busy_timeout = 0")


_last_turn = 0.0


async def _take_turns() -> None:
    """Let other tasks go on when statements have had the event loop for a while."""
    global _last_turn
    if perf_counter() - _last_turn > AT_A_TIME:
        await asyncio.sleep(0)
        _last_turn = perf_counter()
