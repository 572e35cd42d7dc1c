"""The paper broker: one account's book in one trading mode, kept in a store."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from brokers.paper.abilities import CAPABILITIES
from brokers.paper.book.book_state import BookState
from brokers.paper.book.margins import basket_margin
from brokers.paper.book.order_numbers import BookKey, broker_order_id, next_order_number
from brokers.paper.book_answers import order_after, priced_holdings, priced_positions
from brokers.paper.engine.charges import estimate, rates_on
from brokers.paper.engine.events import Cancelled, Modified, Placed, Quoted, Reset
from brokers.paper.engine.funds import render_funds
from brokers.paper.exchange import Exchange, unready_as_unavailable
from brokers.paper.gtt.trigger_book import TriggerBook
from brokers.paper.persisted_book import PersistedBook
from brokers.paper.quote_routing import QuoteRouting
from brokers.tickers import ticker_of
from core.clock import IST, session_start
from core.errors import BrokerRefused, BrokerUnavailable, NotFound
from core.ids import BrokerOrderId, ClientOrderId
from core.market.quotes import Quote
from core.money import ZERO
from core.orders.broker_order import (
    LATE,
    Accepted,
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Sought,
)
from core.orders.gtt import WAITING_GTTS, BrokerGtt, Gtt
from core.orders.order import LegTerms
from core.orders.states import FINAL_LEG_STATES, BrokerStatus
from core.portfolio.margin import Margin, Priced
from core.portfolio.paper_book import PaperHead, PaperOrder
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import PaperStore, ResetRequest


class PaperBroker:
    """Implements core.ports.Broker and GttBroker. A change is on disk before memory or the caller learn of it."""

    name = "paper"
    capabilities = CAPABILITIES

    def __init__(
        self, key: BookKey, store: PaperStore, exchange: Exchange, start: PaperHead, resting: QuoteRouting
    ) -> None:
        self._key = key
        self._number = key.number
        self._store = store
        self._exchange = exchange
        self._book = PersistedBook(key, store, exchange, start, resting)
        self._lock = asyncio.Lock()
        self._gtts = TriggerBook(key, store, exchange, self, resting)

    async def place(self, request: PlaceRequest) -> Placement:
        """Place one order: Accepted, Refused, or NotSent when nothing was placed."""
        if self._exchange.clock.now() >= request.deadline:
            return NotSent(LATE)
        try:
            return Accepted(await self.add_order(request.client_order_id, request.terms, request.strategy))
        except BrokerRefused as no:
            return Refused(str(no))
        except BrokerUnavailable as fault:
            return NotSent(str(fault))

    async def add_order(self, client_order_id: ClientOrderId, terms: LegTerms, strategy: str) -> BrokerOrder:
        """Place one order. Raises BrokerRefused, BrokerUnavailable (nothing was placed)."""
        async with self._lock:
            await self._book.open_day()
            state, now = await self._book.current(), self._exchange.clock.now()
            number = next_order_number(state.head.last_order_number, now)
            order = PaperOrder(
                broker_order_id=broker_order_id(self._number, number),
                client_order_id=client_order_id,
                terms=terms,
                status=BrokerStatus.OPEN,
                placed_at=now,
                updated_at=now,
                strategy=strategy,
                queued_at=now,
            )
            event = Placed(order, self._book.market(ticker_of(terms)), number)
            placed = order_after(await self._book.apply(event), order)
        if placed.status is BrokerStatus.REJECTED:
            raise BrokerRefused(placed.message)
        return self._with_reason(placed)

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace a resting order's terms. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            await self._book.open_day()
            order = await self._require_resting(broker_order_id, "modify")
            market = self._book.market(ticker_of(change.terms))
            modified = order_after(await self._book.apply(Modified(broker_order_id, change.terms, market)), order)
            return self._with_reason(modified)

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel a resting order. Raises NotFound, BrokerRefused, BrokerUnavailable."""
        async with self._lock:
            order = await self._require_resting(broker_order_id, "cancel")
            return order_after(await self._book.apply(Cancelled(broker_order_id, self._exchange.clock.now())), order)

    async def apply_quote(self, quote: Quote) -> bool:
        """Show a price to the orders and triggers that wait for it; whether one moved. Raises BrokerUnavailable."""
        ticker = quote.exchange, quote.symbol
        async with self._lock:
            await self._book.catch_up()
            market = self._book.market_at(ticker, quote)
            if not market.hours.is_open:
                return False
            if market.quote is None:
                # The exchange could never have made it: it fills nothing, and reaches no trigger.
                return False
            moved = await self._book.apply_quote(Quoted(market))
        # A trigger places its order in this book, so the book's lock must be free.
        return await self._gtts.apply_quote(market.quote) or moved

    async def keep_time(self) -> bool:
        """Do what the clock asks for: square-off, close, expiry, a new day. Raises BrokerUnavailable."""
        async with self._lock:
            return await self._book.catch_up_with_clock()

    async def reset(self, request: ResetRequest) -> bool:
        """Start afresh, triggers included; always true. Raises BrokerUnavailable."""
        for gtt in await self._gtts.list():
            if gtt.status in WAITING_GTTS:
                await self._gtts.cancel(gtt.trigger_id)
        async with self._lock:
            fresh = Reset(request.capital, request.leverage, self._exchange.clock.now())
            await self._book.apply(fresh, meets=request)
        return True

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """What these positions would tie up. Raises BrokerUnavailable."""
        return basket_margin(basket, (await self._look()).head.leverage)

    async def estimate_charges(self, basket: Sequence[Priced]) -> Decimal | None:
        """What these trades would cost today; None where the book charges nothing."""
        if not self._exchange.rules.is_charged:
            return None
        rates = rates_on(self._exchange.clock.now().astimezone(IST).date())
        return sum((estimate(one.terms, one.price, rates) for one in basket), ZERO)

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """The order that carries our id, if there is one. Raises BrokerUnavailable."""
        found = await self.find_ours(sought.client_order_id)
        return () if found is None else (found,)

    async def find_ours(self, client_order_id: ClientOrderId) -> BrokerOrder | None:
        """The order that carries our id. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            found = await self._store.find_order(self._key.name, client_order_id)
        return found and self._with_reason(found)

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by its id here. Raises NotFound, BrokerUnavailable."""
        with unready_as_unavailable():
            order = await self._store.get_order(self._key.name, broker_order_id)
        if order is None:
            raise NotFound(f"Order {broker_order_id} not found")
        return self._with_reason(order)

    async def list_open(self) -> Sequence[BrokerOrder]:
        """Every resting order. Raises BrokerUnavailable."""
        return [self._with_reason(order) for order in (await self._look()).resting_orders()]

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """Orders of this trading day and every resting one, oldest first. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            found = await self._store.list_orders(self._key.name, session_start(self._exchange.clock.now()))
        return [self._with_reason(order) for order in found]

    async def list_trades(self) -> Sequence[Trade]:
        """Fills of this trading day, oldest first. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            return await self._store.list_trades(self._key.name, session_start(self._exchange.clock.now()))

    async def list_positions(self) -> Sequence[Position]:
        """Positions at their last prices, closed ones with quantity 0. Raises BrokerUnavailable."""
        return priced_positions(await self._look(), self._exchange.feed)

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares at their last prices. Raises BrokerUnavailable."""
        return priced_holdings(await self._look(), self._exchange.feed)

    async def get_funds(self) -> Funds:
        """The book's money. Raises BrokerUnavailable."""
        state, feed = await self._look(), self._exchange.feed
        return render_funds(state, priced_positions(state, feed), priced_holdings(state, feed))

    async def head(self) -> PaperHead:
        """The book's money and settings. Raises BrokerUnavailable."""
        return (await self._look()).head

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
            return await self._book.seen()

    async def _require_resting(self, order_id: BrokerOrderId, verb: str) -> PaperOrder:
        resting = (await self._book.current()).find_resting(order_id)
        if resting is None:
            final = await self.get(order_id)
            raise BrokerRefused(f"Cannot {verb} order in {final.status} status")
        return resting

    def _with_reason(self, order: PaperOrder) -> PaperOrder:
        """With the reason why it has to wait, if its exchange is closed."""
        if order.arrives_at is None or order.status in FINAL_LEG_STATES:
            return order
        return replace(order, message=self._exchange.hours.at(order.terms.exchange, self._exchange.clock.now()).text)
