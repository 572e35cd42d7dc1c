"""The way to a Telegram that raises when a limit is exceeded, through the queue."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.local_telegram.clock import Clock
from bot.local_telegram.state.limits import Limits
from bot.transport.priorities import Priority
from bot.transport.send_queue import Lane, Place, SendQueue, Turn


@dataclass(frozen=True)
class Asked:
    """One message: where to, how urgent, when it is asked for, and how long it takes there and back."""

    place: Place
    priority: Priority = Priority.NEW
    at: float = 0.0
    way: float = 0.0
    back: float = 0.0


@dataclass
class Road:
    """Sends everything through a queue to a Telegram that raises when a limit is exceeded."""

    now: float = 0.0
    sent: list[tuple[float, Asked]] = field(default_factory=list)
    most_under_way: int = 0

    def drive(self, asked: Sequence[Asked]) -> list[tuple[float, Asked]]:
        """What left, and when; the queue is asked at the times that it names itself."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        limits = Limits(Clock(lambda: (start + timedelta(seconds=self.now)).timestamp()), is_strict=True)
        send_queue: SendQueue[Asked] = SendQueue()
        events: list[tuple[float, int, str, Asked | Turn[Asked]]] = []
        for one in asked:
            heapq.heappush(events, (one.at, len(events), "asked", one))
        count, under_way = len(events), 0
        while True:
            while events and events[0][0] <= self.now:
                _, _, kind, what = heapq.heappop(events)
                if isinstance(what, Asked):
                    send_queue.add(what.place, what.priority, what, self.now)
                elif kind == "there":
                    place = what.entry.place
                    limits.charge(place.chat_id, is_private=place.chat_id > 0, is_edit=place.lane is Lane.EDIT)
                else:
                    under_way -= 1
                    send_queue.end(what, self.now, is_counted=True)
            while (turn := send_queue.take(self.now)) is not None:
                one = turn.entry.ticket
                self.sent.append((self.now, one))
                under_way += 1
                self.most_under_way = max(self.most_under_way, under_way)
                heapq.heappush(events, (self.now + one.way, count, "there", turn))
                heapq.heappush(events, (self.now + one.way + one.back, count + 1, "answered", turn))
                count += 2
            following = min(send_queue.next_at(self.now), events[0][0] if events else float("inf"))
            if following == float("inf"):
                assert send_queue.is_empty
                return self.sent
            assert following >= self.now
            self.now = following


def cards(chat_id: int, count: int, lane: Lane = Lane.SEND, priority: Priority = Priority.TAPPED) -> list[Asked]:
    """So many messages for one chat at once."""
    return [Asked(Place(chat_id, lane), priority)] * count


def ticket(send_queue: SendQueue[str], now: float) -> str | None:
    """What is sent now, and answered at once."""
    turn = send_queue.take(now)
    if turn is None:
        return None
    send_queue.end(turn, now, is_counted=True)
    return turn.entry.ticket
