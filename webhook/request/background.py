"""Work that goes on after its request was answered, and is not forgotten at a stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)
T = TypeVar("T")
FINISH_WITHIN = 2.0
"""Seconds it gets at a stop; what it was doing is on disk and goes on after the next start."""


class LateWork:
    """Every piece of work that may outlive its request."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin it; a failure is logged even when nobody waits for it any more."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    async def finish(self, _: web.Application) -> None:
        """Wait for it a little, then give it up."""
        if not self._tasks:
            return
        unfinished = (await asyncio.wait(self._tasks, timeout=FINISH_WITHIN))[1]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            log.error("http.late_work_failed", exc_info=fault)
