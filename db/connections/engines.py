"""Connections: one that writes, a few that read, and how each is set up."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.errors import ConfigError, Unready
from db.connections.sqlite_connection import BUSY_MILLISECONDS, SqliteConnection, SqliteWriter
from db.connections.sqlite_file import SqliteFile
from db.connections.store_connection import StoreConnection

READERS = 4
PAGES_BEFORE_CHECKPOINT = 4000
"""16 MB of log: the longer it is, the more changes of one page are copied into the file at once."""
T = TypeVar("T")


class Engines:
    """The writing and the reading connections of one database.

    All writing of this process is done in turn: SQLite has one writer anyway, and a queue in the process is fair
    where its busy handler is not.
    """

    def __init__(self, url: str, seal_key: bytes) -> None:
        """`seal_key` is what the ends of audit chains are sealed with."""
        self.url = url
        options = {"seal_key": seal_key}
        try:
            self._file = SqliteFile(url)
            is_sqlite = make_url(url).drivername == "sqlite+aiosqlite"
            self._backend: _Sqlite | _Asynchronous = (_Sqlite if is_sqlite else _Asynchronous)(url, options)
        except (SQLAlchemyError, ImportError) as fault:
            raise ConfigError(f"database.url cannot be used: {fault}") from None
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool = False) -> AsyncIterator[StoreConnection]:
        """A transaction that may write; the caller commits. `lengthy` for very many rows. Raises Unready."""
        async with self._turn:
            with _answering_unready():
                self._file.require_same()
                async with self._backend.writing(lengthy=lengthy) as connection:
                    yield connection

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one writing transaction, committed at its end, outside of the event loop. Raises Unready."""
        async with self._turn:
            with _answering_unready():
                self._file.require_same()
                return await self._backend.write(work)

    @contextlib.asynccontextmanager
    async def reading(self, *, lengthy: bool = False) -> AsyncIterator[StoreConnection]:
        """A transaction that sees one state of the database and cannot write; `lengthy` for very many rows.

        Raises Unready.
        """
        with _answering_unready():
            self._file.require_same()
            async with self._backend.reading(lengthy=lengthy) as connection:
                yield connection

    def look_up(self, work: Callable[[Connection], T], *, apart: bool = False) -> T:
        """What `work` reads, at once: something quick, which the event loop waits for; `apart` in any thread.

        Raises Unready, also for another kind of database than SQLite, which cannot answer so.
        """
        with _answering_unready():
            self._file.require_same()
            return self._backend.look_up(work, apart=apart)

    async def close(self) -> None:
        """Close every connection."""
        await self._backend.close()


class _Sqlite:
    """Short transactions in the event loop, on connections that are kept open; lengthy ones by aiosqlite."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        place = make_url(url).set(drivername="sqlite")
        any_thread = {"check_same_thread": False}
        self._engines = [
            create_engine(place, poolclass=NullPool, execution_options=options, connect_args=any_thread)
            for _ in range(2)
        ]
        writer, self._reader = self._engines
        # The event loop never waits for another process that writes.
        _prepare_sqlite(writer, "BEGIN IMMEDIATE", read_only=False, patience=0)
        _prepare_sqlite(self._reader, "BEGIN", read_only=True)
        self._writer = SqliteWriter(writer)
        self._slots = asyncio.Semaphore(READERS)
        self._idle: list[SqliteConnection] = []
        self._quick: Connection | None = None
        self._open_lengthy = partial(_Asynchronous, url, options)
        self._lengthy: _Asynchronous | None = None

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        if lengthy:
            async with self._in_threads().writing(lengthy=True) as connection:
                yield connection
            return
        try:
            yield self._writer
        finally:
            await self._writer.rollback()

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await self._writer.carry_out(work)

    @contextlib.asynccontextmanager
    async def reading(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        if lengthy:
            async with self._in_threads().reading(lengthy=True) as connection:
                yield connection
            return
        async with self._slots:
            connection = self._idle.pop() if self._idle else SqliteConnection(self._reader)
            try:
                yield connection
            finally:
                await connection.rollback()
                self._idle.append(connection)

    def look_up(self, work: Callable[[Connection], T], *, apart: bool) -> T:
        if apart:
            with self._reader.connect() as connection:
                return work(connection)
        if self._quick is None:
            self._quick = self._reader.connect()
        with self._quick.begin():
            return work(self._quick)

    async def close(self) -> None:
        if self._lengthy is not None:
            await self._lengthy.close()
        if self._quick is not None:
            self._quick.close()
        for connection in (self._writer, *self._idle):
            connection.close()
        for engine in self._engines:
            engine.dispose()

    def _in_threads(self) -> "_Asynchronous":
        if self._lengthy is None:
            self._lengthy = self._open_lengthy()
        return self._lengthy


class _Asynchronous:
    """SQLAlchemy's asynchronous engine: SQLite by aiosqlite, or another kind of database."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        # It brings SQLAlchemy's ORM along, which takes a while to import.
        from sqlalchemy.ext.asyncio import create_async_engine

        self._writer = create_async_engine(url, pool_size=1, max_overflow=0, execution_options=options)
        self._reader = create_async_engine(url, pool_size=READERS, max_overflow=0, execution_options=options)
        if self._writer.dialect.name == "sqlite":
            _prepare_sqlite(self._writer.sync_engine, "BEGIN IMMEDIATE", read_only=False)
            _prepare_sqlite(self._reader.sync_engine, "BEGIN", read_only=True)

    @contextlib.asynccontextmanager
    async def writing(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        async with self._writer.connect() as connection:
            await connection.begin()
            yield connection

    async def write(self, work: Callable[[Connection], T]) -> T:
        async with self._writer.begin() as connection:
            return await connection.run_sync(work)

    @contextlib.asynccontextmanager
    async def reading(self, *, lengthy: bool) -> AsyncIterator[StoreConnection]:
        async with self._reader.connect() as connection:
            await connection.begin()
            yield connection

    def look_up(self, work: Callable[[Connection], T], *, apart: bool) -> T:
        raise Unready("Only an SQLite database can be looked up at once; see database.url.")

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


@contextlib.contextmanager
def _answering_unready() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as fault:
        raise Unready("The database cannot be used right now; nothing was executed.") from fault


def _prepare_sqlite(engine: Engine, begin: str, *, read_only: bool, patience: int = BUSY_MILLISECONDS) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: Any) -> None:
        # The driver must not begin transactions by itself: the kind of BEGIN matters.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            f"wal_autocheckpoint = {PAGES_BEFORE_CHECKPOINT}",
            f"query_only = {'ON' if read_only else 'OFF'}",
            f"busy_timeout = {patience}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(begin)
        cursor.close()
