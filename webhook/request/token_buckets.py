"""Token buckets: how often somebody may ask, in bounded memory and without a clock of their own."""

from collections import OrderedDict
from dataclasses import dataclass

SECONDS_AT_ONCE = 10
REMEMBERED = 10_000
"""Buckets kept; the longest untouched is forgotten first, and a forgotten bucket is full again."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `rate` a second on average, and `burst` at once; a rate of 0 is no limit at all."""

    rate: float
    burst: float

    @classmethod
    def per_second(cls, rate: float) -> "Limit":
        """`rate` a second, ten seconds' worth at once: a rebalanced basket passes, an endless loop does not."""
        return cls(rate, max(1.0, SECONDS_AT_ONCE * rate))

    @classmethod
    def per_minute(cls, count: float) -> "Limit":
        """`count` at once, and as many again over the next minute."""
        return cls(count / 60, count)


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many tokens were left at a moment, in seconds of some clock that only goes forward."""

    tokens: float
    at: float


def refill(bucket: Bucket, limit: Limit, now: float) -> Bucket:
    """The bucket as it stands at `now`: never above the burst, never emptier for a clock that stood still."""
    elapsed = max(0.0, now - bucket.at)
    return Bucket(min(limit.burst, bucket.tokens + elapsed * limit.rate), max(now, bucket.at))


def seconds_until_token(bucket: Bucket, limit: Limit) -> float:
    """How long until one whole token is there; 0 when it is there now."""
    return max(0.0, (1.0 - bucket.tokens) / limit.rate)


class Buckets:
    """One bucket for each key that was seen lately, all under one limit."""

    def __init__(self, limit: Limit, remembered: int = REMEMBERED) -> None:
        self.limit = limit
        self._remembered = remembered
        self._buckets: OrderedDict[object, Bucket] = OrderedDict()

    def take(self, key: object, now: float) -> float:
        """Take one token: 0 when there was one, else the seconds until there is; then nothing is taken."""
        if self.limit.rate <= 0:
            return 0.0
        bucket = self._look(key, now)
        wait = seconds_until_token(bucket, self.limit)
        self._keep(key, bucket if wait else Bucket(bucket.tokens - 1.0, bucket.at))
        return wait

    def wait(self, key: object, now: float) -> float:
        """The seconds until there is a token, without taking it; 0 when there is one."""
        if self.limit.rate <= 0 or key not in self._buckets:
            return 0.0
        return seconds_until_token(self._look(key, now), self.limit)

    def _look(self, key: object, now: float) -> Bucket:
        known = self._buckets.get(key)
        return Bucket(self.limit.burst, now) if known is None else refill(known, self.limit, now)

    def _keep(self, key: object, bucket: Bucket) -> None:
        self._buckets[key] = bucket
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
