"""Expires orders that were not decided in time, or could not be sent in time."""

from datetime import datetime

from core.audit import SYSTEM, Event, Kind
from core.orders.order import Order
from core.orders.states import BrokerStatus, LegEvent, QueueEvent, QueueStatus, next_queue_status
from core.ports import Database, Decision, Transaction
from core.services.execution import leg_outcomes as legs
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

BATCH = 500


class Expiry:
    """Enforces both deadlines of orders. Safe to run twice, or twice at once: every change is a compare-and-swap."""

    def __init__(self, database: Database, clock: TrustedClock, wakeups: Wakeups) -> None:
        self._database = database
        self._clock = clock
        self._wakeups = wakeups

    async def sweep(self) -> int:
        """Expire everything that is due; returns how many orders. Raises Unready."""
        swept = 0
        while count := await self._sweep_some():
            swept += count
        return swept

    async def _sweep_some(self) -> int:
        # Expiring is final, so it takes a clock that can be believed.
        now = self._clock.require()
        async with self._database.read() as tx:
            due = await tx.orders.list_expired(now, BATCH)
        if not due:
            return 0
        async with self._database.begin() as tx:
            moved = [order for order in due if await self._expire(tx, order, now)]
            await tx.commit()
        for order in moved:
            self._wakeups.order_moved(order.account_id, order.id)
        return len(moved)

    async def _expire(self, tx: Transaction, order: Order, now: datetime) -> bool:
        if any(leg.broker_status is not BrokerStatus.READY for leg in order.legs):
            return await self._lapse_rest(tx, order, now)
        becomes = next_queue_status(order.status, QueueEvent.EXPIRE)
        unsent = order.status is QueueStatus.APPROVED
        decision = Decision(becomes, now, by="time", reason="not sent in time" if unsent else None)
        if not await tx.orders.decide(order.id, order.status, order.version, decision):
            return False
        facts = {"clock": "execution" if unsent else "approval"}
        await tx.audit.append(Event(order.account_id, Kind.ORDER_EXPIRED, SYSTEM, now, order.id, facts))
        return True

    async def _lapse_rest(self, tx: Transaction, order: Order, now: datetime) -> bool:
        """Give up the unsent legs of an order of which some legs were sent; it stays approved."""
        ready = [leg for leg in order.legs if leg.broker_status is BrokerStatus.READY]
        text = "Not sent: the time to execute ran out"
        outcomes = [legs.happened(leg, LegEvent.LAPSE, now, text) for leg in ready]
        if not await tx.orders.record_legs(order.id, outcomes):
            return False
        for leg, outcome in zip(ready, outcomes, strict=True):
            await tx.audit.append(legs.audit_event(order, leg, outcome, LegEvent.LAPSE))
        return True
