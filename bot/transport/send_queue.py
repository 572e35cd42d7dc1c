"""The queue of messages under Telegram's limits: which may be sent next, and when. No I/O, no clock of its own."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import inf, isfinite
from typing import Generic, TypeVar

from bot.transport.budgets import Bucket, Budget, Pace, Window
from bot.transport.priorities import OVERTAKEN_FOR, Priority

T = TypeVar("T")

PER_BOT = (30, 1.02)
"""Messages, and in how many seconds; a little longer than Telegram's second."""
PER_PRIVATE_CHAT = (5, 1.05)
"""Messages at once, and the seconds in which one more becomes free. Edits have as many of their own."""
BACKGROUND_EDITS = 3
"""How many of a private chat's edits at once may be of what nobody waits for."""
PER_GROUP = (20, 61.0)
URGENT = (25, 1.02)
"""Messages that somebody waits for, and in how many seconds: the rest is for the others, however many wait."""
BACKGROUND = (28, 6)
"""How many a second of what nobody waits for, and how many under way at once: the rest is for who does."""
CAREFUL_FOR = 300.0
"""Seconds after a 429 for which its chat gets one message at a time, edits counted."""
_IDLE_CHATS = 1024


class Lane(Enum):
    """New messages and edits of a private chat do not take from each other."""

    SEND = "send"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Place:
    """One lane of one chat."""

    chat_id: int
    lane: Lane


@dataclass(slots=True, eq=False)
class Entry(Generic[T]):
    """What waits to be sent."""

    place: Place
    priority: Priority
    ticket: T
    is_wanted: bool = True


@dataclass(slots=True, eq=False)
class Turn(Generic[T]):
    """Leave to make one request; `SendQueue.end` ends it, and until then its place in every budget is taken."""

    entry: Entry[T]
    budgets: Sequence[Budget]
    is_open: bool = True


Waiting = tuple[float, Priority, int, Entry[T]]
"""Until when others may overtake it, its priority, its number in order of arrival, and what waits."""


@dataclass(slots=True)
class _Line(Generic[T]):
    """What waits under a budget of its own, the next one first."""

    budget: Budget
    waiting: list[Waiting[T]] = field(default_factory=list)

    def next_at(self, now: float) -> float:
        """When the first that is still wanted may go as far as this budget is concerned; infinity for none."""
        while self.waiting and not self.waiting[0][-1].is_wanted:
            heapq.heappop(self.waiting)
        return self.budget.free_at(now) if self.waiting else inf


@dataclass(slots=True)
class _Chat(Generic[T]):
    lanes: dict[Lane, Budget]
    background: Budget = field(default_factory=lambda: Bucket(BACKGROUND_EDITS, PER_PRIVATE_CHAT[1]))
    careful: Budget = field(default_factory=lambda: Bucket(1, PER_PRIVATE_CHAT[1]))
    careful_until: float = 0.0
    blocked_until: float = 0.0
    parked: list[Waiting[T]] = field(default_factory=list)
    """What could be sent but for this chat."""

    def budgets(self, entry: Entry[T], now: float) -> list[Budget]:
        found, lane = [self.lanes[entry.place.lane]], entry.place.lane
        if lane is Lane.EDIT and entry.priority.is_background:
            found.append(self.background)
        if now < self.careful_until:
            found.append(self.careful)
        return found

    def ready_at(self, entry: Entry[T], now: float) -> float:
        return max(self.blocked_until, *(budget.free_at(now) for budget in self.budgets(entry, now)))

    def is_idle(self, now: float) -> bool:
        is_fresh = all(budget.is_fresh(now) for budget in (*self.lanes.values(), self.background))
        return is_fresh and not self.parked and max(self.blocked_until, self.careful_until) <= now


