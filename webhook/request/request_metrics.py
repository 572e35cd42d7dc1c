"""Counts requests and their times, by route and never by who asked."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from aiohttp import web

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Seconds; the longest wait that can be asked for is a minute."""


@dataclass(slots=True)
class Times:
    """How long a route's requests took: how many fell under each bound, but not under the one before."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Add the time of one request."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Meter:
    """What was asked since the start: plain counters, because every request pays for them, read at a scrape."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By route and first digit of the status."""
    times: defaultdict[str, Times] = field(default_factory=lambda: defaultdict(Times))

    def note(self, route: str, status: int) -> None:
        """Count a request that was answered."""
        self.requests[route, status // 100] += 1

    def time(self, route: str, seconds: float) -> None:
        """Add the time that a request took."""
        self.times[route].add(seconds)


def route_of(request: web.Request) -> str:
    """The route as it was declared: what a path carries is never shown, and made-up paths are one."""
    resource = request.match_info.route.resource
    return _name(resource) if resource is not None else "unknown"


@lru_cache
def _name(resource: web.AbstractResource) -> str:
    return f"/{resource.canonical.strip('/')}"
