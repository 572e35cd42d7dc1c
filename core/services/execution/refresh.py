"""Asks brokers for the status of legs that are not final."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.errors import BrokerError, IllegalMove, Unready
from core.ids import AccountId, OrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus, LegEvent, seen_event
from core.ports import Broker, Brokers, Database, LegOutcome
from core.services.execution import leg_outcomes as legs
from core.services.execution.broker_dispatch import look_up
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

BATCH = 500
WATCHED = (BrokerStatus.UNKNOWN, BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING)
OLD = timedelta(minutes=10)
SLOW = timedelta(minutes=1)


class Refresher:
    """Brings open and unknown legs up to date; orders older than ten minutes once a minute."""

    def __init__(self, database: Database, brokers: Brokers, clock: TrustedClock, wakeups: Wakeups) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock
        self._wakeups = wakeups
        self._asked: dict[OrderId, datetime] = {}

    async def refresh(self) -> int:
        """Ask about every leg that is not final and due; how many legs moved. Raises Unready."""
        watched, now = await self._list_watched(), self._clock.now()
        self._asked = {order.id: self._asked[order.id] for order in watched if order.id in self._asked}
        moved = 0
        for order in watched:
            if self._is_due(order, now):
                self._asked[order.id] = now
                moved += await self._refresh_order(order)
        return moved

    async def note(self, account_id: AccountId, told: BrokerOrder) -> None:
        """Record the state of an order that a broker just returned, if it is one of ours."""
        async with self._database.read() as tx:
            order = await tx.orders.find_by_broker_order_id(account_id, told.broker_order_id)
        for leg in order.legs if order is not None else ():
            if order is not None and leg.broker_order_id == told.broker_order_id:
                await self._record_seen(order, leg, told)

    async def _list_watched(self) -> Sequence[Order]:
        """Every order with a leg that is not final: triggers that wait for months must not hide later ones."""
        found: list[Order] = []
        async with self._database.read() as tx:
            while page := await tx.orders.list_with_leg_status(WATCHED, BATCH, found[-1].id if found else None):
                found += page
        return found

    def _is_due(self, order: Order, now: datetime) -> bool:
        asked = self._asked.get(order.id)
        return asked is None or now - order.created_at < OLD or now - asked >= SLOW

    async def _refresh_order(self, order: Order) -> int:
        async with self._database.read() as tx:
            account = await tx.accounts.get(order.account_id)
        moved = 0
        try:
            broker = self._brokers.book(account, order.trading_mode)
            for leg in order.legs:
                if leg.broker_status in WATCHED:
                    moved += await self._refresh_leg(broker, order, leg)
        except (BrokerError, Unready):
            # Not being able to ask changes nothing: the leg stays as it is and is asked about again.
            return moved
        return moved

    async def _refresh_leg(self, broker: Broker, order: Order, leg: Leg) -> bool:
        found = await look_up(broker, order, leg)
        if found is None:
            if leg.broker_status is not BrokerStatus.UNKNOWN or not broker.proves_absence:
                return False
            absent = legs.happened(leg, LegEvent.PROVED_ABSENT, self._clock.now(), "")
            return await self._record(order, leg, absent, LegEvent.PROVED_ABSENT)
        return await self._record_seen(order, leg, found)

    async def _record_seen(self, order: Order, leg: Leg, found: BrokerOrder) -> bool:
        try:
            outcome = legs.seen(leg, found, self._clock.now())
        except IllegalMove:
            return False
        return outcome is not None and await self._record(order, leg, outcome, seen_event(outcome.becomes))

    async def _record(self, order: Order, leg: Leg, outcome: LegOutcome, event: LegEvent) -> bool:
        async with self._database.begin() as tx:
            if not await tx.orders.record_legs(order.id, [outcome]):
                return False
            await tx.audit.append(legs.audit_event(order, leg, outcome, event))
            await tx.commit()
        self._wakeups.order_moved(order.account_id, order.id)
        return True
