"""The queue of updates: kept until confirmed or too old, fetched by one poller at a time."""

import asyncio
from collections import deque
from dataclasses import dataclass

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import Json, conflict

CALLBACK_LIFETIME = 150.0
_LIFETIME = 86_400.0
_UNASKED_KINDS = {"chat_member", "message_reaction", "message_reaction_count"}
_FIRST_ID = 500_000_001
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True)
class Update:
    """One thing that happened, for the bot; `sender` orders webhook deliveries."""

    id: int
    kind: str
    payload: Json
    sender: int
    expires_at: float

    def wire(self) -> Json:
        """Telegram's Update object."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Unconfirmed updates in order. `allowed` is what the bot asked for, empty for Telegram's default."""

    def __init__(self, clock: Clock) -> None:
        self.allowed: list[str] = []
        self._clock = clock
        self._next_id = _FIRST_ID
        self._pending: deque[Update] = deque()
        self._poller: asyncio.Future[None] | None = None

    def put(self, kind: str, payload: Json, sender: int) -> int | None:
        """Queue an update and return its id, or None when the bot does not want this kind."""
        if kind not in self.allowed if self.allowed else kind in _UNASKED_KINDS:
            return None
        lifetime = CALLBACK_LIFETIME if kind == "callback_query" else _LIFETIME
        update = Update(self._next_id, kind, payload, sender, self._clock.now() + lifetime)
        self._next_id += 1
        self._pending.append(update)
        self.wake()
        return update.id

    def pending(self) -> list[Update]:
        """What is unconfirmed and not too old."""
        now = self._clock.now()
        self._pending = deque(update for update in self._pending if update.expires_at > now)
        return list(self._pending)

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            self._pending = deque(self.pending()[offset:])
        elif offset > 0:
            self._pending = deque(update for update in self._pending if update.id >= offset)

    def renumber(self, first: int) -> None:
        """Number updates from `first` on, as Telegram may after a week without any."""
        self._next_id = first

    def remove(self, update: Update) -> None:
        """Forget one delivered update."""
        self._pending = deque(other for other in self._pending if other.id != update.id)

    def clear(self) -> None:
        """Forget everything."""
        self._pending.clear()

    async def poll(self, limit: int, timeout_s: float) -> list[Update]:
        """Up to `limit` updates, waiting `timeout_s` seconds for one; ends any earlier poll with 409."""
        self.terminate(_OTHER_POLLER)
        ready = self.pending()
        if ready or timeout_s <= 0:
            return ready[:limit]
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await poller
        except TimeoutError:
            return []
        finally:
            if self._poller is poller:
                self._poller = None
        return self.pending()[:limit]

    @property
    def is_polled(self) -> bool:
        """Is a bot waiting for updates right now?"""
        return self._poller is not None

    def terminate(self, reason: str) -> None:
        """End the waiting poll, if any, with 409 for `reason`."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    def wake(self) -> None:
        """Let the waiting poll, if any, answer with what there is."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
