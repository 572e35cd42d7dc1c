"""What happened, in order, for pages that watch: resumable from any event still remembered."""

import secrets
from collections import deque
from dataclasses import dataclass

from bot.local_telegram.clock import Signal
from bot.local_telegram.errors import Json

_KEPT = 5000


@dataclass(frozen=True)
class Event:
    """One change of a chat (0 for everybody)."""

    number: int
    kind: str
    chat_id: int
    body: Json


class Feed:
    """The last events; `life` tells this server's numbering from an earlier one's."""

    def __init__(self) -> None:
        self.life = secrets.token_hex(4)
        self.arrived = Signal()
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._last = 0

    @property
    def last(self) -> int:
        """The number of the newest event, 0 before the first."""
        return self._last

    def publish(self, kind: str, chat_id: int, body: Json) -> None:
        """Tell everyone who watches the chat."""
        self._last += 1
        self._events.append(Event(self._last, kind, chat_id, body))
        self.arrived.fire()

    def since(self, number: int) -> list[Event]:
        """Events after `number`."""
        return [event for event in self._events if event.number > number]

    def resume_point(self, last_event_id: str) -> int | None:
        """The number to go on from, None when the watcher has missed something and must start afresh."""
        life, _, number = last_event_id.partition("-")
        if life != self.life or not number.isdecimal():
            return None
        oldest = self._events[0].number if self._events else self._last + 1
        return int(number) if oldest - 1 <= int(number) <= self._last else None
