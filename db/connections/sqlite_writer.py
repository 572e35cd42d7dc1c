"""SQLite by the standard library's driver, in a thread of its own: the cheapest way to run a transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class SqliteWriter:
    """A thread with one SQLite connection."""

    def __init__(self, engine: Engine) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="direct writer")
        self._engine = engine
        self._connection: Connection | None = None

    async def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction, committed at its end.

        What was begun cannot be stopped, so a cancelled caller waits until it is over.
        """
        begun: Future[T] = self._thread.submit(self._in_transaction, work)
        doing = asyncio.wrap_future(begun)
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait({doing})
            raise

    def close(self) -> None:
        """Finish what was begun, and close."""
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return work(self._connection)
