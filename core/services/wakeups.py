"""Wakes loops and requests that wait for an order to move; only a hint, the database decides."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.ids import OrderId
from core.ports import Checkpoint, Wake


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most so many seconds; whether it was set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


class Wakeups:
    """Wakes whatever waits for one order, or for any order."""

    def __init__(self) -> None:
        self._watchers: defaultdict[OrderId, set[asyncio.Event]] = defaultdict(set)
        self._listeners: list[Wake] = []
        self._on_arrival: list[Wake] = []
        self.is_over = False
        """Whether the program is stopping, so that nothing waits for wake-ups any longer."""

    def subscribe(self, listener: Wake, *, arrivals: bool = False) -> None:
        """Wake `listener` whenever any order moves; with `arrivals`, also when a new one waits for its client."""
        self._listeners.append(listener)
        if arrivals:
            self._on_arrival.append(listener)

    def order_arrived(self) -> None:
        """Wake those interested in arrivals: a new order waits for its client."""
        for listener in self._on_arrival:
            listener.set()

    def order_moved(self, order_id: OrderId) -> None:
        """Wake everything that waits for this order, or for any."""
        for event in self._watchers.get(order_id, ()):
            event.set()
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """Wake everything and let nothing wait any more: the program stops."""
        self.is_over = True
        for events in self._watchers.values():
            for event in events:
                event.set()

    @contextmanager
    def watch(self, order_id: OrderId) -> Iterator[asyncio.Event]:
        """An event that is set whenever this order moves."""
        event = asyncio.Event()
        self._watchers[order_id].add(event)
        try:
            yield event
        finally:
            self._watchers[order_id].discard(event)
            if not self._watchers[order_id]:
                del self._watchers[order_id]


@dataclass(frozen=True, slots=True)
class Signals:
    """What use cases call as an order moves: wake-ups, and the checkpoint of the crash tests."""

    wakeups: Wakeups
    checkpoint: Checkpoint
