"""No more orders in a second than a broker allows; exits go before entries."""

import asyncio
from collections import deque
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from core.clock import Clock
from core.orders.broker_order import NotSent

IN_A_LINE = "Its time to execute was over before its turn came: the broker takes only so many orders in a second"


class Pacing:
    """Gives turns, at most `per_second` in any `seconds`: to exits first, then as they were asked for."""

    def __init__(self, clock: Clock, per_second: int, seconds: float = 1.0) -> None:
        """`seconds` is how long a turn counts; longer than a second leaves room for a network that bunches."""
        self._clock = clock
        self._seconds = seconds
        self._given: deque[float] = deque(maxlen=per_second)
        self._line: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, deadline: datetime, *, is_exit: bool) -> NotSent | None:
        """Wait for a turn, at the longest until the deadline. None when it has come: send at once."""
        patience = (deadline - self._clock.now()).total_seconds()
        if patience <= 0:
            return NotSent(IN_A_LINE)
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._line, (not is_exit, next(self._numbers), mine))
        self._give()
        try:
            async with asyncio.timeout(patience):
                await mine
        except TimeoutError:
            return NotSent(IN_A_LINE)
        return None

    def _tick(self) -> None:
        self._timer = None
        self._give()

    def _give(self) -> None:
        loop = asyncio.get_running_loop()
        while self._line and self._pause(loop.time()) <= 0:
            _, _, first = heappop(self._line)
            if not first.done():
                self._given.append(loop.time())
                first.set_result(None)
        if self._line and self._timer is None:
            self._timer = loop.call_later(self._pause(loop.time()), self._tick)

    def _pause(self, now: float) -> float:
        is_full = len(self._given) == self._given.maxlen
        return self._given[0] + self._seconds - now if is_full else 0
