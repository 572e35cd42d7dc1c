"""Delivers events to hooks: stored first, retried until accepted or given up, in sequence for each order."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.audit import SYSTEM
from core.backoff import Backoff
from core.clock import Clock
from core.errors import Undeliverable, Unready
from core.ids import AccountId
from core.orders.order_events import HOOKED, StrategyEvent
from core.ports import Database
from core.ports.hooks import Attempt, Delivery, DeliveryStatus, Hook, NewDelivery
from core.services.background_tasks import BackgroundTasks
from core.services.outcomes.hooks import HookPost, stop_hook
from core.services.outcomes.order_events import Events
from core.services.wakeups import is_set_within

PAGE = 200
AT_ONCE = 8
"""Deliveries to one hook at the same time; each is of another order."""
LOOK_AT_MOST_EVERY = 0.1
LOOK_ANYWAY_EVERY = 1.0
GONE = 410
RETRIES = Backoff(first=5, longest=3600, jitter=0.2)
"""Seconds."""
GIVEN_UP_AFTER = timedelta(hours=24)
log = logging.getLogger(__name__)


class HookDelivery:
    """The outbox of hooks: deliveries are planned from the audit trail, so no event is lost; some may come twice."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        events: Events,
        post: HookPost,
        chance: Callable[[], float],
    ) -> None:
        """`chance` is between 0 and 1, so that not everybody retries at once."""
        self._database = database
        self._clock = clock
        self._events = events
        self._post = post
        self._chance = chance
        self.wake = asyncio.Event()
        self._rounds = BackgroundTasks()

    async def run(self) -> None:
        """Plan and deliver until cancelled; a hook that hangs holds up no other."""
        try:
            while True:
                # Under load there are events all the time; one pass serves many of them.
                await asyncio.sleep(LOOK_AT_MOST_EVERY)
                self.wake.clear()
                await self._start_rounds()
                await is_set_within(self.wake, LOOK_ANYWAY_EVERY)
        finally:
            await self._rounds.close()

    async def plan(self) -> Sequence[Hook]:
        """Store deliveries for the events since the last time; returns the hooks with work. Raises Unready."""
        busy = await self._with_work()
        for hook in busy:
            await self._plan(hook)
        return busy

    async def deliver_due(self, account_id: AccountId) -> int:
        """Send what is due to this account's hook, once; returns how many were tried. Raises Unready."""
        async with self._database.read() as tx:
            hook = await tx.hooks.find(account_id)
            due = await tx.hooks.list_due(account_id, self._clock.now(), AT_ONCE)
        if hook is None or hook.stopped_at is not None:
            return 0
        await asyncio.gather(*(self._deliver(hook, delivery) for delivery in due))
        return len(due)

    async def _start_rounds(self) -> None:
        try:
            busy = await self.plan()
        except Unready as fault:
            log.warning("hooks must wait: %s", fault)
            return
        for hook in busy:
            if not self._rounds.is_busy(hook.account_id):
                self._rounds.start(
                    self._round(hook.account_id), f"hook of account {hook.account_id}", hook.account_id
                )

    async def _with_work(self) -> Sequence[Hook]:
        """Asked in one statement for all hooks, so that those without an order cost nothing."""
        async with self._database.read() as tx:
            return await tx.hooks.list_with_work(self._clock.now())

    async def _round(self, account_id: AccountId) -> None:
        try:
            while await self.deliver_due(account_id):
                pass
        except Unready as fault:
            log.warning("hooks must wait: %s", fault)

    async def _plan(self, hook: Hook) -> None:
        page = await self._events.after(hook.account_id, hook.position, PAGE)
        if page.position == hook.position:
            return
        new = [_delivery(hook.account_id, event) for event in page.events if event.name in HOOKED]
        async with self._database.begin() as tx:
            if not await tx.hooks.plan(hook, page.position, new, self._clock.now()):
                return
            await tx.commit()
            after = await tx.hooks.find(hook.account_id)
        if page.more and after is not None:
            await self._plan(after)

    async def _deliver(self, hook: Hook, delivery: Delivery) -> None:
        body, now = delivery.body.encode(), self._clock.now()
        try:
            status = await self._post.send(hook, f"evt_{delivery.account_id}_{delivery.seq}", body, now)
            answer = f"HTTP {status}"
        except Undeliverable as fault:
            status, answer = 0, str(fault)
        await self._record(hook, delivery, status, answer)

    async def _record(self, hook: Hook, delivery: Delivery, status: int, answer: str) -> None:
        now = self._clock.now()
        attempt = self._attempt(delivery, status, answer, now)
        async with self._database.begin() as tx:
            await tx.hooks.record(delivery, attempt)
            standing = await tx.hooks.find(hook.account_id)
            # Only the address that answered 410 is gone; the hook may have been replaced meanwhile.
            if status == GONE and standing is not None and standing.url == hook.url and standing.stopped_at is None:
                await stop_hook(tx, standing, "the receiver answered 410 Gone", SYSTEM, now)
            await tx.commit()
        if attempt.status is DeliveryStatus.GIVEN_UP:
            log.warning("an event was given up: account %s, event %s, %s", hook.account_id, delivery.seq, answer)

    def _attempt(self, delivery: Delivery, status: int, answer: str, now: datetime) -> Attempt:
        if 200 <= status < 300:
            return Attempt(DeliveryStatus.DELIVERED, now, answer, now)
        next_at = now + timedelta(seconds=RETRIES.wait(delivery.attempts + 1, self._chance()))
        is_over = status == GONE or next_at - delivery.created_at >= GIVEN_UP_AFTER
        return Attempt(DeliveryStatus.GIVEN_UP if is_over else DeliveryStatus.DUE, now, answer, next_at)


def _delivery(account_id: AccountId, event: StrategyEvent) -> NewDelivery:
    body = json.dumps(event.body(), separators=(",", ":"), ensure_ascii=False)
    return NewDelivery(account_id, event.order.id, event.seq, event.name.value, body)
