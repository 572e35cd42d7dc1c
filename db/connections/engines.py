"""Connections: one that writes, a few that read, and how each is set up."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import ConfigError, Unready
from db.connections.aiosqlite_driver import LateConnection, connecting
from db.connections.sqlite_writer import SqliteWriter

READERS = 4
BUSY_MILLISECONDS = 5000
PAGES_BEFORE_CHECKPOINT = 4000
"""16 MB of log: the longer it is, the more changes of one page are copied into the file at once."""
T = TypeVar("T")


class Engines:
    """The writing and the reading engine of one database.

    All writing of this process goes through one connection, in turn: SQLite has one writer anyway, and a
    queue in the process is fair where its busy handler is not.
    """

    def __init__(self, url: str, seal_key: bytes) -> None:
        """`seal_key` is what the ends of audit chains are sealed with."""
        self.url = url
        try:
            self._file = _SqliteFile(url)
            options = {"seal_key": seal_key}
            self._writer = _open(url, 1, options, only_reads=False)
            self._reader = _open(url, READERS, options, only_reads=True)
        except (SQLAlchemyError, ImportError) as fault:
            raise ConfigError(f"database.url cannot be used: {fault}") from None
        self._turn = asyncio.Lock()
        self._direct: SqliteWriter | None = None
        if self._writer.dialect.name == "sqlite":
            _prepare_sqlite(self._writer.sync_engine, "BEGIN IMMEDIATE", read_only=False)
            _prepare_sqlite(self._reader.sync_engine, "BEGIN", read_only=True)
            direct = create_engine(
                make_url(url).set(drivername="sqlite"), pool_size=1, max_overflow=0, execution_options=options
            )
            _prepare_sqlite(direct, "BEGIN IMMEDIATE", read_only=False)
            self._direct = SqliteWriter(direct)

    @property
    def writer(self) -> AsyncEngine:
        """The engine that writes, for migrations, which bring their own transactions."""
        return self._writer

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; the caller commits. Raises Unready."""
        async with self._turn, _answering_unready():
            self._file.require_same()
            async with self._writer.connect() as connection:
                await connection.begin()
                yield connection

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one writing transaction, committed at its end. Raises Unready.

        For new orders: SQLite's asynchronous driver changes threads for each statement, here it is once for all.
        """
        if self._direct is None:
            async with self.writing() as connection:
                result = await connection.run_sync(work)
                await connection.commit()
                return result
        async with self._turn, _answering_unready():
            self._file.require_same()
            return await self._direct.carry_out(work)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the database and cannot write. Raises Unready."""
        async with _answering_unready():
            self._file.require_same()
            async with self._reader.connect() as connection:
                await connection.begin()
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()
        if self._direct is not None:
            self._direct.close()


def _open(url: str, connections: int, options: dict[str, Any], *, only_reads: bool) -> AsyncEngine:
    place = make_url(url)
    is_ours = place.get_driver_name() == "aiosqlite"
    quicker = {"async_creator": connecting(place, only_reads=only_reads)} if is_ours else {}
    return create_async_engine(place, pool_size=connections, max_overflow=0, execution_options=options, **quicker)


class _SqliteFile:
    """The SQLite file as it was at the start; SQLite would go on writing to one that was deleted or replaced."""

    def __init__(self, url: str) -> None:
        name = make_url(url).database
        self._name = name if url.startswith("sqlite") and name and name != ":memory:" else None
        if self._name is not None:
            _keep_private(self._name)
            self._identity = _identity_of(self._name)

    def require_same(self) -> None:
        """Raises OSError when it is gone or another file has its name."""
        if self._name is not None and _identity_of(self._name) != self._identity:
            raise OSError(f"{self._name} was replaced")


def _identity_of(name: str) -> tuple[int, int]:
    found = os.stat(name)
    return found.st_dev, found.st_ino


def _keep_private(name: str) -> None:
    """Make a new SQLite file readable by its owner only; its journal files get the same mode."""
    try:
        os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise ConfigError(f"database.url: {name} cannot be opened ({fault.strerror}).") from None


@contextlib.asynccontextmanager
async def _answering_unready() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as fault:
        raise Unready("The database cannot be used right now; nothing was executed.") from fault


def _prepare_sqlite(engine: Engine, begin: str, *, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: Any) -> None:
        # The driver must not begin transactions by itself: the kind of BEGIN matters.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "recursive_triggers = ON",
            f"wal_autocheckpoint = {PAGES_BEFORE_CHECKPOINT}",
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if isinstance(driver, LateConnection):
            driver.begin_late(begin)
            return
        cursor = connection.connection.cursor()
        cursor.execute(begin)
        cursor.close()
