"""Wakes loops and requests that wait for an order to move; only a hint, the database decides."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from core.ids import AccountId, OrderId
from core.ports import Checkpoint, Wake

T = TypeVar("T", bound=Hashable)


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most so many seconds; returns whether it was set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


class Wakeups:
    """Wakes whatever waits for one order, for the orders of one account, or for any order."""

    def __init__(self) -> None:
        self._watchers: defaultdict[OrderId, set[asyncio.Event]] = defaultdict(set)
        self._followers: defaultdict[AccountId, set[asyncio.Event]] = defaultdict(set)
        self._listeners: list[Wake] = []
        self._on_arrival: list[Wake] = []
        self._on_approval: list[Wake] = []
        self._on_doubt: list[Wake] = []
        self.is_over = False
        """Whether the program is stopping, so that nothing waits for wake-ups any longer."""

    def subscribe(self, listener: Wake, *, arrivals: bool = False) -> None:
        """Wake `listener` whenever any order moves; with `arrivals`, also when a new one waits for its client."""
        self._listeners.append(listener)
        if arrivals:
            self._on_arrival.append(listener)

    def subscribe_to_approvals(self, listener: Wake) -> None:
        """Wake `listener` whenever an order is approved, and may be sent."""
        self._on_approval.append(listener)

    def subscribe_to_doubts(self, listener: Wake) -> None:
        """Wake `listener` when it is time to look for an order whose broker gave no clear answer."""
        self._on_doubt.append(listener)

    def broker_doubtful(self) -> None:
        """Wake what looks for orders at brokers."""
        for listener in self._on_doubt:
            listener.set()

    def order_approved(self, account_id: AccountId, order_id: OrderId) -> None:
        """Wake those who send orders first, then everything that waits for one to move."""
        for listener in self._on_approval:
            listener.set()
        self.order_moved(account_id, order_id)

    def order_arrived(self, account_id: AccountId) -> None:
        """Wake those interested in arrivals: a new order of this account waits for its client."""
        for listener in (*self._followers.get(account_id, ()), *self._on_arrival):
            listener.set()

    def order_moved(self, account_id: AccountId, order_id: OrderId) -> None:
        """Wake everything that waits for this order, for one of this account, or for any."""
        waiting = (*self._watchers.get(order_id, ()), *self._followers.get(account_id, ()))
        for listener in (*waiting, *self._listeners):
            listener.set()

    def account_moved(self, account_id: AccountId) -> None:
        """Wake what follows this account or looks for work: what may be done with its orders has changed."""
        for listener in (*self._followers.get(account_id, ()), *self._listeners):
            listener.set()

    def close(self) -> None:
        """Wake everything and let nothing wait any more: the program stops."""
        self.is_over = True
        for events in self._watchers.values():
            for event in events:
                event.set()

    def watch(self, order_id: OrderId) -> AbstractContextManager[asyncio.Event]:
        """An event that is set whenever this order moves."""
        return _added(self._watchers, order_id)

    def follow(self, account_id: AccountId) -> AbstractContextManager[asyncio.Event]:
        """An event that is set whenever an order of this account arrives or moves."""
        return _added(self._followers, account_id)


@contextmanager
def _added(waiting: defaultdict[T, set[asyncio.Event]], key: T) -> Iterator[asyncio.Event]:
    event = asyncio.Event()
    waiting[key].add(event)
    try:
        yield event
    finally:
        waiting[key].discard(event)
        if not waiting[key]:
            del waiting[key]


@dataclass(frozen=True, slots=True)
class Signals:
    """What use cases call as an order moves: wake-ups, and the checkpoint of the crash tests."""

    wakeups: Wakeups
    checkpoint: Checkpoint
