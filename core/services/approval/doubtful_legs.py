"""What a client decides about a leg of which nobody can tell whether its broker has it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.accounts import Account, Approver
from core.audit import canonical_time
from core.clock import render_ist_time, session_start
from core.errors import BrokerError, BrokerUnavailable, Fault, NotFound, OverLimit, TooLate, Unready
from core.ids import BrokerOrderId, OrderId, UserId
from core.limits.judging import OrderFacts
from core.orders.broker_order import BrokerOrder
from core.orders.decisions import judge_trading_mode
from core.orders.order import Leg, LegTerms, Order
from core.orders.states import BrokerStatus, LegEvent, QueueStatus, seen_event
from core.ports import Brokers, Database, LegOutcome, Transaction
from core.services.access.authority import actor_of, require_decider
from core.services.access.confirmations import Confirmations
from core.services.execution import leg_outcomes as legs
from core.services.execution.reconcile import Reconciler
from core.services.intake.leg_resolution import LegResolver
from core.services.limits.order_facts import LimitFacts
from core.services.limits.tap_check import why_stopped
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals

SOUGHT_FOR = timedelta(days=1)
"""From the start of the trading day: how long what was left in doubt is still looked for."""
MOVED = "This has changed in the meantime; the message shows how it stands now. Nothing was done."
NOT_SHOWN = "The broker's order book did not show it at {time}. It is looked for every minute."
DROPPED = "Dropped by {name} without knowing what became of it"


@dataclass(frozen=True, slots=True)
class DoubtParts:
    """What these decisions are made with."""

    database: Database
    brokers: Brokers
    reconciler: Reconciler
    confirmations: Confirmations
    resolver: LegResolver
    limits: LimitFacts
    clock: TrustedClock
    signals: Signals
    execute_within: timedelta


@dataclass(frozen=True, slots=True)
class Doubt:
    """One leg as a person saw it on a card."""

    order_id: OrderId
    version: int
    leg_number: int


@dataclass(frozen=True, slots=True)
class SendAgainQuestion:
    """What would be sent again; `token` confirms it."""

    token: str
    order: Order
    leg: Leg
    account: Account


@dataclass(frozen=True, slots=True)
class _Seen:
    order: Order
    leg: Leg
    account: Account
    approver: Approver


class DoubtfulLegs:
    """Looks again, adopts what the person points at, sends again under a new id, or drops it."""

    def __init__(self, parts: DoubtParts) -> None:
        self._parts = parts

    async def look_again(self, doubt: Doubt, user_id: UserId) -> bool:
        """Look at the broker now. True when it was found; otherwise the card offers what it may be.

        Raises Unauthorized, TooLate, Unready.
        """
        seen = await self._look(doubt, user_id)
        parts, now = self._parts, self._parts.clock.require()
        try:
            broker = parts.brokers.book(seen.account, seen.order.trading_mode)
            found = await parts.reconciler.candidates(broker, seen.order, seen.leg)
            alike = found or await parts.reconciler.alike(broker, seen.order, seen.leg)
        except BrokerError as fault:
            raise Unready(f"The broker could not be asked: {fault}") from None
        if len(found) == 1:
            return await parts.reconciler.adopt(seen.order, seen.leg, found[0])
        ids = tuple(sorted(one.broker_order_id for one in alike))
        if ids != seen.leg.candidates:
            outcome = legs.happened(seen.leg, LegEvent.ASKED, now)
            outcome = replace(outcome, asked_at=now, candidates=ids)
            await parts.reconciler.record(seen.order, seen.leg, outcome, LegEvent.ASKED)
        if not ids:
            raise NotFound(NOT_SHOWN.format(time=render_ist_time(now)))
        return False

    async def adopt(self, doubt: Doubt, user_id: UserId, place: int) -> BrokerOrder:
        """It is the candidate at this place, says the person. Raises Unauthorized, TooLate, NotFound, Unready."""
        seen = await self._look(doubt, user_id)
        if not 0 <= place < len(seen.leg.candidates):
            raise TooLate(MOVED)
        found = await self._get(seen, seen.leg.candidates[place])
        if not _is_alike(found.terms, seen.leg.terms):
            raise NotFound("That order has other terms than this one. Nothing was done.")
        async with self._parts.database.begin() as tx:
            again = await self._require(tx, doubt, user_id)
            taken = await tx.doubts.list_taken(
                again.order.account_id, again.order.trading_mode, [found.broker_order_id]
            )
            outcome = legs.seen(again.leg, found, self._parts.clock.require())
            if taken or outcome is None:
                raise TooLate(MOVED)
            await self._record(tx, again, outcome, seen_event(outcome.becomes))
            await tx.commit()
        self._moved(again.order)
        return found

    async def drop(self, doubt: Doubt, user_id: UserId) -> None:
        """Give the leg up without knowing. Raises Unauthorized, TooLate, Unready."""
        async with self._parts.database.begin() as tx:
            seen = await self._require(tx, doubt, user_id)
            now = self._parts.clock.require()
            outcome = legs.happened(seen.leg, LegEvent.DROPPED, now, DROPPED.format(name=seen.approver.name))
            await self._record(tx, seen, outcome, LegEvent.DROPPED)
            await tx.doubts.add(seen.leg, seen.order.id, LegEvent.DROPPED, session_start(now) + SOUGHT_FOR)
            await tx.commit()
        self._moved(seen.order)

    async def ask_send_again(self, doubt: Doubt, user_id: UserId) -> SendAgainQuestion:
        """The question whether to send the leg once more. Raises Unauthorized, TooLate, Unready."""
        async with self._parts.database.begin() as tx:
            seen = await self._require(tx, doubt, user_id)
            what = f"again:{doubt.order_id}:{doubt.version}:{doubt.leg_number}"
            token = await self._parts.confirmations.ask(tx, user_id, what)
            await tx.commit()
        return SendAgainQuestion(token, seen.order, seen.leg, seen.account)

    async def send_again(self, token: str, user_id: UserId) -> Order:
        """Send what was confirmed once more, under a new id, as a new decision of the person.

        Raises NotFound, Unauthorized, TooLate, OverLimit, Unready; then nothing is sent.
        """
        doubt = await self._asked_about(token, user_id)
        seen = await self._look(doubt, user_id)
        try:
            await self._parts.resolver.require_possible(seen.account, seen.order)
        except (BrokerUnavailable, Fault) as why:
            raise Unready(f"It cannot be sent now: {why}") from None
        async with self._parts.limits.turn(seen.account):
            facts = await self._parts.limits.find(
                seen.account, seen.order.trading_mode, [seen.leg.terms], seen.order.intent
            )
            async with self._parts.database.begin() as tx:
                await self._parts.confirmations.take(tx, token, user_id)
                again = await self._require(tx, doubt, user_id)
                await self._require_sendable(tx, again, facts)
                await self._let_go(tx, again)
                self._parts.signals.checkpoint("sending again")
                await tx.commit()
        self._parts.signals.wakeups.order_approved(again.order.account_id, again.order.id)
        return again.order

    async def _let_go(self, tx: Transaction, seen: _Seen) -> None:
        now = self._parts.clock.require()
        until = now + self._parts.execute_within
        outcome = legs.happened(seen.leg, LegEvent.SENT_AGAIN, now, "")
        outcome = replace(outcome, client_order_id=await tx.doubts.new_client_order_id(seen.order.id))
        if not await tx.orders.record_legs(seen.order.id, [outcome]):
            raise TooLate(MOVED)
        if not await tx.orders.extend_execution(seen.order.id, until):
            raise TooLate(MOVED)
        await tx.doubts.add(seen.leg, seen.order.id, LegEvent.SENT_AGAIN, session_start(now) + SOUGHT_FOR)
        event = legs.audit_event(seen.order, seen.leg, outcome, LegEvent.SENT_AGAIN, actor_of(seen.approver))
        await tx.audit.append(replace(event, facts={**(event.facts or {}), "execute_by": canonical_time(until)}))

    async def _require_sendable(self, tx: Transaction, seen: _Seen, facts: OrderFacts) -> None:
        if seen.account.pause is not None:
            raise TooLate(f"{seen.account.pause} Nothing was sent.")
        if seen.order.status is not QueueStatus.APPROVED or judge_trading_mode(seen.order, seen.account) is not None:
            raise TooLate("The account's mode has changed since it was approved. Nothing was sent.")
        stop = await why_stopped(tx, seen.order, seen.account, facts, self._parts.clock.require())
        if stop is not None:
            raise OverLimit(f"Nothing was sent. {stop[1]}")

    async def _record(self, tx: Transaction, seen: _Seen, outcome: LegOutcome, event: LegEvent) -> None:
        if not await tx.orders.record_legs(seen.order.id, [outcome]):
            raise TooLate(MOVED)
        await tx.audit.append(legs.audit_event(seen.order, seen.leg, outcome, event, actor_of(seen.approver)))

    async def _asked_about(self, token: str, user_id: UserId) -> Doubt:
        async with self._parts.database.begin() as tx:
            what = await self._parts.confirmations.take(tx, token, user_id)
            # Not committed: only looked at, it is used up with what it allows.
        word, _, rest = what.partition(":")
        if word != "again":
            raise NotFound("This question is about something else.")
        order_id, version, number = (int(part) for part in rest.split(":"))
        return Doubt(OrderId(order_id), version, number)

    async def _look(self, doubt: Doubt, user_id: UserId) -> _Seen:
        async with self._parts.database.begin() as tx:
            return await self._require(tx, doubt, user_id)

    async def _require(self, tx: Transaction, doubt: Doubt, user_id: UserId) -> _Seen:
        """The leg, still in doubt and as the person saw it. Raises Unauthorized, TooLate."""
        order = await tx.orders.find(doubt.order_id)
        if order is None:
            raise NotFound("There is no such order.")
        account, approver = await require_decider(tx, order.account_id, user_id)
        leg = next((one for one in order.legs if one.number == doubt.leg_number), None)
        if leg is None or not is_in_doubt(leg) or order.version != doubt.version:
            raise TooLate(MOVED)
        return _Seen(order, leg, account, approver)

    async def _get(self, seen: _Seen, broker_order_id: BrokerOrderId) -> BrokerOrder:
        try:
            return await self._parts.brokers.book(seen.account, seen.order.trading_mode).get(broker_order_id)
        except BrokerError as fault:
            raise Unready(f"The broker could not be asked: {fault}") from None

    def _moved(self, order: Order) -> None:
        self._parts.signals.wakeups.order_moved(order.account_id, order.id)


def is_in_doubt(leg: Leg) -> bool:
    """Whether the client is asked about this leg."""
    return leg.broker_status is BrokerStatus.UNKNOWN and leg.asked_at is not None


def _is_alike(found: LegTerms, sent: LegTerms) -> bool:
    names = ("exchange", "symbol", "action", "quantity", "product")
    return all(getattr(found, name) == getattr(sent, name) for name in names)
