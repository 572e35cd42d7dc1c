"""Time that only moves when nobody has anything else to do."""

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any

_SETTLE_ROUNDS = 20


class VirtualTime:
    """A clock and its sleep; `run` jumps from one sleeper to the next."""

    def __init__(self) -> None:
        self.at = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> float:
        """Virtual seconds."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Sleep in virtual time."""
        self._count += 1
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at + seconds, self._count, woken))
        await woken

    async def run(self, *work: Coroutine[Any, Any, Any]) -> list[Any]:
        """Run everything to its end, moving time whenever all of it sleeps."""
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            await self.settle()
            if not all(task.done() for task in tasks):
                self._jump()
        return await asyncio.gather(*tasks, return_exceptions=True)

    async def settle(self) -> None:
        """Let everything go as far as it can without time."""
        for _ in range(_SETTLE_ROUNDS):
            await asyncio.sleep(0)

    def _jump(self) -> None:
        while self._sleepers:
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self.at = max(self.at, at)
                woken.set_result(None)
                return
        raise AssertionError("everything waits and nobody sleeps")
