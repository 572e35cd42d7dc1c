"""Background tasks, which are waited for at a stop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
OnFailure = Callable[[str, BaseException], None]
log = logging.getLogger(__name__)


def log_failure(name: str, fault: BaseException) -> None:
    """Log the failure of a background task."""
    log.error("background task failed: %s", name, exc_info=fault)


class BackgroundTasks:
    """Running tasks, at most one under each key; a failure ends only its own task and is handed to `on_failure`."""

    def __init__(self, on_failure: OnFailure = log_failure) -> None:
        self._on_failure = on_failure
        self._tasks: dict[Hashable, asyncio.Task[Any]] = {}

    def is_busy(self, key: Hashable) -> bool:
        """Whether a task runs under this key."""
        return key in self._tasks

    def start(self, work: Coroutine[Any, Any, T], name: str, key: Hashable = None) -> asyncio.Task[T]:
        """Start a task; with a key, only while none runs under that key."""
        task = asyncio.create_task(work, name=name)
        own = task if key is None else key
        self._tasks[own] = task
        task.add_done_callback(lambda _: self._end(own))
        return task

    async def wait(self, seconds: float | None = None) -> None:
        """Wait until no task runs, at most this many seconds; tasks that still run go on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait([*self._tasks.values()])

    async def close(self, seconds: float = 0.0) -> None:
        """Wait this many seconds for the running tasks, then cancel them."""
        running = [*self._tasks.values()]
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _end(self, key: Hashable) -> None:
        task = self._tasks.pop(key)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._on_failure(task.get_name(), fault)
