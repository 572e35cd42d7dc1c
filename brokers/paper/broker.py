"""The paper broker: one account's book in one trading mode, kept in a store."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from brokers.paper import engine
from brokers.paper.funds import render_funds
from brokers.paper.gtt_desk import GttDesk
from brokers.paper.numbers import BookKey, broker_order_id, next_order_number, session_start
from brokers.paper.resting import RestingIndex
from brokers.paper.state import BookState, tickers_of
from brokers.paper.venue import Venue, unready_as_unavailable
from brokers.tickers import ticker_of
from core.books import BrokerOrder, Funds, Holding, OrderChange, PaperChanges, Position, Quote, Trade
from core.errors import BrokerRefused, NotFound
from core.gtt import BrokerGtt, Gtt
from core.ids import BrokerOrderId, ClientOrderId
from core.money import ZERO
from core.orders import LegTerms
from core.ports import PaperStore
from core.states import BrokerStatus


class PaperBroker:
    """Implements core.ports.Broker and GttBroker. A change is on disk before memory or the caller learn of it."""

    name = "paper"
    proves_absence = True

    def __init__(
        self, key: BookKey, store: PaperStore, venue: Venue, capital: Decimal, resting: RestingIndex
    ) -> None:
        self._key = key
        self._number = key.number
        self._store = store
        self._venue = venue
        self._capital = capital
        self._resting = resting
        self._state: BookState | None = None
        self._lock = asyncio.Lock()
        self._gtts = GttDesk(key, store, venue, self, resting)

    async def place(self, client_order_id: ClientOrderId, terms: LegTerms, strategy: str) -> BrokerOrder:
        """Place one order. Raises BrokerRefused, BrokerUnavailable (nothing was placed)."""
        async with self._lock:
            state = await self._current()
            market = self._market(terms)
            number = next_order_number(state.last_order_number, market.now)
            order = BrokerOrder(
                broker_order_id=broker_order_id(self._number, number),
                client_order_id=client_order_id,
                terms=terms,
                status=BrokerStatus.OPEN,
                placed_at=market.now,
                updated_at=market.now,
                strategy=strategy,
            )
            changes = engine.place(replace(state, last_order_number=number), order, market)
            await self._commit(state, changes)
        placed = changes.orders[0]
        if placed.status is BrokerStatus.REJECTED:
            raise BrokerRefused(placed.message)
        return placed

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace a resting order's terms. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            state = await self._current()
            order = await self._require_resting(state, broker_order_id, "modify")
            changes = engine.modify(state, order, change.terms, self._market(change.terms))
            await self._commit(state, changes)
        return changes.orders[0]

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel a resting order. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            state = await self._current()
            order = await self._require_resting(state, broker_order_id, "cancel")
            changes = engine.cancel(state, order, self._venue.clock.now())
            await self._commit(state, changes)
        return changes.orders[0]

    async def apply_quote(self, quote: Quote) -> bool:
        """Show a price to the orders and triggers that wait for it; whether one moved. Raises BrokerUnavailable."""
        orders_moved = await self._show_to_orders(quote)
        # A trigger places its order in this book, so the book's lock must be free.
        return await self._gtts.apply_quote(quote) or orders_moved

    async def _show_to_orders(self, quote: Quote) -> bool:
        async with self._lock:
            state = await self._current()
            changes = engine.apply_quote(state, quote, self._venue.clock.now())
            if changes is None:
                self._resting.settle(self._key, [(quote.exchange, quote.symbol)], state)
                return False
            await self._commit(state, changes)
        return True

    async def find(self, client_order_id: ClientOrderId) -> BrokerOrder | None:
        """The order that carries our id. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            return await self._store.find_order(self._key.name, client_order_id)

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by its id here. Raises NotFound, BrokerUnavailable."""
        with unready_as_unavailable():
            order = await self._store.get_order(self._key.name, broker_order_id)
        if order is None:
            raise NotFound(f"Order {broker_order_id} not found")
        return order

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """Orders of this trading day and every resting one, oldest first. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            return await self._store.list_orders(self._key.name, session_start(self._venue.clock.now()))

    async def list_trades(self) -> Sequence[Trade]:
        """Fills of this trading day, oldest first. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            return await self._store.list_trades(self._key.name, session_start(self._venue.clock.now()))

    async def list_positions(self) -> Sequence[Position]:
        """Positions at their last prices, closed ones with quantity 0. Raises BrokerUnavailable."""
        return self._priced_positions(await self._look())

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares at their last prices. Raises BrokerUnavailable."""
        held = (holding for holding in (await self._look()).holdings.values() if holding.quantity)
        return tuple(replace(holding, ltp=self._ltp(holding.exchange, holding.symbol)) for holding in held)

    async def get_funds(self) -> Funds:
        """The book's money. Raises BrokerUnavailable."""
        state = await self._look()
        return render_funds(state, self._priced_positions(state))

    async def check(self) -> None:
        """Load the book and its triggers if they are not. Raises BrokerUnavailable."""
        await self._look()
        await self._gtts.open()

    async def place_gtt(self, client_order_id: ClientOrderId, gtt: Gtt, strategy: str) -> BrokerGtt:
        """Keep a new trigger. Raises BrokerRefused, BrokerUnavailable (nothing was kept)."""
        return await self._gtts.place(client_order_id, gtt, strategy)

    async def modify_gtt(self, trigger_id: BrokerOrderId, gtt: Gtt) -> BrokerGtt:
        """Replace a waiting trigger's terms. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        return await self._gtts.modify(trigger_id, gtt)

    async def cancel_gtt(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """End a waiting trigger. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        return await self._gtts.cancel(trigger_id)

    async def find_gtt(self, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """The trigger that carries our id. Raises BrokerUnavailable."""
        return await self._gtts.find(client_order_id)

    async def get_gtt(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """One trigger, with the order that it placed. Raises NotFound, BrokerUnavailable."""
        return await self._gtts.get(trigger_id)

    async def list_gtts(self) -> Sequence[BrokerGtt]:
        """Waiting triggers and those of the last days, newest first. Raises BrokerUnavailable."""
        return await self._gtts.list()

    async def _look(self) -> BookState:
        async with self._lock:
            return await self._current()

    async def _current(self) -> BookState:
        if self._state is None:
            with unready_as_unavailable():
                book = await self._store.load(self._key.name)
            self._state = BookState.of(book) if book else BookState(self._capital)
            self._resting.expect(self._key, self._state.resting)
        return self._state

    async def _commit(self, state: BookState, changes: PaperChanges) -> None:
        tickers = tickers_of(changes)
        # A price that arrives while we save is for the new order, too.
        self._resting.expect(self._key, tickers)
        # Whatever becomes of the save, cancellation included: the next use reads what the store really holds.
        self._state = None
        with unready_as_unavailable():
            await self._store.save(self._key.name, changes)
        self._state = state.after(changes)
        self._resting.settle(self._key, tickers, self._state)

    async def _require_resting(self, state: BookState, order_id: BrokerOrderId, verb: str) -> BrokerOrder:
        resting = state.find_resting(order_id)
        if resting is None:
            final = await self.get(order_id)
            raise BrokerRefused(f"Cannot {verb} order in {final.status} status")
        return resting

    def _market(self, terms: LegTerms) -> engine.Market:
        ticker = ticker_of(terms)
        quote = self._venue.feed.quote(*ticker)
        return engine.Market(self._venue.instruments.find(*ticker), quote, self._venue.clock.now())

    def _priced_positions(self, state: BookState) -> Sequence[Position]:
        positions = state.positions.values()
        return tuple(replace(held, ltp=self._ltp(held.exchange, held.symbol)) for held in positions)

    def _ltp(self, exchange: str, symbol: str) -> Decimal:
        quote = self._venue.feed.quote(exchange, symbol)
        return quote.ltp if quote else ZERO
