"""The queue of messages under Telegram's limits: which may be sent next, and when. No I/O, no clock of its own."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")

PER_BOT = (30, 1.1)
"""Messages, and in how many seconds; a little longer than Telegram's second, for the way there."""
PER_PRIVATE_CHAT = (1, 1.05)
PER_GROUP = (20, 61.0)
_IDLE_CHATS = 1024


class Priority(IntEnum):
    """What is sent first. It starts at 1, since python-telegram-bot drops a rate_limit_args of 0."""

    REPLY = 1
    DECIDED = 2
    NEW = 3
    REFRESH = 4


class Window:
    """A sliding window that allows at most `count` events in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def free_at(self, now: float) -> float:
        """When one more event is allowed; at `now` or before when it is already."""
        while self._times and self._times[0] + self._seconds <= now:
            self._times.popleft()
        return now if len(self._times) < self._count else self._times[0] + self._seconds

    def take(self, now: float) -> None:
        """Count one message."""
        self._times.append(now)


@dataclass(slots=True)
class _Chat(Generic[T]):
    window: Window
    waiting: list[tuple[int, int, T]] = field(default_factory=list)
    blocked_until: float = 0.0

    def ready_at(self, now: float) -> float:
        return max(self.window.free_at(now), self.blocked_until)


class SendQueue(Generic[T]):
    """Everything that waits to be sent, by chat and urgency. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._bot = Window(*PER_BOT)
        self._chats: dict[int, _Chat[T]] = {}
        self._arrivals = 0

    def add(self, chat_id: int, priority: int, ticket: T, now: float) -> None:
        """Queue `ticket`; the same priority is served in order of arrival."""
        self._forget_idle(now)
        self._arrivals += 1
        heapq.heappush(self._chat(chat_id).waiting, (priority, self._arrivals, ticket))

    def discard(self, chat_id: int, ticket: T) -> None:
        """Remove a ticket that nobody waits for any more."""
        chat = self._chat(chat_id)
        chat.waiting = [entry for entry in chat.waiting if entry[2] is not ticket]
        heapq.heapify(chat.waiting)

    def block(self, chat_id: int, until: float) -> None:
        """Send nothing to this chat before `until`; Telegram asked for it (retry_after)."""
        chat = self._chat(chat_id)
        chat.blocked_until = max(chat.blocked_until, until)

    def take(self, now: float) -> T | None:
        """The most urgent ticket that may be sent now, counted as sent; None when none may."""
        if self._bot.free_at(now) > now:
            return None
        ready = [chat for chat in self._chats.values() if chat.waiting and chat.ready_at(now) <= now]
        if not ready:
            return None
        chat = min(ready, key=lambda one: one.waiting[0][:2])
        chat.window.take(now)
        self._bot.take(now)
        return heapq.heappop(chat.waiting)[2]

    def next_at(self, now: float) -> float | None:
        """When `take` can succeed next, if nothing arrives; None when nothing waits."""
        times = [chat.ready_at(now) for chat in self._chats.values() if chat.waiting]
        return max(min(times), self._bot.free_at(now)) if times else None

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def _chat(self, chat_id: int) -> _Chat[T]:
        if chat_id not in self._chats:
            self._chats[chat_id] = _Chat(Window(*(PER_PRIVATE_CHAT if chat_id > 0 else PER_GROUP)))
        return self._chats[chat_id]

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) < _IDLE_CHATS:
            return
        for chat_id, chat in [*self._chats.items()]:
            if not chat.waiting and chat.ready_at(now) <= now:
                del self._chats[chat_id]
