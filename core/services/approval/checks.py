"""Finds out what a client should know about an order that waits; a slow broker never delays its card."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from core.accounts import Account
from core.calendar.calendar import Calendar
from core.clock import Clock
from core.errors import BrokerError, CountersignError, NotFound, Unready
from core.ids import AccountId, OrderId
from core.market.market_phase import MarketPhase
from core.market.quotes import Quote
from core.orders.order import Action, ApiType, LegTerms, Order
from core.orders.states import QueueStatus
from core.ports import Brokers, Database, Sessions
from core.review.check import Check
from core.review.warnings import Earlier, OrderFacts, warn
from core.services.approval.broker_facts import AtBroker, look_at, whole_terms

ANSWER_WITHIN = 0.4
"""Seconds that a card waits for the broker."""
PATIENCE = 5.0
"""Seconds after which the broker counts as away."""
QUIET = timedelta(seconds=10)
"""A broker that did not answer is not asked again for so long."""
FRESH = timedelta(seconds=3)
"""So long what the broker answered serves every chat."""
KEPT = 1000
"""Orders that are remembered; the oldest are forgotten first."""
NO_ANSWER = "the broker did not answer"
T = TypeVar("T")
_Version = tuple[OrderId, int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """When exchanges trade."""

    sessions: Sessions
    calendar: Calendar

    def why_closed(self, exchange: str, now: datetime) -> str:
        """Why this exchange does not trade now, and when it opens; nothing while it trades."""
        if self.sessions.phase(exchange, now) is not MarketPhase.CLOSED:
            return ""
        try:
            return self.calendar.why_closed(exchange, now)
        except NotFound as unknown:
            return str(unknown)


@dataclass(frozen=True, slots=True)
class _Found:
    """What does not move with the price."""

    at: datetime
    broker: AtBroker
    earlier: Sequence[Earlier]


class Checks:
    """Looks at orders for their cards, and remembers what was shown last."""

    def __init__(self, database: Database, brokers: Brokers, surroundings: Surroundings, clock: Clock) -> None:
        self._database = database
        self._brokers = brokers
        self._surroundings = surroundings
        self._clock = clock
        self._seen: dict[_Version, Check] = {}
        self._found: dict[_Version, _Found] = {}
        self._asking: dict[_Version, asyncio.Future[AtBroker]] = {}
        self._quiet_until: dict[AccountId, datetime] = {}

    async def look(self, account: Account, order: Order) -> Check | None:
        """What is known of an order that waits; None for one that is decided."""
        if order.status is not QueueStatus.PENDING:
            return None
        if order.api_type is ApiType.PLACEGTTORDER:
            check = self._priced(account, order, self._clock.now())
        else:
            check = await self._look(account, order)
        _keep(self._seen, order, check)
        return check

    def last_seen(self, order: Order) -> Check | None:
        """What the cards of this version of the order showed last; None when that is not remembered."""
        return self._seen.get((order.id, order.version))

    async def _look(self, account: Account, order: Order) -> Check:
        found, feed = await self._find_out(account, order), self._brokers.feed(account)
        broker, terms, now = found.broker, whole_terms(order), self._clock.now()
        exchanges = dict.fromkeys(leg.terms.exchange for leg in order.legs)
        facts = OrderFacts(
            now=now,
            closed=[why for one in exchanges if (why := self._surroundings.why_closed(one, now))],
            terms=terms,
            quote=feed.quote(terms.exchange, terms.symbol) if terms else None,
            margin=broker.margin,
            available=broker.available,
            earlier=found.earlier,
            is_volume_real=not feed.state.is_made_up,
        )
        return replace(
            self._priced(account, order, now),
            held=broker.held,
            held_after=_after(terms, broker.held),
            margin=broker.margin,
            left=_minus(broker.available, broker.margin),
            charges=broker.charges,
            unknown=broker.unknown,
            warnings=warn(facts),
        )

    async def _find_out(self, account: Account, order: Order) -> _Found:
        """What the broker and our own records say, asked for again once it is old."""
        now, found = self._clock.now(), self._found.get((order.id, order.version))
        is_old = found is None or bool(found.broker.unknown) or not timedelta(0) <= now - found.at < FRESH
        if found is None or is_old:
            broker, earlier = await asyncio.gather(self._ask_broker(account, order), self._earlier(order))
            found = _Found(now, broker, earlier)
            _keep(self._found, order, found)
        return found

    def _priced(self, account: Account, order: Order, now: datetime) -> Check:
        terms, feed = whole_terms(order), self._brokers.feed(account)
        quote = feed.quote(terms.exchange, terms.symbol) if terms else None
        if terms is None or quote is None:
            return Check(now)
        state = feed.state
        signal = order.signal_prices.get(f"{terms.exchange}:{terms.symbol}")
        made_by = state.source if state.is_made_up else ""
        return Check(now, quote.ltp, quote.at, made_by, Decimal(signal) if signal else None)

    def _quotes(self, account: Account, order: Order) -> Mapping[tuple[str, str], Quote]:
        feed = self._brokers.feed(account)
        tickers = {(leg.terms.exchange, leg.terms.symbol) for leg in order.legs}
        found = {ticker: feed.quote(*ticker) for ticker in tickers}
        return {ticker: quote for ticker, quote in found.items() if quote is not None}

    async def _earlier(self, order: Order) -> Sequence[Earlier]:
        terms = whole_terms(order)
        if terms is None:
            return ()
        try:
            async with self._database.read() as tx:
                return await tx.orders.list_earlier(order, terms)
        except Unready:
            return ()

    async def _ask_broker(self, account: Account, order: Order) -> AtBroker:
        """What the broker says in time; an answer that comes late is there for the next look."""
        quiet_until = self._quiet_until.get(account.id)
        if quiet_until is not None and self._clock.now() < quiet_until:
            return AtBroker(unknown=NO_ANSWER)
        key = order.id, order.version
        asking = self._asking.get(key) or asyncio.ensure_future(self._patiently(account, order))
        self._asking[key] = asking
        done, _ = await asyncio.wait({asking}, timeout=ANSWER_WITHIN)
        if not done:
            return AtBroker(unknown=NO_ANSWER)
        self._asking.pop(key, None)
        return asking.result()

    async def _patiently(self, account: Account, order: Order) -> AtBroker:
        try:
            async with asyncio.timeout(PATIENCE):
                book = self._brokers.book(account, order.trading_mode)
                return await look_at(book, order, self._quotes(account, order))
        except (TimeoutError, BrokerError):
            self._quiet_until[account.id] = self._clock.now() + QUIET
            return AtBroker(unknown=NO_ANSWER)
        except CountersignError as fault:
            return AtBroker(unknown=str(fault))
        finally:
            if len(self._asking) > KEPT:
                del self._asking[next(iter(self._asking))]


def _keep(kept: dict[_Version, T], order: Order, value: T) -> None:
    key = order.id, order.version
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _minus(available: Decimal | None, margin: Decimal | None) -> Decimal | None:
    return None if available is None or margin is None else available - margin


def _after(terms: LegTerms | None, held: Decimal | None) -> Decimal | None:
    if terms is None or held is None:
        return None
    return held + (terms.quantity if terms.action is Action.BUY else -terms.quantity)
