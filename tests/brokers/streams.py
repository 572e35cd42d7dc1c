"""Somebody who follows a broker's order updates."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from core.ports import OrderStream
from tests.waiting import until

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Watched:
    """How often something moved, counting the moment when the stream stood."""

    moves: int = 0

    def note(self) -> None:
        """Something moved."""
        self.moves += 1

    async def moved(self, at_least: int) -> None:
        """Wait for so many moves."""
        await until(lambda: self.moves >= at_least)


@asynccontextmanager
async def following(broker: OrderStream) -> AsyncIterator[Watched]:
    """A stream that stands, until the end of the block."""
    watched = Watched()
    task = asyncio.create_task(broker.follow_orders(watched.note))
    standing = asyncio.create_task(watched.moved(1))
    try:
        await asyncio.wait([task, standing], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        await standing
        yield watched
    finally:
        for one in (task, standing):
            one.cancel()
        await asyncio.gather(task, standing, return_exceptions=True)


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A server's address."""
    app = web.Application()
    app.router.add_get("/{anything:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
