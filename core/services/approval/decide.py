"""Decisions of people: judged, stored and audited in one transaction."""

from datetime import datetime, timedelta

from core.accounts import Account
from core.audit import SYSTEM, Actor, Event, Kind, canonical_time
from core.clock import render_ist_time
from core.ids import SYSTEM_ACCOUNT, OrderId, UserId
from core.limits.judging import OrderFacts
from core.orders.decisions import Answer, Presser, Verdict, judge_trading_mode
from core.orders.order import Order
from core.orders.order_view import approved_terms
from core.orders.replay import legs_as_facts
from core.orders.states import QueueEvent, QueueStatus, next_queue_status
from core.ports import Database, Decision, Revision, Transaction
from core.services.approval.decided import as_decided
from core.services.approval.press_authority import Authority, Pressed, actor_of, refuse, require_authority
from core.services.approval.recheck import Recheck, Rechecked, Unclear, differs, what_changed
from core.services.intake.leg_resolution import ResolvedLegs
from core.services.limits.tap_check import why_stopped
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals, is_set_within

LEAVES_WITHIN = 0.1
"""Seconds that a toast may wait for the order to be sent, so that the order does not wait for the toast."""


class Decide:
    """Approves and rejects; the database decides who was first."""

    def __init__(
        self,
        database: Database,
        clock: TrustedClock,
        recheck: Recheck,
        signals: Signals,
        execute_within: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._recheck = recheck
        self._signals = signals
        self._execute_within = execute_within

    async def approve(self, order_id: OrderId, version: int, presser: Presser) -> Verdict:
        """Approve the order as this version of its card showed it. Raises Unready."""
        async with self._recheck.resolve_again(order_id) as found:
            return await self._decide(order_id, version, presser, found)

    async def reject(self, order_id: OrderId, version: int, presser: Presser) -> Verdict:
        """Reject the order. Raises Unready."""
        return await self._decide(order_id, version, presser, None)

    async def wait_until_sent(self, verdict: Verdict) -> None:
        """Wait a short time for an approved order to be sent to its broker."""
        if verdict.answer is not Answer.APPROVED or verdict.order is None:
            return
        with self._signals.wakeups.watch(verdict.order.id) as moved:
            await is_set_within(moved, LEAVES_WITHIN)

    async def give_reason(self, order_id: OrderId, presser: Presser, reason: str) -> Verdict:
        """Store why the order was rejected; only who rejected it may, and once. Raises Unready."""
        now = self._clock.require()
        async with self._database.begin() as tx:
            order = await tx.orders.find(order_id)
            approver = order and await tx.accounts.find_approver(order.account_id, presser.user_id)
            if order is None or approver is None:
                return await refuse(tx, order, presser, Answer.NOT_LINKED, now)
            if order.rejected_by_id != presser.user_id or not await tx.orders.give_reason(order_id, reason):
                return Verdict(Answer.ALREADY_DECIDED, order)
            facts = {"reason": reason}
            await tx.audit.append(
                Event(order.account_id, Kind.ORDER_REASON_GIVEN, actor_of(presser), now, order_id, facts)
            )
            order = await tx.orders.get(order_id)
            await tx.commit()
        self._signals.wakeups.order_moved(order.account_id, order_id)
        return Verdict(Answer.REASON_GIVEN, order)

    async def note_forged(self, presser: Presser, order_id: OrderId | None) -> None:
        """Record a press whose signature is wrong. Raises Unready."""
        async with self._database.begin() as tx:
            order = await tx.orders.find(order_id) if order_id is not None else None
            await refuse(tx, order, presser, Answer.FORGED, self._clock.now())

    async def note_stranger(self, user_id: UserId, name: str, what: str) -> None:
        """Record that somebody unlinked tried something. Raises Unready."""
        actor = Actor("telegram", name, user_id)
        event = Event(SYSTEM_ACCOUNT, Kind.STRANGER, actor, self._clock.now(), facts={"what": what})
        async with self._database.begin() as tx:
            await tx.audit.append(event)
            await tx.commit()

    async def _decide(
        self,
        order_id: OrderId,
        version: int,
        presser: Presser,
        found: Rechecked | None,
    ) -> Verdict:
        """Approve what was looked at again, or reject."""
        async with self._database.begin() as tx:
            now = self._clock.require()
            pressed = Pressed(order_id, version, presser)
            allowed = await require_authority(tx, pressed, now, None if found is None else found.order)
            if isinstance(allowed, Verdict):
                return allowed
            order, account = allowed.order, allowed.account
            if found is None:
                return await self._apply(tx, allowed, QueueEvent.REJECT, now)
            against = judge_trading_mode(order, account)
            if against is not None:
                return await refuse(tx, order, presser, against, now)
            if account.pause is not None:
                return Verdict(Answer.PAUSED, order, f"{account.pause} Nothing was sent; the order still waits.")
            if isinstance(found.fresh, Unclear):
                return Verdict(Answer.UNREADY, order, found.fresh.why)
            if found.fresh is not None and differs(order, found.fresh):
                return await self._revise(tx, order, found.fresh, now)
            stop = await why_stopped(tx, order, account, found.facts, now)
            if stop is not None:
                return await self._stop(tx, order, presser, stop)
            await _record_value(tx, order, account, found.facts)
            return await self._apply(tx, allowed, QueueEvent.APPROVE, now)

    async def _stop(self, tx: Transaction, order: Order, presser: Presser, stop: tuple[Answer, str]) -> Verdict:
        """Nothing is sent and the order still waits; a limit is noted on its card."""
        answer, why = stop
        if answer is not Answer.OVER_LIMIT:
            return Verdict(answer, order, why)
        now = self._clock.now()
        await tx.limits.record_stop(order.id, f"{render_ist_time(now)}: {why}")
        facts = {"why": why, "chat": presser.chat_id, "message": presser.message_id, "version": order.version}
        await tx.audit.append(Event(order.account_id, Kind.DECISION_REFUSED, actor_of(presser), now, order.id, facts))
        await tx.commit()
        self._signals.wakeups.order_moved(order.account_id, order.id)
        return Verdict(answer, order, f"Nothing was sent. {why}")

    async def _apply(self, tx: Transaction, allowed: Authority, event: QueueEvent, now: datetime) -> Verdict:
        order, approver = allowed.order, allowed.approver
        decision = Decision(
            becomes=next_queue_status(order.status, event),
            at=now,
            by=approver.name,
            by_id=approver.user_id,
            execute_by=now + self._execute_within if event is QueueEvent.APPROVE else None,
            checked=self._recheck.last_shown(order),
        )
        if not await tx.orders.decide(order.id, order.status, order.version, decision):
            return Verdict(Answer.CHANGED, await tx.orders.get(order.id))
        approved = decision.becomes is QueueStatus.APPROVED
        kind = Kind.ORDER_APPROVED if approved else Kind.ORDER_REJECTED
        actor = Actor("telegram", approver.name, approver.user_id)
        facts = self._facts(allowed, now)
        if decision.execute_by is not None:
            facts["execute_by"] = canonical_time(decision.execute_by)
        if decision.checked is not None:
            facts["checked"] = decision.checked
        if approved and order.asked is not None:
            facts["approved_terms"] = approved_terms(order)
        await tx.audit.append(Event(order.account_id, kind, actor, now, order.id, facts))
        self._signals.checkpoint("deciding")
        await tx.commit()
        self._signals.checkpoint("decided")
        if approved:
            self._signals.wakeups.order_approved(order.account_id, order.id)
        else:
            self._signals.wakeups.order_moved(order.account_id, order.id)
        return Verdict(Answer.APPROVED if approved else Answer.REJECTED, as_decided(order, decision))

    async def _revise(self, tx: Transaction, order: Order, fresh: ResolvedLegs, now: datetime) -> Verdict:
        """Give the order its new legs instead of approving it; its card then shows what changed."""
        answer = Answer.NOTHING_TO_DO if fresh.nothing else Answer.REVISED
        if fresh.nothing:
            over = Decision(next_queue_status(order.status, QueueEvent.EXPIRE), now, by="time", reason=fresh.nothing)
            moved = await tx.orders.decide(order.id, order.status, order.version, over)
        else:
            revision = Revision(fresh.legs, fresh.facts, what_changed(order, fresh))
            moved = await tx.orders.revise(order.id, order.version, revision)
        if not moved:
            return Verdict(Answer.CHANGED, await tx.orders.get(order.id))
        kind = Kind.ORDER_EXPIRED if fresh.nothing else Kind.ORDER_REVISED
        after = await tx.orders.get(order.id)
        facts: dict[str, object] = {**fresh.facts, "why": fresh.nothing or what_changed(order, fresh)}
        if not fresh.nothing:
            facts |= {
                "legs": legs_as_facts(after.legs),
                "client_order_ids": [leg.client_order_id for leg in after.legs],
            }
        await tx.audit.append(Event(order.account_id, kind, SYSTEM, now, order.id, facts))
        await tx.commit()
        self._signals.wakeups.order_moved(order.account_id, order.id)
        return Verdict(answer, after)

    def _facts(self, allowed: Authority, now: datetime) -> dict[str, object]:
        order = allowed.order
        facts: dict[str, object] = {
            "version": order.version,
            "took_seconds": round((now - order.created_at).total_seconds(), 3),
        }
        prices = self._recheck.last_prices(allowed.account, order)
        return facts | ({"last_price": prices} if prices else {})


async def _record_value(tx: Transaction, order: Order, account: Account, facts: OrderFacts | None) -> None:
    """What counts towards the value of the day is what the order is worth now, where that may have moved."""
    if facts is not None and (account.limited or order.version > 1):
        await tx.limits.record_value(order.id, facts.value)
