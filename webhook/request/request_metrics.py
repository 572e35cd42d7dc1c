"""Counts requests and their times, by route and never by who asked."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from aiohttp import web
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Seconds; the longest wait that can be asked for is a minute."""
_LABELS = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


@dataclass(slots=True)
class Times:
    """How long a route's requests took: how many fell under each bound, but not under the one before."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Add the time of one request."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True, eq=False)
class Meter(Collector):
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

    def collect(self) -> Iterator[Metric]:
        """The counts and times as Prometheus' client knows them."""
        answered = CounterMetricFamily("countersign_http_requests", "Requests answered.", labels=["route", "status"])
        for (route, digit), count in sorted(self.requests.items()):
            answered.add_metric([route, f"{digit}xx"], count)
        yield answered
        took = HistogramMetricFamily(
            "countersign_http_request_seconds", "Time from a request's head to its answer.", labels=["route"]
        )
        for route, found in sorted(self.times.items()):
            took.add_metric([route], list(zip(_LABELS, accumulate(found.buckets), strict=True)), found.total)
        yield took


def route_of(request: web.Request) -> str:
    """The route as it was declared: what a path carries is never shown, and made-up paths are one."""
    resource = request.match_info.route.resource
    return _name(resource) if resource is not None else "unknown"


@lru_cache
def _name(resource: web.AbstractResource) -> str:
    return resource.canonical.rstrip("/")
