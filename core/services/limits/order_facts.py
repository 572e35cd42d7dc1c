"""Finds out what an order is judged by: prices, what only reduces a position, what is held, today's profit."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakValueDictionary

from core.accounts import Account, TradingMode
from core.errors import BrokerError, Unready
from core.ids import AccountId, BrokerOrderId
from core.limits.judging import LegFacts, OrderFacts
from core.money import EXACT, ZERO
from core.orders.gtt import Gtt
from core.orders.intents import Closing, Intent, Unreadable
from core.orders.order import Action, LegTerms, PositionKey, Product
from core.orders.slicing import reduces
from core.orders.states import FINAL_LEG_STATES
from core.ports import Broker, Brokers, Database
from core.services.portfolio.daily_values import DailyValues
from core.services.trusted_clock import TrustedClock

PATIENCE = 5.0
"""Seconds that a broker may take to say what is held."""
_Side = tuple[PositionKey, Action]


@dataclass(frozen=True, slots=True)
class AskedChange:
    """New terms for an order or a trigger that the broker holds."""

    broker_order_id: BrokerOrderId
    terms: LegTerms
    is_trigger: bool = False


@dataclass(frozen=True, slots=True)
class _Book:
    """What is held, and what may still change that."""

    held: Mapping[PositionKey, Decimal]
    shares: Mapping[PositionKey, Decimal]
    waiting: tuple[LegTerms, ...]


@dataclass(frozen=True, slots=True)
class _Sought:
    """The order whose facts are sought."""

    account: Account
    trading_mode: TradingMode
    legs: Sequence[LegTerms]
    instead_of: BrokerOrderId | None = None
    """The order that the broker holds and that gets these terms."""


class LimitFacts:
    """Looks only as far as it must: an account without limits costs no question to its broker."""

    def __init__(self, database: Database, brokers: Brokers, daily_values: DailyValues, clock: TrustedClock) -> None:
        self._database = database
        self._brokers = brokers
        self._daily_values = daily_values
        self._clock = clock
        self._turns: WeakValueDictionary[AccountId, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, account: Account) -> AsyncIterator[None]:
        """One order of an account with limits at a time: two that each reduce a position might not do so together."""
        if not account.limited:
            yield
            return
        async with self._turns.setdefault(account.id, asyncio.Lock()):
            yield

    async def find(
        self,
        account: Account,
        trading_mode: TradingMode,
        legs: Sequence[LegTerms],
        intent: Intent | Unreadable | None,
    ) -> OrderFacts:
        """The facts of an order. Raises Unready when our own database cannot be read; a silent broker is a fact."""
        sought = _Sought(account, trading_mode, legs)
        is_trigger = isinstance(intent, Gtt)
        judged = [intent.dearest_terms] if isinstance(intent, Gtt) else legs
        known = tuple(LegFacts(terms, self._last_price(account, trading_mode, terms)) for terms in judged)
        facts = OrderFacts(known, self._clock.now(), is_trigger)
        if isinstance(intent, Closing):
            leaving = tuple(replace(leg, leaves=True) for leg in known)
            return replace(facts, legs=leaving, is_complete=True)
        return await self._complete(sought, facts) if account.limited else facts

    async def are_exits(
        self, account: Account, trading_mode: TradingMode, legs: Sequence[LegTerms]
    ) -> Sequence[bool] | None:
        """Whether each leg, with all that is on its way, can only reduce what is held; None without an answer.

        Raises Unready.
        """
        facts = OrderFacts(tuple(LegFacts(terms, None) for terms in legs), self._clock.now())
        found = await self._complete(_Sought(account, trading_mode, legs), facts)
        return None if found.held is None else [leg.leaves for leg in found.legs]

    async def of_change(self, account: Account, trading_mode: TradingMode, change: AskedChange) -> OrderFacts:
        """The facts of new terms for an order that the broker holds. Raises Unready."""
        terms = change.terms
        facts = OrderFacts(
            (LegFacts(terms, self._last_price(account, trading_mode, terms)),), self._clock.now(), change.is_trigger
        )
        return await self._complete(_Sought(account, trading_mode, [terms], change.broker_order_id), facts)

    async def _complete(self, sought: _Sought, facts: OrderFacts) -> OrderFacts:
        """The facts with what is held and today's profit, as far as the broker says it."""
        account, trading_mode = sought.account, sought.trading_mode
        async with self._database.read() as tx:
            bounds = (await tx.limits.list(account.id)).values()
            unsent = await tx.limits.list_unsent(account.id, trading_mode)
        profit = None
        if any(one.daily_loss is not None for one in bounds):
            profit = await self._profit(account, trading_mode)
        book = await self._read_book(sought, unsent)
        facts = replace(facts, profit=profit, is_complete=True)
        if book is None:
            return facts
        leaving = _leaving(sought.legs, book)
        legs = tuple(replace(leg, leaves=_side(leg.terms) in leaving) for leg in facts.legs)
        held = {key for key, quantity in book.held.items() if quantity}
        return replace(facts, legs=legs, held=frozenset(held | {one.position_key for one in book.waiting}))

    async def _profit(self, account: Account, trading_mode: TradingMode) -> Decimal | None:
        try:
            return (await self._daily_values.today(account, trading_mode)).profit
        except (BrokerError, Unready):
            return None

    async def _read_book(self, sought: _Sought, unsent: Sequence[LegTerms]) -> _Book | None:
        """What the broker has; None when it does not say.

        Orders are read before positions: one that fills meanwhile counts twice, never not at all.
        """
        try:
            broker = self._brokers.book(sought.account, sought.trading_mode)
            async with asyncio.timeout(PATIENCE):
                waiting = [
                    replace(order.terms, quantity=EXACT.subtract(order.terms.quantity, order.filled_quantity))
                    for order in await broker.list_orders()
                    if order.status not in FINAL_LEG_STATES and order.broker_order_id != sought.instead_of
                ]
                held = {one.key: one.quantity for one in await broker.list_positions()}
                shares = await _delivered(broker) if any(_sells_shares(leg) for leg in sought.legs) else {}
        except (BrokerError, Unready, TimeoutError):
            return None
        return _Book(held, shares, (*waiting, *unsent))

    def _last_price(self, account: Account, trading_mode: TradingMode, terms: LegTerms) -> Decimal | None:
        quote = self._brokers.feed(account, trading_mode).quote(terms.exchange, terms.symbol)
        return quote.ltp if quote is not None and quote.ltp > 0 else None


def _leaving(legs: Sequence[LegTerms], book: _Book) -> frozenset[_Side]:
    """The sides on which these legs, with all that waits, can only reduce what is held."""
    totals: dict[_Side, Decimal] = {}
    for one in (*legs, *book.waiting):
        totals[_side(one)] = EXACT.add(totals.get(_side(one), ZERO), one.quantity)
    found = set()
    for leg in legs:
        key = leg.position_key
        held = book.held.get(key, ZERO)
        if leg.action is Action.SELL:
            held = EXACT.add(held, book.shares.get(key, ZERO))
        if reduces(replace(leg, quantity=totals[_side(leg)]), held):
            found.add(_side(leg))
    return frozenset(found)


async def _delivered(broker: Broker) -> Mapping[PositionKey, Decimal]:
    return {(one.exchange, one.symbol, Product.CNC): one.quantity for one in await broker.list_holdings()}


def _sells_shares(terms: LegTerms) -> bool:
    return terms.product is Product.CNC and terms.action is Action.SELL


def _side(terms: LegTerms) -> _Side:
    return terms.position_key, terms.action
