"""Resolves an order's legs again at the decision, so that what is sent is what was shown."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.accounts import Account
from core.errors import BrokerUnavailable, Fault, Unready
from core.ids import OrderId
from core.limits.judging import OrderFacts
from core.money import ZERO, plain
from core.orders.intents import MOVING, Intent, Unreadable
from core.orders.order import DraftLeg, Leg, Order
from core.orders.states import QueueStatus
from core.ports import Database
from core.services.approval.checks import Checks
from core.services.intake.leg_resolution import LegResolver, ResolvedLegs
from core.services.intake.position_locks import PositionLocks
from core.services.limits.order_facts import LimitFacts

FACT_WORDS = {"position": "position", "underlying_ltp": "underlying price"}


@dataclass(frozen=True, slots=True)
class Unclear:
    """The legs could not be resolved now; `why` is shown to the person who pressed."""

    why: str


@dataclass(frozen=True, slots=True)
class Rechecked:
    """The order as it was read, what it means now if that can have changed, and what its limits are judged by."""

    order: Order | None
    fresh: ResolvedLegs | Unclear | None = None
    facts: OrderFacts | None = None


class Recheck:
    """Judges pending orders again, and resolves those again whose legs depend on positions or prices."""

    def __init__(
        self,
        database: Database,
        leg_resolver: LegResolver,
        position_locks: PositionLocks,
        limits: LimitFacts,
        checks: Checks,
    ) -> None:
        self._checks = checks
        self._database = database
        self._limits = limits
        self._leg_resolver = leg_resolver
        self._position_locks = position_locks

    @asynccontextmanager
    async def resolve_again(self, order_id: OrderId) -> AsyncIterator[Rechecked]:
        """What the order means now, and what its limits are judged by; nothing fresh when its legs cannot move.

        Unclear, too, for legs that cannot move but would be refused now, by a rule of their exchange for instance.
        While this is held no other smart order for the same position is worked out, and no other order of an
        account with limits is judged. Raises Unready.
        """
        async with self._database.read() as tx:
            order = await tx.orders.find(order_id)
            account = await tx.accounts.get(order.account_id) if order is not None else None
        if order is None or account is None or order.status is not QueueStatus.PENDING:
            yield Rechecked(order)
            return
        intent = order.intent
        if isinstance(intent, Unreadable):
            yield Rechecked(order, Unclear("This order cannot be read any more; it can only be rejected."))
            return
        legs = [leg.terms for leg in order.legs]
        async with self._position_locks.take(account.id, intent), self._limits.turn(account):
            fresh = await self._look(account, order, intent)
            facts = await self._limits.find(account, order.trading_mode, legs, intent)
            yield Rechecked(order, fresh, facts)

    async def _look(self, account: Account, order: Order, intent: Intent | None) -> ResolvedLegs | Unclear | None:
        if isinstance(intent, MOVING):
            return await self._draft(account, order, intent)
        return await self._why_impossible(account, order)

    async def _why_impossible(self, account: Account, order: Order) -> Unclear | None:
        try:
            await self._leg_resolver.require_possible(account, order)
        except (BrokerUnavailable, Fault, Unready) as fault:
            return Unclear(f"This order cannot be sent now: {fault}")
        return None

    def last_prices(self, account: Account, order: Order) -> Mapping[str, str]:
        """The last price of each leg's instrument that has one."""
        return self._leg_resolver.last_prices(account, order.trading_mode, [leg.terms for leg in order.legs])

    def last_shown(self, order: Order) -> str | None:
        """What the order's cards said was found out about it, as it is stored; None when that is not remembered."""
        seen = self._checks.last_seen(order)
        return seen.dump() if seen is not None else None

    async def _draft(self, account: Account, order: Order, intent: Intent) -> ResolvedLegs | Unclear:
        try:
            await self._position_locks.require_settled(account.id, order.trading_mode, intent)
            return await self._leg_resolver.resolve(account, order.trading_mode, intent)
        except Unready as moving:
            return Unclear(str(moving))
        except (BrokerUnavailable, Fault) as fault:
            return Unclear(f"The order could not be worked out again: {fault}")


def differs(order: Order, fresh: ResolvedLegs) -> bool:
    """Whether other legs would be sent than the card shows."""
    return [(leg.part, leg.terms) for leg in order.legs] != [(leg.part, leg.terms) for leg in fresh.legs]


def what_changed(order: Order, fresh: ResolvedLegs) -> str:
    """The change in words, the cause first: `position 0 → 40; BUY 100 SBIN → BUY 60 SBIN`."""
    causes = [
        f"{word} {order.facts[name]} → {fresh.facts[name]}"
        for name, word in FACT_WORDS.items()
        if name in order.facts and name in fresh.facts and order.facts[name] != fresh.facts[name]
    ]
    was, now = _in_words(order.legs), _in_words(fresh.legs)
    moved = [f"{was[part]} → {now[part]}" for part in was if part in now and was[part] != now[part]]
    return "; ".join([*causes, *moved])


def _in_words(legs: Sequence[Leg | DraftLeg]) -> Mapping[int, str]:
    """Each item of the request as one phrase, however many children it was split into."""
    found: dict[int, str] = {}
    for part in sorted({leg.part for leg in legs}):
        terms = [leg.terms for leg in legs if leg.part == part]
        total = sum((one.quantity for one in terms), ZERO)
        found[part] = f"{terms[0].action} {plain(total)} {terms[0].symbol}"
    return found
