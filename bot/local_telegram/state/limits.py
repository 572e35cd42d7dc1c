"""Telegram's sending limits: per bot, per private chat and per group.

Telegram documents about 30 messages a second for a bot, one a second in a chat "with short bursts", and 20 a minute
in a group. How long a burst may be it does not say; here it is five. Edits count like messages, in a private chat
beside the new ones.
"""

import math
from collections import deque

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import too_many

_BOT_PER_SECOND = 30
_GROUP_PER_MINUTE = 20
_PRIVATE_BURST = 5


class Window:
    """At most `count` events in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def delay(self, now: float) -> float:
        """Seconds until one more fits, 0 when it does now."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return self._times[0] + self._seconds - now if len(self._times) >= self._count else 0.0

    def take(self, now: float) -> None:
        """Count one event."""
        self._times.append(now)


class Bucket:
    """One event a second on average, `burst` at once."""

    def __init__(self, burst: int) -> None:
        self._burst = burst
        self._full_at = 0.0

    def delay(self, now: float) -> float:
        """Seconds until one more fits, 0 when it does now."""
        return max(0.0, self._full_at - now - (self._burst - 1))

    def take(self, now: float) -> None:
        """Count one event."""
        self._full_at = max(self._full_at, now) + 1.0


class Limits:
    """Counts sends and edits; what is refused does not count."""

    def __init__(self, clock: Clock, *, is_strict: bool) -> None:
        self._clock = clock
        self._is_strict = is_strict
        self._bot = Window(_BOT_PER_SECOND, 1.0)
        self._chats: dict[tuple[int, bool], Window | Bucket] = {}

    def charge(self, chat_id: int, *, is_private: bool, is_edit: bool = False) -> None:
        """Count one send to a chat, or one edit in it; raises ApiError 429 when over a limit."""
        if not self._is_strict:
            return
        now = self._clock.now()
        fresh = Bucket(_PRIVATE_BURST) if is_private else Window(_GROUP_PER_MINUTE, 60.0)
        chat = self._chats.setdefault((chat_id, is_edit and is_private), fresh)
        delay = max(self._bot.delay(now), chat.delay(now))
        if delay > 0:
            raise too_many(max(1, math.ceil(delay)))
        self._bot.take(now)
        chat.take(now)
