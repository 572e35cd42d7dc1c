"""The paper store's promise kept in memory, with a switch for failing at the worst moments."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.audit import Event
from core.errors import BrokerRefused, Unready
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.order import PositionKey
from core.orders.states import FINAL_LEG_STATES
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperOrder
from core.portfolio.positions import Holding, Position, Trade
from core.ports import Entry, ResetRequest
from tests.paper.memory_gtts import MemoryGttStore


@dataclass
class StoredBook:
    """The rows of one book."""

    head: PaperBook
    orders: dict[BrokerOrderId, PaperOrder] = field(default_factory=dict)
    trades: dict[str, Trade] = field(default_factory=dict)
    positions: dict[PositionKey, Position] = field(default_factory=dict)
    holdings: dict[tuple[str, str], Holding] = field(default_factory=dict)


class MemoryPaperStore(MemoryGttStore):
    """Implements core.ports.PaperStore."""

    def __init__(self) -> None:
        super().__init__()
        self.books: dict[str, StoredBook] = {}
        self.trail: list[Event] = []
        self.resets: dict[str, ResetRequest] = {}
        self.fails_before_saving = False
        self.while_saving: Callable[[], None] = lambda: None
        self.dies_after_saving = False
        self.is_down = False
        self.saves = 0
        self.loads = 0

    async def load(self, book: str) -> PaperBook | None:
        """The book, or None before its first save."""
        await self._reach()
        self.loads += 1
        if book not in self.books:
            return None
        stored = self.books[book]
        return replace(
            stored.head,
            open_orders=tuple(self._sorted(o for o in stored.orders.values() if o.status not in FINAL_LEG_STATES)),
            positions=tuple(stored.positions.values()),
            holdings=tuple(stored.holdings.values()),
        )

    async def save(self, book: str, changes: PaperChanges, entry: Entry) -> None:
        """All of `changes` and their audit events, or nothing."""
        await self._reach()
        if self.fails_before_saving:
            raise Unready("the disk is full")
        self.while_saving()
        stored = self.books.get(book) or StoredBook(PaperBook(changes.head))
        for order in changes.orders:
            self._require_new_client_order_id(stored, order)
        self.saves += 1
        stored.head = PaperBook(changes.head, journaled_rules=entry.rules)
        stored.orders.update({o.broker_order_id: o for o in changes.orders})
        stored.trades.update({t.trade_id: t for t in changes.trades})
        stored.positions.update({(p.exchange, p.symbol, p.product): p for p in changes.positions})
        stored.holdings.update({(h.exchange, h.symbol): h for h in changes.holdings})
        for key in changes.dropped:
            del stored.positions[key]
        for holding in changes.holdings:
            if not holding.quantity:
                del stored.holdings[holding.exchange, holding.symbol]
        self.books[book] = stored
        self.trail.extend(entry.events)
        if entry.meets and self.resets.get(book) == entry.meets:
            del self.resets[book]
        if self.dies_after_saving and changes.orders:
            raise asyncio.CancelledError

    async def list_used(self) -> Sequence[str]:
        """Every book that was saved."""
        await self._reach()
        return sorted(self.books)

    async def request_reset(self, request: ResetRequest) -> None:
        """Keep this request."""
        self.resets[request.book] = request

    async def list_resets(self) -> Sequence[ResetRequest]:
        """The requests that nobody has met yet."""
        return tuple(self.resets.values())

    async def find_order(self, book: str, client_order_id: ClientOrderId) -> PaperOrder | None:
        """By our id."""
        orders = await self._orders(book)
        return next((order for order in orders if order.client_order_id == client_order_id), None)

    async def get_order(self, book: str, broker_order_id: BrokerOrderId) -> PaperOrder | None:
        """By the paper broker's id."""
        return next((o for o in await self._orders(book) if o.broker_order_id == broker_order_id), None)

    async def list_orders(self, book: str, since: datetime) -> Sequence[PaperOrder]:
        """Orders placed or moved at or after `since`, oldest first, plus every one still open."""
        orders = await self._orders(book)
        return self._sorted(o for o in orders if o.updated_at >= since or o.status not in FINAL_LEG_STATES)

    async def list_trades(self, book: str, since: datetime) -> Sequence[Trade]:
        """Fills at or after `since`, oldest first."""
        await self._reach()
        trades = self.books[book].trades.values() if book in self.books else ()
        return [trade for trade in trades if trade.at >= since]

    async def _reach(self) -> None:
        await asyncio.sleep(0)
        if self.is_down:
            raise Unready("the database is locked")

    async def _orders(self, book: str) -> Sequence[PaperOrder]:
        await self._reach()
        return list(self.books[book].orders.values()) if book in self.books else []

    @staticmethod
    def _sorted(orders: Iterable[PaperOrder]) -> list[PaperOrder]:
        return sorted(orders, key=lambda order: (order.placed_at, order.broker_order_id))

    @staticmethod
    def _require_new_client_order_id(stored: StoredBook, order: PaperOrder) -> None:
        for other in stored.orders.values():
            if other.client_order_id == order.client_order_id and other.broker_order_id != order.broker_order_id:
                raise BrokerRefused(f"Client order id {order.client_order_id} was already used")
