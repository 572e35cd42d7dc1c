"""Expires orders that were not decided in time, or could not be sent in time."""

from collections.abc import Sequence
from datetime import datetime
from time import perf_counter

from core.audit import SYSTEM, Event, Kind
from core.orders.order import Order
from core.orders.states import BrokerStatus, LegEvent, QueueEvent, QueueStatus, next_queue_status
from core.ports import Database, Decision, Transaction
from core.services.execution import leg_outcomes as legs
from core.services.giving_way import give_way
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

A_FEW = 10
"""Orders in one transaction: everybody else waits for as long as it takes."""


class Expiry:
    """Enforces both deadlines of orders. Safe to run twice, or twice at once: every change is a compare-and-swap."""

    def __init__(self, database: Database, clock: TrustedClock, wakeups: Wakeups) -> None:
        self._database = database
        self._clock = clock
        self._wakeups = wakeups

    async def sweep(self, at_once: int = A_FEW) -> int:
        """Expire everything that is due; returns how many orders. Raises Unready."""
        swept, began = 0, perf_counter()
        while count := await self._sweep_some(at_once):
            swept += count
            # Nobody may decide an order that is due, so that a little later is no danger.
            await give_way(began)
            began = perf_counter()
        return swept

    async def _sweep_some(self, at_once: int) -> int:
        # Expiring is final, so it takes a clock that can be believed.
        now = self._clock.require()
        async with self._database.read() as tx:
            due = await tx.orders.list_expired(now, at_once)
        if not due:
            return 0
        moved, events = list[Order](), list[Event]()
        async with self._database.begin() as tx:
            for order in due:
                if told := await self._expire(tx, order, now):
                    moved.append(order)
                    events += told
            await tx.audit.append(*events)
            await tx.commit()
        for order in moved:
            self._wakeups.order_moved(order.account_id, order.id)
        return len(moved)

    async def _expire(self, tx: Transaction, order: Order, now: datetime) -> Sequence[Event]:
        """What there is to tell of an order that was moved; nothing when it was not."""
        if any(leg.broker_status is not BrokerStatus.READY for leg in order.legs):
            return await self._lapse_rest(tx, order, now)
        becomes = next_queue_status(order.status, QueueEvent.EXPIRE)
        unsent = order.status is QueueStatus.APPROVED
        decision = Decision(becomes, now, by="time", reason="not sent in time" if unsent else None)
        if not await tx.orders.decide(order.id, order.status, order.version, decision):
            return ()
        facts = {"clock": "execution" if unsent else "approval"}
        return [Event(order.account_id, Kind.ORDER_EXPIRED, SYSTEM, now, order.id, facts)]

    async def _lapse_rest(self, tx: Transaction, order: Order, now: datetime) -> Sequence[Event]:
        """Give up the unsent legs of an order of which some legs were sent; it stays approved."""
        ready = [leg for leg in order.legs if leg.broker_status is BrokerStatus.READY]
        text = "Not sent: the time to execute ran out"
        outcomes = [legs.happened(leg, LegEvent.LAPSE, now, text) for leg in ready]
        if not await tx.orders.record_legs(order.id, outcomes):
            return ()
        pairs = zip(ready, outcomes, strict=True)
        return [legs.audit_event(order, leg, outcome, LegEvent.LAPSE) for leg, outcome in pairs]
