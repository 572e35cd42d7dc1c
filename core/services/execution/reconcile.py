"""Looks for legs whose broker gave no clear answer: adopts the one order found, asks the client otherwise."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.audit import SYSTEM, Event, Kind
from core.errors import BrokerError, IllegalMove, Unready
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Duplicates
from core.orders.broker_order import BrokerOrder
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus, LegEvent, seen_event
from core.ports import Broker, Brokers, Database, LeftLeg, LegOutcome
from core.services.execution import leg_outcomes as legs
from core.services.execution.broker_dispatch import look_up
from core.services.execution.searching import after_look, is_look_due
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups

CLOCKS_DIFFER = timedelta(seconds=5)
"""By how much a broker's clock may be behind ours."""
MOVING = frozenset({BrokerStatus.SENDING, BrokerStatus.UNKNOWN})
log = logging.getLogger(__name__)


class Reconciler:
    """Looks at the broker's book, and records what follows; it never sends anything."""

    def __init__(self, database: Database, brokers: Brokers, clock: TrustedClock, wakeups: Wakeups) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock
        self._wakeups = wakeups
        self._looked: dict[int, datetime] = {}

    async def look(self, broker: Broker, order: Order, leg: Leg) -> bool:
        """Look for an unknown leg; returns whether something was recorded. Raises BrokerUnavailable, Unready."""
        looked_at = self._clock.now()
        found = await self.candidates(broker, order, leg)
        if len(found) == 1:
            return await self.adopt(order, leg, found[0])
        event = after_look(leg, leg.sent_at or order.created_at, found, broker.capabilities, looked_at)
        if event is None:
            return False
        if found and broker.capabilities.duplicates is not Duplicates.NONE:
            log.critical("order %s: %s orders at the broker carry its client order id", order.id, len(found))
        outcome = legs.happened(leg, event, looked_at, "" if event is LegEvent.PROVED_ABSENT else None)
        if event is LegEvent.ASKED:
            outcome = replace(outcome, asked_at=looked_at, candidates=_ids(found))
        return await self.record(order, leg, outcome, event)

    async def candidates(self, broker: Broker, order: Order, leg: Leg) -> Sequence[BrokerOrder]:
        """The broker's orders that may be this leg, without those of other legs. Raises BrokerUnavailable."""
        found = await look_up(broker, order, leg, leg.known_before)
        return await self._untaken(order, found)

    async def alike(self, broker: Broker, order: Order, leg: Leg) -> Sequence[BrokerOrder]:
        """Orders of the book for the same trade that are nobody's yet. Raises BrokerUnavailable."""
        book = await broker.list_orders()
        alike = [one for one in book if _is_same_trade(one, leg) and one.broker_order_id not in leg.known_before]
        return await self._untaken(order, alike)

    async def adopt(self, order: Order, leg: Leg, found: BrokerOrder) -> bool:
        """Take the broker's order as this leg's; returns whether that was news."""
        try:
            outcome = legs.seen(leg, found, self._clock.now())
        except IllegalMove:
            return False
        return outcome is not None and await self.record(order, leg, outcome, seen_event(outcome.becomes))

    async def record(self, order: Order, leg: Leg, outcome: LegOutcome, event: LegEvent) -> bool:
        """Record what became of a leg, unless it has moved meanwhile. Raises Unready."""
        is_recorded = await legs.record(self._database, order, leg, outcome, event)
        if is_recorded:
            self._wakeups.order_moved(order.account_id, order.id)
        return is_recorded

    async def look_for_left(self) -> int:
        """Look for legs that were sent again or dropped in doubt; returns how many were found. Raises Unready."""
        now = self._clock.now()
        async with self._database.read() as tx:
            sought = await tx.doubts.list_sought(now)
        self._looked = {one.id: self._looked[one.id] for one in sought if one.id in self._looked}
        found = 0
        for left in sought:
            if is_look_due(left.sought.sent_at, self._looked.get(left.id), now):
                self._looked[left.id] = now
                found += await self._look_for_left(left)
        return found

    async def _look_for_left(self, left: LeftLeg) -> bool:
        async with self._database.read() as tx:
            order = await tx.orders.get(left.order_id)
            account = await tx.accounts.get(left.account_id)
        leg = next((one for one in order.legs if one.id == left.leg_id), None)
        if leg is None or leg.broker_status in MOVING:
            # Where only terms tell orders apart, what is found may be the second try.
            return False
        try:
            broker = self._brokers.book(account, left.trading_mode)
            found = await self._untaken(order, await broker.find(left.sought))
        except (BrokerError, Unready):
            return False
        if not found:
            return False
        return await self._record_found(order, left, found)

    async def _record_found(self, order: Order, left: LeftLeg, found: Sequence[BrokerOrder]) -> bool:
        now = self._clock.now()
        log.critical("order %s: what was %s is at the broker after all", order.id, left.left.value)
        facts: Mapping[str, object] = {
            "leg": left.leg_number,
            "client_order_id": left.sought.client_order_id,
            "left": left.left.value,
            "numbers": ", ".join(_ids(found)),
            "found": [{"broker_order_id": one.broker_order_id, "broker_says": one.status.value} for one in found],
        }
        async with self._database.begin() as tx:
            if not await tx.doubts.record_found(left.id, _ids(found), now):
                return False
            await tx.audit.append(Event(order.account_id, Kind.LEG_FOUND_LATE, SYSTEM, now, order.id, facts))
            await tx.commit()
        self._wakeups.order_moved(order.account_id, order.id)
        return True

    async def _untaken(self, order: Order, found: Sequence[BrokerOrder]) -> Sequence[BrokerOrder]:
        if not found:
            return ()
        async with self._database.read() as tx:
            taken = await tx.doubts.list_taken(order.account_id, order.trading_mode, _ids(found))
        return [one for one in found if one.broker_order_id not in taken]


def _is_same_trade(found: BrokerOrder, leg: Leg) -> bool:
    terms, sent = found.terms, leg.terms
    is_alike = (terms.position_key, terms.action, terms.quantity) == (sent.position_key, sent.action, sent.quantity)
    return is_alike and (leg.sent_at is None or found.placed_at >= leg.sent_at - CLOCKS_DIFFER)


def _ids(found: Sequence[BrokerOrder]) -> tuple[BrokerOrderId, ...]:
    return tuple(sorted(one.broker_order_id for one in found))
