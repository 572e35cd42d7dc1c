"""Runs the loops of the service in one task group: the first failure or a signal stops all of them."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping

import structlog

from core.errors import Unready
from core.services.wakeups import is_set_within

log = structlog.get_logger(__name__)
Loop = Callable[[], Awaitable[None]]


class _Served(Exception):
    """Raised inside the group to cancel the loops when the foreground has ended normally."""


async def supervise(loops: Mapping[str, Loop], foreground: Loop) -> None:
    """Run the loops below `foreground`; when that ends, they are cancelled.

    A loop that fails, or ends by itself, stops everything and raises.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for name, loop in loops.items():
                group.create_task(_run(name, loop), name=name)
            group.create_task(_serve(foreground), name="foreground")
    except* _Served:
        log.debug("service.served")


async def _run(name: str, loop: Loop) -> None:
    await loop()
    raise RuntimeError(f"the {name} loop ended by itself")


async def _serve(foreground: Loop) -> None:
    await foreground()
    raise _Served


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)


async def work_when_woken(wake: asyncio.Event, work: Callable[[], Awaitable[object]], every: float) -> None:
    """Do `work` when woken, and every so many seconds in case a wake-up was lost.

    What cannot be done now (Unready) is tried again; nothing is lost, the database holds the work.
    """
    while True:
        await is_set_within(wake, every)
        wake.clear()
        try:
            await work()
        except Unready as fault:
            log.warning("work.postponed", why=str(fault))
