"""Sends approved orders: claims each leg, commits, calls the broker once, and records the outcome."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.errors import BrokerUnavailable, NotFound, Unready
from core.ids import AccountId, BrokerOrderId, OrderId
from core.orders.broker_order import Accepted, BrokerOrder, NotSent, PlaceRequest, QueuedElsewhere, Refused, Unknown
from core.orders.order import Leg, Order
from core.orders.states import BrokerStatus, LegEvent, seen_event
from core.ports import Broker, Brokers, Checkpoint, Database, LegOutcome
from core.services.background_tasks import BackgroundTasks
from core.services.execution import leg_outcomes as legs
from core.services.execution.broker_dispatch import look_up, send
from core.services.execution.closing_guard import SMALLER, held_before, next_step
from core.services.execution.doubt_guard import known_before
from core.services.execution.searching import LOOK_SOON
from core.services.execution.sending_rules import deadline, is_exit, may_send
from core.services.execution.unmoved import unless_moved
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Wakeups
from core.urgency import urgent

BATCH = 1000
BEGINNING = datetime.min.replace(tzinfo=UTC)
DRAIN_WITHIN = 3.0
log = logging.getLogger(__name__)
_Recorded = tuple[LegOutcome, LegEvent]


class Executor:
    """The one path from an approved order to a broker."""

    def __init__(
        self, database: Database, brokers: Brokers, clock: TrustedClock, wakeups: Wakeups, checkpoint: Checkpoint
    ) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock
        self._wakeups = wakeups
        self._checkpoint = checkpoint
        self._in_flight = BackgroundTasks(on_failure=_log_postponed)
        self._unrecorded: list[tuple[Order, Leg, LegOutcome, LegEvent]] = []
        self._problems: dict[AccountId, str] = {}
        self._not_before: dict[AccountId, datetime] = {}
        self._one_at_a_time: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, order_id: OrderId) -> Order:
        """The order as it stands. Raises NotFound."""
        async with self._database.read() as tx:
            return await tx.orders.get(order_id)

    @property
    def problem(self) -> str:
        """Why approved orders are waiting now, as a sentence for each reason; empty when none is."""
        return " ".join(sorted(set(self._problems.values())))

    async def execute_due(self) -> int:
        """Send every approved leg that is ready; returns how many orders were looked at. Raises Unready."""
        await self._record_answers()
        async with self._database.read() as tx:
            due = await tx.orders.list_with_leg_status([BrokerStatus.READY], BATCH)
        by_account: defaultdict[AccountId, list[Order]] = defaultdict(list)
        for order in sorted(due, key=lambda order: not is_exit(order)):
            by_account[order.account_id].append(order)
        self._problems = {of: why for of, why in self._problems.items() if of in by_account}
        queues = [self._execute_in_turn(orders) for orders in by_account.values()]
        for fault in await asyncio.gather(*queues, return_exceptions=True):
            if fault is not None:
                raise fault
        return len(due)

    async def execute_now(self, order_id: OrderId) -> Order:
        """Send this order's ready legs, and answer with the order as it stands then."""
        await self._execute_in_turn([await self.get(order_id)])
        return await self.get(order_id)

    async def drain(self) -> None:
        """Wait until every leg that was claimed has its outcome recorded.

        A broker that takes longer is not waited for: its leg is asked about after the next start.
        """
        await self._in_flight.wait(DRAIN_WITHIN)

    async def _execute_in_turn(self, orders: Sequence[Order]) -> None:
        for order in orders:
            # A claimed leg is followed to its outcome, whatever becomes of the caller.
            await asyncio.shield(self._in_flight.start(self._execute(order), f"order {order.id}"))

    async def _execute(self, order: Order) -> None:
        """The order may have moved since it was read: claiming a leg compares it with the database again."""
        async with self._one_at_a_time[order.account_id]:
            with urgent(when=is_exit(order)):
                for leg in order.legs:
                    if leg.broker_status is BrokerStatus.READY and not await self._send(order, leg):
                        return

    async def _send(self, order: Order, leg: Leg) -> bool:
        """Send one leg; returns whether the next leg may follow at once."""
        if self._clock.now() < self._not_before.get(order.account_id, BEGINNING):
            return False
        try:
            broker = await self._open_book(order)
            held = await held_before(self._database, broker, order, leg)
            known = await known_before(self._database, broker, order, leg)
            claimed = await self._claim(order, leg, held, known)
        except (Unready, BrokerUnavailable, NotFound) as fault:
            self._problems[order.account_id] = str(fault)
            return False
        self._problems.pop(order.account_id, None)
        if claimed is None:
            return False
        self._checkpoint("claimed")
        self._wakeups.order_moved(order.account_id, order.id)
        outcome, event = await self._call_broker(broker, order, claimed, held)
        self._checkpoint("answered")
        self._unrecorded.append((order, claimed, outcome, event))
        await self._record_answers()
        self._checkpoint("recorded")
        return event is not LegEvent.NOT_SENT

    async def _open_book(self, order: Order) -> Broker:
        """The order's book, reachable now. Raises Unready, BrokerUnavailable."""
        async with self._database.read() as tx:
            account = await tx.accounts.get(order.account_id)
        broker = self._brokers.book(account, order.trading_mode)
        await broker.check()
        return broker

    async def _claim(
        self, order: Order, leg: Leg, held: Decimal | None, known: frozenset[BrokerOrderId] | None
    ) -> Leg | None:
        """The leg, now ours to send; None when it may not be sent now. Raises Unready."""
        async with self._database.begin() as tx:
            now = self._clock.require()
            standing = await tx.accounts.find_standing(order.id)
            if standing is None:
                return None
            fresh = await unless_moved(tx, order, order.id, standing)
            step = next_step(fresh, leg, held)
            if step is None or not may_send(fresh, standing.account, now):
                return None
            outcome = legs.happened(leg, step, now, SMALLER if step is LegEvent.LAPSE else None)
            outcome = replace(outcome, known_before=known)
            if not await tx.orders.record_legs(order.id, [outcome]):
                return None
            await tx.audit.append(legs.audit_event(order, leg, outcome, step))
            await tx.commit()
        if step is LegEvent.LAPSE:
            self._wakeups.order_moved(order.account_id, order.id)
            return None
        return replace(leg, broker_status=outcome.becomes, sent_at=now, attempts=leg.attempts + 1)

    async def _call_broker(self, broker: Broker, order: Order, leg: Leg, held: Decimal | None) -> _Recorded:
        """Send a claimed leg, and say what to record of it."""
        # From the claim on, not from now: a process that was stopped in between may come back much later.
        until = deadline(order, leg.sent_at or self._clock.now())
        request = PlaceRequest(leg.client_order_id, leg.terms, until, order.strategy, is_exit(order))
        match await send(broker, order, leg, request):
            case Accepted(placed):
                return self._seen(leg, placed)
            case Refused(message):
                return await self._refusal(broker, order, leg, message)
            case NotSent(reason, retry_after):
                self._not_before[order.account_id] = self._clock.now() + retry_after
                self._problems[order.account_id] = reason
                return legs.happened(leg, LegEvent.NOT_SENT, self._clock.now(), reason), LegEvent.NOT_SENT
            case QueuedElsewhere(_, message) | Unknown(message):
                self._look_soon()
                return legs.happened(leg, LegEvent.LOST, self._clock.now(), message), LegEvent.LOST

    def _look_soon(self) -> None:
        """What is doubtful is looked for sooner than the next regular look would come."""
        for after in LOOK_SOON:
            asyncio.get_running_loop().call_later(after, self._wakeups.broker_doubtful)

    def _seen(self, leg: Leg, placed: BrokerOrder) -> _Recorded:
        outcome = legs.seen(leg, placed, self._clock.now())
        assert outcome is not None, "a claimed leg always moves when the broker answers"
        return outcome, seen_event(outcome.becomes)

    async def _refusal(self, broker: Broker, order: Order, leg: Leg, text: str) -> _Recorded:
        """A broker that keeps our ids unique may be refusing a repeat: what it holds is then the truth."""
        if broker.capabilities.proves_absence:
            try:
                held = await look_up(broker, order, leg)
            except BrokerUnavailable:
                return legs.happened(leg, LegEvent.LOST, self._clock.now(), text), LegEvent.LOST
            if held:
                return self._seen(leg, held[0])
        return legs.happened(leg, LegEvent.SEEN_REJECTED, self._clock.now(), text), LegEvent.SEEN_REJECTED

    async def _record_answers(self) -> None:
        """Write down what brokers answered; what cannot be written now is kept for the next try. Raises Unready."""
        for answer in [*self._unrecorded]:
            await self._record(*answer)
            if answer in self._unrecorded:
                self._unrecorded.remove(answer)

    async def _record(self, order: Order, leg: Leg, outcome: LegOutcome, event: LegEvent) -> None:
        await legs.record(self._database, order, leg, outcome, event)
        self._wakeups.order_moved(order.account_id, order.id)


def _log_postponed(name: str, fault: BaseException) -> None:
    """Log a failed execution: its caller gets the failure too, and the order stays in the database."""
    log.debug("execution postponed: %s: %s", name, fault)
