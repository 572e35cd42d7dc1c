"""Finds out what a client should know about an order that waits; a slow broker never delays its card."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from core.accounts import Account
from core.clock import Clock
from core.errors import BrokerError, CountersignError, Unready
from core.ids import AccountId, OrderId
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.orders.order import Action, ApiType, LegTerms, Order
from core.orders.states import QueueStatus
from core.ports import Brokers, Database
from core.review.check import Check
from core.review.warnings import Earlier, OrderFacts, warn
from core.services.approval.broker_facts import AtBroker, look_at, whole_terms
from core.services.approval.surroundings import Surroundings
from core.services.limits.order_facts import LimitFacts
from core.services.limits.tap_check import why_over_limit

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
class _Found:
    """What does not move with the price."""

    at: datetime
    broker: AtBroker
    earlier: Sequence[Earlier]
    over_limit: str


class Checks:
    """Looks at orders for their cards, and remembers what was shown last."""

    def __init__(
        self,
        database: Database,
        brokers: Brokers,
        surroundings: Surroundings,
        clock: Clock,
        limits: LimitFacts | None = None,
    ) -> None:
        self._limits = limits
        self._database = database
        self._brokers = brokers
        self.surroundings = surroundings
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

    def glance(self, account: Account, order: Order) -> Check:
        """What is known without asking anybody: prices."""
        return self._priced(account, order, self._clock.now())

    def last_seen(self, order: Order) -> Check | None:
        """What the cards of this version of the order showed last; None when that is not remembered."""
        return self._seen.get((order.id, order.version))

    async def _look(self, account: Account, order: Order) -> Check:
        found, feed = await self._find_out(account, order), self._brokers.feed(account, order.trading_mode)
        broker, terms, now = found.broker, whole_terms(order), self._clock.now()
        facts = OrderFacts(
            now=now,
            closed=self.surroundings.closed((leg.terms.exchange for leg in order.legs), now),
            made_by="" if account.is_on_paper(order.trading_mode) else feed.state.made_by,
            over_limit=found.over_limit,
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
            asked = self._ask_broker(account, order), self._earlier(order), self._over_limit(account, order)
            found = _Found(now, *await asyncio.gather(*asked))
            _keep(self._found, order, found)
        return found

    def _priced(self, account: Account, order: Order, now: datetime) -> Check:
        terms, feed = whole_terms(order), self._brokers.feed(account, order.trading_mode)
        quote = feed.quote(terms.exchange, terms.symbol) if terms else None
        made_by = feed.state.made_by
        if terms is None or quote is None:
            return Check(now, made_by=made_by)
        signal = order.signal_prices.get(f"{terms.exchange}:{terms.symbol}")
        return Check(now, quote.ltp, quote.at, made_by, Decimal(signal) if signal else None)

    def _quotes(self, account: Account, order: Order) -> Mapping[Ticker, Quote]:
        feed = self._brokers.feed(account, order.trading_mode)
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

    async def _over_limit(self, account: Account, order: Order) -> str:
        """What the order would go over if it were approved now; nothing when that is not found out in time."""
        if self._limits is None or not account.limited:
            return ""
        judging = asyncio.ensure_future(why_over_limit(self._database, self._limits, account, order))
        done, _ = await asyncio.wait({judging}, timeout=ANSWER_WITHIN)
        return judging.result() if done else ""

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
