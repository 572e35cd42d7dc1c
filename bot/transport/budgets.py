"""How much may be sent, counted so that it holds at Telegram's end whenever a request arrives there.

A request reaches Telegram somewhere between its beginning and its answer. It therefore takes its place when it
begins, and the time after which the place is free again runs from the answer.
"""

from collections import deque
from math import inf
from typing import Protocol

_STUCK_AFTER = 1.0
"""Seconds after which a request that hangs no longer holds up others."""


class Budget(Protocol):
    """Some number of requests in some time."""

    def free_at(self, now: float) -> float:
        """When one more may begin: `now` or before when it may already, infinity when an answer must come first."""
        ...

    def begin(self, now: float) -> None:
        """One more begins."""
        ...

    def end(self, now: float, *, is_counted: bool) -> None:
        """One was answered; one that Telegram did not count costs nothing."""
        ...

    def is_fresh(self, now: float) -> bool:
        """Whether it is as if it had never been used."""
        ...


class Window:
    """At most `count` requests in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._under_way = 0
        self._answered: deque[float] = deque()

    def free_at(self, now: float) -> float:
        """When one more may begin."""
        while self._answered and self._answered[0] + self._seconds <= now:
            self._answered.popleft()
        if self._under_way + len(self._answered) < self._count:
            return now
        return self._answered[0] + self._seconds if self._answered else inf

    def begin(self, now: float) -> None:
        """One more begins."""
        self._under_way += 1

    def end(self, now: float, *, is_counted: bool) -> None:
        """One was answered."""
        self._under_way -= 1
        if is_counted:
            self._answered.append(now)

    def is_fresh(self, now: float) -> bool:
        """Whether it is as if it had never been used."""
        return self.free_at(now) <= now and not self._under_way and not self._answered


class Bucket:
    """`burst` requests at once, and one more whenever `seconds` have passed."""

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst = burst
        self._seconds = seconds
        self._under_way = 0
        self._full_at = 0.0
        """When all of the burst is free again."""

    def free_at(self, now: float) -> float:
        """When one more may begin."""
        spare = self._burst - 1 - self._under_way
        return max(now, self._full_at - spare * self._seconds) if spare >= 0 else inf

    def begin(self, now: float) -> None:
        """One more begins."""
        self._under_way += 1

    def end(self, now: float, *, is_counted: bool) -> None:
        """One was answered."""
        self._under_way -= 1
        if is_counted:
            self._full_at = max(self._full_at, now) + self._seconds

    def is_fresh(self, now: float) -> bool:
        """Whether it is as if it had never been used."""
        return not self._under_way and self._full_at <= now


class Pace:
    """Evens out what nobody waits for: so many a second, a few under way at once."""

    def __init__(self, a_second: int, at_once: int) -> None:
        self._gap = 1 / a_second
        self._at_once = at_once
        self._next_at = -inf
        self._begun: deque[float] = deque()

    def free_at(self, now: float) -> float:
        """When one more may begin; of requests that hang nothing is expected any more."""
        while self._begun and self._begun[0] + _STUCK_AFTER <= now:
            self._begun.popleft()
        crowded_until = self._begun[0] + _STUCK_AFTER if len(self._begun) >= self._at_once else now
        return max(now, self._next_at, crowded_until)

    def begin(self, now: float) -> None:
        """One more begins."""
        self._begun.append(now)
        self._next_at = max(self._next_at, now - (self._at_once - 1) * self._gap) + self._gap

    def end(self, now: float, *, is_counted: bool) -> None:
        """One was answered."""
        if self._begun:
            self._begun.popleft()

    def is_fresh(self, now: float) -> bool:
        """Whether it is as if it had never been used."""
        return not self._begun and self._next_at <= now
