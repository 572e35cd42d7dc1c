"""Connections: one that writes, a few that read, and how each is set up."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import ConfigError, Unready

READERS = 4
BUSY_MILLISECONDS = 5000


class Engines:
    """The writing and the reading engine of one database.

    All writing of this process goes through one connection, in turn: SQLite has one writer anyway, and a
    queue in the process is fair where its busy handler is not.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        _keep_private(url)
        self._turn = asyncio.Lock()
        self._writer = create_async_engine(url, pool_size=1, max_overflow=0)
        self._reader = create_async_engine(url, pool_size=READERS, max_overflow=0)
        if self._writer.dialect.name == "sqlite":
            _prepare_sqlite(self._writer.sync_engine, "BEGIN IMMEDIATE", read_only=False)
            _prepare_sqlite(self._reader.sync_engine, "BEGIN", read_only=True)

    @property
    def writer(self) -> AsyncEngine:
        """For migrations, which bring their own transactions."""
        return self._writer

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; the caller commits. Raises Unready."""
        async with self._turn, _answering_unready(), self._writer.connect() as connection:
            await connection.begin()
            yield connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the database and cannot write. Raises Unready."""
        async with _answering_unready(), self._reader.connect() as connection:
            await connection.begin()
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def _keep_private(url: str) -> None:
    """A new SQLite file is readable by its owner only; its journal files take after it."""
    name = make_url(url).database
    if url.startswith("sqlite") and name and name != ":memory:":
        try:
            os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as fault:
            raise ConfigError(f"database.url: {name} cannot be opened ({fault.strerror}).") from None


@contextlib.asynccontextmanager
async def _answering_unready() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as fault:
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
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
