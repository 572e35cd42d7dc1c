"""Lets a client change an order's terms before approving: each change is a new version of its card."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.accounts import Account
from core.audit import Actor, Event, Kind
from core.errors import BrokerUnavailable, CountersignError, Fault, Invalid, Unready
from core.ids import OrderId
from core.money import plain
from core.orders.decisions import Answer, Presser, Verdict
from core.orders.intents import Single
from core.orders.order import LegTerms, Order
from core.orders.replay import legs_as_facts
from core.ports import Database, Revision, Transaction
from core.review.changes import (
    NOT_CHANGEABLE,
    Asked,
    Change,
    asked_terms,
    changed_terms,
    is_changeable,
    offered_prices,
    offered_quantities,
)
from core.services.approval.press_authority import Authority, Pressed, require_authority
from core.services.intake.leg_resolution import LegResolver, ResolvedLegs
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals

SAME = "That is what the card says already."


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client may choose with one tap: quantities by the fraction they are, and limits."""

    order: Order
    quantities: list[tuple[int, Decimal]]
    prices: list[Decimal]


class TermRevisions:
    """Changes quantity and limit of orders that wait. Nothing is sent by it: only Approve on the new card does."""

    def __init__(self, database: Database, clock: TrustedClock, leg_resolver: LegResolver, signals: Signals) -> None:
        self._database = database
        self._clock = clock
        self._leg_resolver = leg_resolver
        self._signals = signals

    async def offer(self, order_id: OrderId, version: int, presser: Presser) -> Offer | Verdict:
        """What this person may choose at this version, or why they may not. Raises Unready."""
        found = await self._authority(order_id, version, presser)
        if isinstance(found, Verdict):
            return found
        order, account = found.order, found.account
        try:
            return self._offer(account, order)
        except Fault as why:
            return Verdict(Answer.NOT_CHANGED, order, str(why))

    async def change(self, order_id: OrderId, version: int, presser: Presser, change: Change) -> Verdict:
        """Give the order other terms, if they could be sent now. Raises Unready."""
        found = await self._authority(order_id, version, presser)
        if isinstance(found, Verdict):
            return found
        order = found.order
        try:
            terms = changed_terms(order, change)
            if terms == order.legs[0].terms:
                raise Invalid(SAME)
            fresh = await self._leg_resolver.resolve(found.account, order.trading_mode, Single(terms))
        except (Fault, BrokerUnavailable, Unready) as why:
            return Verdict(Answer.NOT_CHANGED, order, _in_words(why))
        return await self._store(order_id, version, presser, fresh)

    async def _authority(self, order_id: OrderId, version: int, presser: Presser) -> Authority | Verdict:
        async with self._database.begin() as tx:
            return await require_authority(tx, Pressed(order_id, version, presser), self._clock.require())

    def _offer(self, account: Account, order: Order) -> Offer:
        terms = order.legs[0].terms
        instrument = self._leg_resolver.find(account, order.trading_mode, terms)
        if instrument is None or not is_changeable(order):
            raise Invalid(NOT_CHANGEABLE)
        prices_now = self._leg_resolver.last_prices(account, order.trading_mode, [terms])
        last = prices_now.get(f"{terms.exchange}:{terms.symbol}")
        prices = offered_prices(order, instrument, Decimal(last) if last else None)
        return Offer(order, offered_quantities(order, instrument), prices)

    async def _store(self, order_id: OrderId, version: int, presser: Presser, fresh: ResolvedLegs) -> Verdict:
        async with self._database.begin() as tx:
            now = self._clock.require()
            found = await require_authority(tx, Pressed(order_id, version, presser), now)
            if isinstance(found, Verdict):
                return found
            order, actor = found.order, Actor("telegram", found.approver.name, found.approver.user_id)
            asked = _asked(order, fresh.legs[0].terms, actor.name, now)
            revision = Revision(fresh.legs, fresh.facts, order.notice, asked)
            if not await tx.orders.revise(order_id, version, revision):
                return Verdict(Answer.CHANGED, await tx.orders.get(order_id))
            after = await tx.orders.get(order_id)
            await _tell(tx, order, after, actor, now)
            self._signals.checkpoint("revising")
            await tx.commit()
        self._signals.checkpoint("revised")
        self._signals.wakeups.order_moved(after.account_id, order_id)
        return Verdict(Answer.TERMS_CHANGED, after)


def _asked(order: Order, terms: LegTerms, name: str, now: datetime) -> str | None:
    """What is kept of what was asked; nothing when the terms are that again."""
    asked = asked_terms(order)
    return None if terms == asked else Asked(asked, name, now).dump()


async def _tell(tx: Transaction, before: Order, after: Order, actor: Actor, now: datetime) -> None:
    facts: dict[str, object] = {
        "version": after.version,
        "why": f"{_phrase(before)} → {_phrase(after)}",
        "asked": after.asked,
        "legs": legs_as_facts(after.legs),
        "client_order_ids": [leg.client_order_id for leg in after.legs],
    }
    await tx.audit.append(Event(after.account_id, Kind.ORDER_REVISED, actor, now, after.id, facts))


def _phrase(order: Order) -> str:
    terms = order.legs[0].terms
    price = f" {plain(terms.price)}" if terms.price else ""
    return f"{terms.action} {plain(terms.quantity)} {terms.symbol} {terms.pricetype}{price}"


def _in_words(why: CountersignError) -> str:
    text = str(why)
    return text if text.endswith(".") else f"{text}."
