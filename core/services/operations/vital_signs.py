"""How the service feels: what waits and how long, what nobody knows, how old prices are, how quick it is."""

import asyncio
import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.audit import Kind
from core.ids import AccountId
from core.ports import Database, RunningFeed
from core.ports.counts import Step
from core.services.trusted_clock import TrustedClock

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds."""
MOST_AT_ONCE = 20_000
"""Rows of a trail that one look reads: what was not asked about for long is not all gone through."""


@dataclass(slots=True)
class Spread:
    """How many took how long: under each bound but not under the one before, and all of them together."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, length: timedelta) -> None:
        """One more."""
        seconds = max(0.0, length.total_seconds())
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(frozen=True, slots=True)
class Signs:
    """Ages are None where there is nothing that could be old."""

    oldest_undecided: timedelta | None
    unknown_legs: int
    feed_age: timedelta | None
    telegram_age: timedelta | None
    order_to_card: Spread
    tap_to_broker: Spread


class VitalSigns:
    """Reads what is alive, and of the audit trail only what was added since the last time."""

    def __init__(self, database: Database, clock: TrustedClock, feed: RunningFeed) -> None:
        self._database = database
        self._clock = clock
        self._feed = feed
        self._read: Mapping[AccountId, int] | None = None
        self._order_to_card = Spread()
        self._tap_to_broker = Spread()
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Time orders from here on. Raises Unready."""
        async with self._database.read() as tx:
            self._read = await tx.counts.heads()

    async def take(self) -> Signs:
        """The signs as they are now. Raises Unready."""
        async with self._turn:
            if self._read is None:
                await self.begin()
            oldest, unknown = await self._look()
        now, last_tick = self._clock.now(), self._feed.state.last_tick
        return Signs(
            _age(oldest, now),
            unknown,
            _age(last_tick, now),
            _age(self._clock.observed_at, now),
            self._order_to_card,
            self._tap_to_broker,
        )

    async def _look(self) -> tuple[datetime | None, int]:
        seen, steps = self._read or {}, list[Step]()
        async with self._database.read(lengthy=True) as tx:
            heads = await tx.counts.heads()
            for account_id, head in heads.items():
                after = max(seen.get(account_id, 0), head - MOST_AT_ONCE)
                if head > after:
                    steps += await tx.counts.list_steps(account_id, after, head)
            found = await tx.counts.oldest_waiting(), await tx.counts.count_unknown_legs()
        # After all reads, so that a failed one is not half counted.
        for step in steps:
            self._time(step)
        self._read = heads
        return found

    def _time(self, step: Step) -> None:
        at = datetime.fromisoformat(step.at)
        if step.kind == Kind.ORDER_SHOWN and json.loads(step.facts).get("version") == 1:
            self._order_to_card.add(at - step.created_at)
        elif step.kind == Kind.LEG_SENDING and step.tapped_at is not None:
            self._tap_to_broker.add(at - step.tapped_at)


def _age(moment: datetime | None, now: datetime) -> timedelta | None:
    return None if moment is None else max(timedelta(0), now - moment)
