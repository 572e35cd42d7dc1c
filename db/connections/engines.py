"""Connections: one that writes, a few that read, and how each is set up."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.errors import ConfigError, Unready
from db.connections.sqlite_connection import EagerConnection, SqliteConnection
from db.connections.store_connection import StoreConnection

READERS = 4
BUSY_MILLISECONDS = 5000
PAGES_BEFORE_CHECKPOINT = 4000
"""16 MB of log: the longer it is, the more changes of one page are copied into the file at once."""
T = TypeVar("T")


class Engines:
    """The writing and the reading connections of one database.

    All writing of this process goes through one connection, in turn: SQLite has one writer anyway, and a
    queue in the process is fair where its busy handler is not.
    """

    def __init__(self, url: str, seal_key: bytes) -> None:
        """`seal_key` is what the ends of audit chains are sealed with."""
        self.url = url
        options = {"seal_key": seal_key}
        try:
            self._file = _SqliteFile(url)
            is_sqlite = make_url(url).drivername == "sqlite+aiosqlite"
            self._backend: _Sqlite | _Server = _Sqlite(url, options) if is_sqlite else _Server(url, options)
        except (SQLAlchemyError, ImportError) as fault:
            raise ConfigError(f"database.url cannot be used: {fault}") from None
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool = False) -> AsyncIterator[StoreConnection]:
        """A transaction that may write; the caller commits. `lengthy` for very many rows. Raises Unready."""
        async with self._turn, _answering_unready():
            self._file.require_same()
            async with self._backend.writing(lengthy=lengthy) as connection:
                yield connection

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one writing transaction, committed at its end, outside of the event loop. Raises Unready."""
        async with self._turn, _answering_unready():
            self._file.require_same()
            return await self._backend.write(work)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[StoreConnection]:
        """A transaction that sees one state of the database and cannot write. Raises Unready."""
        async with _answering_unready():
            self._file.require_same()
            async with self._backend.reading() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._backend.close()


class _Sqlite:
    """One connection that writes, and a few that read, each of them kept open."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        place = make_url(url).set(drivername="sqlite")
        self._engines = [
            create_engine(
                place,
                poolclass=NullPool,
                execution_options=options,
                connect_args={"check_same_thread": False, "factory": EagerConnection},
            )
            for _ in range(2)
        ]
        writer, self._reader = self._engines
        _prepare_sqlite(writer, "BEGIN IMMEDIATE", read_only=False)
        _prepare_sqlite(self._reader, "BEGIN", read_only=True)
        self._threads = ThreadPoolExecutor(READERS, "reader"), ThreadPoolExecutor(1, "writer")
        self._writer = SqliteConnection(writer, self._threads[1], only_reads=False)
        self._slots = asyncio.Semaphore(READERS)
        self._idle: list[SqliteConnection] = []

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        self._writer.is_lengthy = lengthy
        try:
            yield self._writer
        finally:
            await self._writer.rollback()

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await self._writer.carry_out(work)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[StoreConnection]:
        async with self._slots:
            connection = self._idle.pop() if self._idle else self._new_reader()
            try:
                yield connection
            finally:
                await connection.rollback()
                self._idle.append(connection)

    async def close(self) -> None:
        for thread in self._threads:
            thread.shutdown()
        for connection in (self._writer, *self._idle):
            connection.close()
        for engine in self._engines:
            engine.dispose()

    def _new_reader(self) -> SqliteConnection:
        return SqliteConnection(self._reader, self._threads[0], only_reads=True)


class _Server:
    """Another kind of database, by SQLAlchemy's asynchronous engine."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        # It brings SQLAlchemy's ORM along, and most installations never need it.
        from sqlalchemy.ext.asyncio import create_async_engine

        self._writer = create_async_engine(url, pool_size=1, max_overflow=0, execution_options=options)
        self._reader = create_async_engine(url, pool_size=READERS, max_overflow=0, execution_options=options)

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        async with self._writer.connect() as connection:
            yield connection

    async def write(self, work: Callable[[Connection], T]) -> T:
        async with self._writer.begin() as connection:
            return await connection.run_sync(work)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[StoreConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


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
        cursor = connection.connection.cursor()
        cursor.execute(begin)
        cursor.close()
