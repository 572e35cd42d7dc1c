"""A paper broker with a store, a market that stands still, and a clock that waits."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random

from bot.settings.calendar_file import load_calendar
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.broker import PaperBroker
from brokers.paper.engine.events import Rules
from brokers.paper.exchange import Exchange
from brokers.paper.registry import FRESH, PaperBrokers
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.instruments import load_references
from brokers.paper.symbols.listing import PaperListing
from brokers.paper.trading_hours import AlwaysOpen, TradingHours, trades_until
from core.accounts import TradingMode
from core.ids import AccountId, ClientOrderId
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import Leverage, PaperChanges, PaperHead
from core.portfolio.positions import Position
from core.ports import Entry
from tests.paper.memory_store import MemoryPaperStore

LIVE = BookKey(TradingMode.LIVE, AccountId(7))
SANDBOX = BookKey(TradingMode.SANDBOX, AccountId(7))
START = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""A Monday, 10:00 IST."""

UNLEVERED = Leverage(Decimal(1), Decimal(1), Decimal(1), Decimal(1), Decimal(1))
"""Every position costs its whole value, so that sums are easy to see."""

BUY, SELL = Action.BUY, Action.SELL
MARKET, LIMIT, SL, SL_M = PriceType.MARKET, PriceType.LIMIT, PriceType.SL, PriceType.SL_M
MIS, NRML, CNC = Product.MIS, Product.NRML, Product.CNC


class StoppedClock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def advance(self, **length: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**length)


class CountedWake:
    """Implements core.ports.Wake."""

    def __init__(self) -> None:
        self.count = 0
        self.was_set = asyncio.Event()

    def set(self) -> None:
        """Count, and let waiters go on."""
        self.count += 1
        self.was_set.set()


def terms(
    action: Action = BUY,
    quantity: int | str = 10,
    pricetype: PriceType = MARKET,
    price: int | str = 0,
    **other: object,
) -> LegTerms:
    """An order for SBIN on NSE in MIS unless `other` fields say something else."""
    numbers = {"quantity": Decimal(quantity), "price": Decimal(price)}
    fields = {"exchange": "NSE", "symbol": "SBIN", "product": MIS, **numbers, **other}
    fields["trigger_price"] = Decimal(str(fields.get("trigger_price", 0)))
    return LegTerms(action=action, pricetype=pricetype, **fields)  # type: ignore[arg-type]


def call(quantity: int, product: Product = MIS) -> LegTerms:
    """A market buy of a NIFTY call whose last day is 2026-12-29."""
    return LegTerms("NFO", "NIFTY29DEC2626000CE", BUY, Decimal(quantity), MARKET, product)


def assert_filled(order: BrokerOrder, price: int | str) -> None:
    """The whole order has traded at this price."""
    assert order.status is BrokerStatus.COMPLETE
    assert order.average_price == Decimal(price)
    assert order.filled_quantity == order.terms.quantity


def make_listing(clock: StoppedClock, hours: TradingHours | None = None) -> PaperListing:
    """What the paper broker lists on the clock's day."""
    return PaperListing(clock, load_calendar(), load_contract_table(), partial(trades_until, hours or AlwaysOpen()))


def make_feed(clock: StoppedClock, seed: int = 1, listing: PaperListing | None = None) -> SimulatedFeed:
    """The bundled market."""
    return SimulatedFeed(listing or make_listing(clock), load_references(), clock, Random(seed))


@dataclass
class Rig:
    """Everything around one paper broker; `restart` is what a new process would see."""

    capital: Decimal = FRESH.capital
    leverage: Leverage = UNLEVERED
    key: BookKey = LIVE
    store: MemoryPaperStore = field(default_factory=MemoryPaperStore)
    clock: StoppedClock = field(default_factory=StoppedClock)
    wake: CountedWake = field(default_factory=CountedWake)
    hours: TradingHours = field(default_factory=AlwaysOpen)
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        self.listing = make_listing(self.clock, self.hours)
        self.feed = make_feed(self.clock, listing=self.listing)
        self.listing.follow(self.feed)
        self.pin(800)
        self._client_order_ids = (ClientOrderId(f"CS{number:06}") for number in count(1))
        self.brokers = self._start()

    @property
    def broker(self) -> PaperBroker:
        """The book under test."""
        return self.brokers.book(self.key)

    def restart(self) -> None:
        """A new process over the same store."""
        self.brokers.close()
        self.brokers = self._start()

    def next_client_order_id(self) -> ClientOrderId:
        """One that was not used yet."""
        return next(self._client_order_ids)

    def pin(self, ltp: int | str, bid: int | str | None = None, ask: int | str | None = None) -> None:
        """Set SBIN's price."""
        sides = [None if side is None else Decimal(side) for side in (bid, ask)]
        self.feed.pin("NSE", "SBIN", Decimal(ltp), *sides)

    async def tick(self, ltp: int | str, bid: int | str | None = None, ask: int | str | None = None) -> None:
        """Set SBIN's price and let the orders see it."""
        self.pin(ltp, bid, ask)
        await self.brokers.drain()

    async def place(self, wanted: LegTerms) -> BrokerOrder:
        """Place an order under a new client order id."""
        return await self.broker.add_order(self.next_client_order_id(), wanted, "momentum")

    async def modify(self, order: BrokerOrder, wanted: LegTerms) -> BrokerOrder:
        """Replace the terms of an order."""
        return await self.broker.modify(order.broker_order_id, OrderChange(wanted))

    async def now(self, order: BrokerOrder) -> BrokerOrder:
        """The order as it stands."""
        return await self.broker.get(order.broker_order_id)

    async def position(self) -> Position:
        """The only position."""
        (only,) = await self.broker.list_positions()
        return only

    async def give(self, changes: PaperChanges) -> None:
        """Put rows into the store as if they had come from an earlier day, and restart over them."""
        await self.store.save(self.key.name, changes, Entry((), ""))
        self.restart()

    def _start(self) -> PaperBrokers:
        venue = Exchange(self.listing, self.feed, self.clock, self.hours, self.rules)
        brokers = PaperBrokers(self.store, venue, self.wake, PaperHead(self.capital, self.leverage))
        self.listing.keep(brokers.interest)
        return brokers