class SendQueue(Generic[T]):
    """Everything that waits to be sent, by urgency and arrival. Times are seconds of one clock.

    What somebody waits for stands in one line, the rest in another. The first line goes first, and each has a share
    of the bot's messages that the other cannot take. Whatever must wait for its own chat is parked there.
    """

    def __init__(self) -> None:
        self._bot = Window(*PER_BOT)
        self._urgent: _Line[T] = _Line(Window(*URGENT))
        self._background: _Line[T] = _Line(Pace(*BACKGROUND))
        self._chats: dict[int, _Chat[T]] = {}
        self._later: list[tuple[float, int]] = []
        """When chats with something parked are ready again."""
        self._arrivals = 0
        self._wanted = 0
        self._forget_from = _IDLE_CHATS

    def add(self, place: Place, priority: Priority, ticket: T, now: float) -> Entry[T]:
        """Queue `ticket`; the same priority is served in order of arrival."""
        self._forget_idle(now)
        entry = Entry(place, priority, ticket)
        self._arrivals += 1
        self._wanted += 1
        self._line_up((now + OVERTAKEN_FOR[priority], priority, self._arrivals, entry))
        return entry

    def discard(self, entry: Entry[T]) -> None:
        """Nobody waits for it any more."""
        self._wanted -= entry.is_wanted
        entry.is_wanted = False

    def block(self, chat_id: int, until: float) -> None:
        """Send nothing to this chat before `until`, which Telegram asked for (retry_after), and little after it."""
        chat = self._chat(chat_id)
        chat.blocked_until = max(chat.blocked_until, until)
        chat.careful_until = chat.blocked_until + CAREFUL_FOR
        chat.careful = Bucket(1, PER_PRIVATE_CHAT[1])

    def take(self, now: float) -> Turn[T] | None:
        """The turn of the most urgent that may be sent now; None when none may."""
        self._unpark(now)
        if self._bot.free_at(now) > now:
            return None
        return self._take_from(self._urgent, now) or self._take_from(self._background, now)

    def end(self, turn: Turn[T], now: float, *, is_counted: bool) -> None:
        """The request was answered; `is_counted` when Telegram has or may have counted it. Idempotent."""
        if not turn.is_open:
            return
        turn.is_open = False
        for budget in turn.budgets:
            budget.end(now, is_counted=is_counted)
        # Who waits at this chat may have waited for just this answer.
        self._release(turn.entry.place.chat_id)

    def next_at(self, now: float) -> float:
        """When `take` can succeed next if nothing arrives or ends; infinity when it cannot."""
        unparked_at = self._later[0][0] if self._later else inf
        soonest = min(self._urgent.next_at(now), self._background.next_at(now), unparked_at)
        return max(soonest, self._bot.free_at(now))

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._wanted

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def _take_from(self, line: _Line[T], now: float) -> Turn[T] | None:
        while line.next_at(now) <= now:
            first = heapq.heappop(line.waiting)
            entry = first[-1]
            chat = self._chat(entry.place.chat_id)
            ready_at = chat.ready_at(entry, now)
            if ready_at <= now:
                return self._begin(entry, [self._bot, line.budget, *chat.budgets(entry, now)], now)
            chat.parked.append(first)
            # At infinity it waits for an answer, whose `end` releases it.
            if isfinite(ready_at):
                heapq.heappush(self._later, (ready_at, entry.place.chat_id))
        return None

    def _begin(self, entry: Entry[T], budgets: Sequence[Budget], now: float) -> Turn[T]:
        self.discard(entry)
        for budget in budgets:
            budget.begin(now)
        return Turn(entry, budgets)

    def _line_up(self, one: Waiting[T]) -> None:
        line = self._background if one[-1].priority.is_background else self._urgent
        heapq.heappush(line.waiting, one)

    def _unpark(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            self._release(heapq.heappop(self._later)[1])

    def _release(self, chat_id: int) -> None:
        chat = self._chat(chat_id)
        for one in chat.parked:
            self._line_up(one)
        chat.parked.clear()

    def _chat(self, chat_id: int) -> _Chat[T]:
        if chat_id not in self._chats:
            self._chats[chat_id] = _Chat(_lanes(chat_id))
        return self._chats[chat_id]

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) < self._forget_from:
            return
        self._chats = {chat_id: chat for chat_id, chat in self._chats.items() if not chat.is_idle(now)}
        self._forget_from = max(_IDLE_CHATS, 2 * len(self._chats))


def _lanes(chat_id: int) -> dict[Lane, Budget]:
    """A private chat has a budget for each lane; in a group everything counts together."""
    if chat_id > 0:
        return {lane: Bucket(*PER_PRIVATE_CHAT) for lane in Lane}
    together = Window(*PER_GROUP)
    return dict.fromkeys(Lane, together)
