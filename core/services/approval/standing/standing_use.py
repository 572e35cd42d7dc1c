"""Sends an order that its owner approved in advance: judged, stored and audited in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from core.accounts import Account, OrderMode
from core.audit import Event, Kind, canonical_time
from core.clock import render_ist_time
from core.errors import CountersignError
from core.ids import AccountId, OrderId
from core.orders.order import Order
from core.orders.states import QueueEvent, QueueStatus, next_queue_status
from core.ports import Database, Decision, Transaction
from core.services.approval.checks import Checks
from core.services.approval.recheck import Recheck, Rechecked, Unclear, differs
from core.services.approval.standing.standing_look import StandingLook, have_moved
from core.services.limits.tap_check import why_stopped
from core.services.wakeups import Signals
from core.standing.judging import Asked, Use, Valid, Waits, judge, speaks_of
from core.standing.replay import size_as_facts
from core.standing.wording import used_today

EXITS_LEAVE_WITHIN = timedelta(seconds=10)
"""An exit that left later might find a smaller position than was looked at."""
LOOKS = 3
"""So often the position is looked at, when other orders of the account move meanwhile."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An order that waits, what it means now, and how it is judged."""

    account: Account
    order: Order
    found: Rechecked
    asked: Asked


class StandingUses:
    """Approves what its owner approved in advance; everything else waits for a tap."""

    def __init__(
        self, database: Database, recheck: Recheck, look: StandingLook, checks: Checks, signals: Signals
    ) -> None:
        self._database = database
        self._recheck = recheck
        self._look = look
        self._checks = checks
        self._signals = signals
        self._turns: WeakValueDictionary[AccountId, asyncio.Lock] = WeakValueDictionary()

    async def approve(self, order_id: OrderId, execute_within: timedelta) -> bool:
        """Approve the order if a standing approval says so; whatever fails leaves it waiting for its client."""
        try:
            return await self._approve(order_id, execute_within)
        except CountersignError:
            return False

    async def _approve(self, order_id: OrderId, execute_within: timedelta) -> bool:
        async with self._database.read() as tx:
            order = await tx.orders.get(order_id)
            account = await tx.accounts.get(order.account_id)
            valid = await self._look.in_force(tx, account)
        asked = self._look.order(account, order, None)
        if not any(speaks_of(one.approval, asked) for one in valid):
            return False
        # One at a time: two exits that each reduce a position might not do so together.
        async with self._turns.setdefault(order.account_id, asyncio.Lock()):
            for _ in range(LOOKS):
                async with self._recheck.resolve_again(order_id) as found:
                    done = await self._judge(account, found, valid, execute_within)
                if done is not None:
                    return done
        return False

    async def _judge(
        self, account: Account, found: Rechecked, valid: Sequence[Valid], execute_within: timedelta
    ) -> bool | None:
        """Whether it was approved; None when positions moved meanwhile, so that it must be looked at again."""
        order, exits = found.order, None
        if order is None or order.status is not QueueStatus.PENDING or found.facts is None:
            return False
        async with self._database.read() as tx:
            trail = (await tx.audit.head(order.account_id)).seq
        asked = self._look.order(account, order, found.facts)
        if any(one.approval.terms.exits_only and speaks_of(one.approval, asked) for one in valid):
            exits = await self._look.exits(account, order)
        seen = _Seen(account, order, found, self._look.order(account, order, found.facts, exits))
        async with self._database.begin() as tx:
            if exits is not None and await have_moved(tx, order, trail):
                return None
            use = await self._decide(tx, seen)
            return use is not None and await self._apply(tx, seen, use, execute_within)

    async def _decide(self, tx: Transaction, seen: _Seen) -> Use | None:
        """Under what the order may be sent; why not is noted on its card, where an approval speaks of it."""
        order, now = seen.order, self._look.clock.require()
        standing = await tx.accounts.find_standing(order.id)
        if standing is None or standing.version != order.version or now >= order.expires_at:
            return None
        account = standing.account
        said = judge(await self._look.in_force(tx, account), seen.asked)
        if isinstance(said, Use):
            why = await self._why_not_now(tx, seen, account, now)
            said = Waits(f"{said.approval.name}: {why}") if why else said
        if isinstance(said, Use):
            return said
        if said.why:
            await tx.limits.record_stop(order.id, f"{render_ist_time(now)}: {said.why}.")
            await tx.commit()
        return None

    async def _why_not_now(self, tx: Transaction, seen: _Seen, account: Account, now: datetime) -> str:
        """Why nothing like it may be sent now without a tap, whatever standing approvals say."""
        order, fresh = seen.order, seen.found.fresh
        if account.pause is not None:
            return "trading is paused"
        if account.order_mode != OrderMode.SEMI_AUTO or account.trading_mode != order.trading_mode:
            return "the account's mode was changed"
        if isinstance(fresh, Unclear):
            return fresh.why.removesuffix(".")
        if fresh is not None and differs(order, fresh):
            return "worked out again it is another order"
        stop = await why_stopped(tx, order, account, seen.found.facts, now)
        return stop[1].removesuffix(".") if stop is not None else ""

    async def _apply(self, tx: Transaction, seen: _Seen, use: Use, execute_within: timedelta) -> bool:
        order, approval, now = seen.order, use.approval, self._look.clock.require()
        used = used_today(approval.terms, use.used)
        within = min(execute_within, EXITS_LEAVE_WITHIN) if approval.terms.exits_only else execute_within
        decision = Decision(
            becomes=next_queue_status(order.status, QueueEvent.APPROVE),
            at=now,
            by=approval.name,
            execute_by=now + within,
            checked=replace(self._checks.glance(seen.account, order), used=used).dump(),
        )
        if not await tx.orders.decide(order.id, order.status, order.version, decision):
            return False
        await tx.standing.record_use(order.id, approval.id, use.size, now)
        await tx.limits.record_value(order.id, seen.found.facts.value if seen.found.facts is not None else None)
        facts = {
            "version": order.version,
            "standing": approval.id,
            "size": size_as_facts(use.size),
            "used": used,
            "last_price": self._recheck.last_prices(seen.account, order),
            "execute_by": canonical_time(now + within),
            "checked": decision.checked,
        }
        await tx.audit.append(Event(order.account_id, Kind.ORDER_APPROVED, approval.actor, now, order.id, facts))
        self._signals.checkpoint("deciding")
        await tx.commit()
        self._signals.checkpoint("decided")
        self._signals.wakeups.order_approved(order.account_id, order.id)
        return True
