"""A limit on how often one person may do something, kept in bounded memory."""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

_MOST_REMEMBERED = 1024


class Throttle:
    """Allows `count` events in each period `every`, counted separately for each key."""

    def __init__(self, count: int, every: timedelta, now: Callable[[], datetime]) -> None:
        self._count = count
        self._every = every
        self._now = now
        self._seen: OrderedDict[Hashable, deque[datetime]] = OrderedDict()

    def lets(self, key: Hashable) -> bool:
        """Whether one more may happen now; if so it is counted."""
        now = self._now()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and now - times[0] >= self._every:
            times.popleft()
        if len(times) >= self._count:
            return False
        times.append(now)
        while len(self._seen) > _MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return True
