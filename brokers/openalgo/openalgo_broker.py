"""One account at the broker behind an OpenAlgo."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from brokers.common.adapter import Adapter, Opening
from brokers.feed.openalgo import HISTORY_WITHIN
from brokers.feed.openalgo_wire import candle_body, parse_candles, parse_depth, parse_intervals, parse_quotes
from brokers.openalgo import openalgo_portfolio as portfolio
from brokers.openalgo.openalgo_answers import Told
from brokers.openalgo.openalgo_books import Books, open_ones
from brokers.openalgo.openalgo_changes import Changes
from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_login import SessionWatch, ask_for_session
from brokers.openalgo.openalgo_master import Master
from brokers.openalgo.openalgo_placing import order_body, read_placement
from brokers.openalgo.openalgo_standing import reason_of
from brokers.openalgo.openalgo_stream import OpenAlgoStream
from core.errors import BrokerRefused, BrokerUnavailable, Unsupported
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.market.broker_reach import Reach
from core.market.broker_session import BrokerSession
from core.market.candles import Candle, CandleQuery, Intervals
from core.market.depth import Depth
from core.market.instruments import EXCHANGES, Ticker
from core.market.quotes import Quote
from core.orders.broker_order import BrokerOrder, NotSent, OrderChange, Placement, PlaceRequest, Sought
from core.orders.order import Product
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade
from core.ports import Instruments

T = TypeVar("T")
CAPABILITIES = Capabilities(
    duplicates=Duplicates.NONE,
    tag_length=0,
    appears_within=timedelta(seconds=120),
    shows_rejects=False,
    book_every=timedelta(seconds=1),
    orders_per_second=10,
    market=Sending.NATIVE,
    stop_market=Sending.NATIVE,
    products=frozenset(Product),
    exchanges=frozenset(one for one in EXCHANGES if not one.endswith("_INDEX")),
)
"""Rejects of some brokers show in no book; orders of some appear a minute and a half later."""
LARGEST_BASKET = 50


class OpenAlgoBroker:
    """Implements core.ports.LiveBroker, CandleSource and OrderStream."""

    name = "openalgo"
    capabilities = CAPABILITIES

    def __init__(self, opening: Opening) -> None:
        self._clock = opening.clock
        most = CAPABILITIES.orders_per_second
        per_second = min(opening.orders_per_second or most, most)
        self._client = OpenAlgoClient(opening.address, opening.credentials["api_key"], opening.clock, per_second)
        self._books = Books(self._client, opening.clock)
        self._changes = Changes(self._client, self._books)
        self._master = Master(self._client, opening)
        self._stream = OpenAlgoStream(opening)
        self._watch = SessionWatch(self._client, opening.clock)

    async def place(self, request: PlaceRequest) -> Placement:
        """Send one order, once."""
        if problem := self._client.standing.problem:
            return NotSent(problem)
        body = order_body(request.terms, request.strategy)
        answer = await self._client.place(body, request.deadline, is_exit=request.is_exit)
        if not isinstance(answer, Told):
            return answer
        placement = read_placement(answer, request, self._clock.now())
        self._client.standing.note_placement(placement)
        return placement

    async def find(self, sought: Sought) -> Sequence[BrokerOrder]:
        """Every order of these terms and this time that is not known to be another. Raises BrokerUnavailable."""
        return await self._books.find(sought)

    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by the broker's id. Raises NotFound, BrokerUnavailable."""
        return await self._books.get(broker_order_id)

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order. Raises NotFound, BrokerRefused, BrokerUnavailable, OutcomeUnknown."""
        return await self._changes.cancel(broker_order_id)

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace an order's terms. Raises NotFound, BrokerRefused, BrokerUnavailable, OutcomeUnknown."""
        return await self._changes.modify(broker_order_id, change)

    async def list_open(self) -> Sequence[BrokerOrder]:
        """Every order that is not final. Raises BrokerUnavailable."""
        return open_ones(await self._books.orders())

    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first. Raises BrokerUnavailable."""
        return await self._books.orders()

    async def list_trades(self) -> Sequence[Trade]:
        """The trade book, oldest first. Raises BrokerUnavailable."""
        return await self._books.trades()

    async def list_positions(self) -> Sequence[Position]:
        """Positions, closed ones with quantity 0. Raises BrokerUnavailable."""
        return await self._client.ask("positionbook", {}, portfolio.parse_positions)

    async def list_holdings(self) -> Sequence[Holding]:
        """Delivered shares. Raises BrokerUnavailable."""
        return await self._client.ask("holdings", {}, portfolio.parse_holdings)

    async def get_funds(self) -> Funds:
        """The account's money. Raises BrokerUnavailable."""
        return await self._client.ask("funds", {}, portfolio.parse_funds)

    async def get_margin(self, basket: Sequence[Priced]) -> Margin:
        """What the broker asks for these positions. Raises BrokerUnavailable."""
        if len(basket) > LARGEST_BASKET:
            raise BrokerUnavailable(f"OpenAlgo works out the margin of {LARGEST_BASKET} positions at most")
        return await self._client.ask("margin", portfolio.margin_body(basket), portfolio.parse_margin)

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these; one without is left out. Raises BrokerUnavailable."""
        asked_at = self._clock.now()
        symbols = [{"symbol": symbol, "exchange": exchange} for exchange, symbol in tickers]
        told, raw = await self._client.raw("multiquotes", {"symbols": symbols})
        try:
            if told.is_success:
                return parse_quotes(raw, asked_at)
        except ValueError:
            pass
        raise BrokerUnavailable(reason_of(told))

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices; None when OpenAlgo refuses to tell. Raises BrokerUnavailable."""
        asked_at = self._clock.now()
        told, raw = await self._client.raw("depth", {"exchange": exchange, "symbol": symbol})
        if told.is_error and told.status not in {401, 403, 429}:
            return None
        try:
            if told.is_success:
                return parse_depth(raw, (exchange, symbol), asked_at)
        except ValueError:
            pass
        raise BrokerUnavailable(reason_of(told))

    async def fetch_candles(self, query: CandleQuery) -> Sequence[Candle]:
        """Candles as OpenAlgo's broker tells them. Raises BrokerRefused, BrokerUnavailable."""
        told, raw = await self._ask_past("history", candle_body(query))
        return await asyncio.to_thread(_read_past, told, raw, parse_candles)

    async def fetch_intervals(self) -> Intervals:
        """The intervals that OpenAlgo's broker has. Raises BrokerRefused, BrokerUnavailable."""
        return _read_past(*await self._ask_past("intervals", {}), parse_intervals)

    async def _ask_past(self, endpoint: str, body: Mapping[str, object]) -> tuple[Told, bytes]:
        # Given up before the client would count it as a broker that does not answer: it may be a matter of this
        # question alone, and orders must not be held back for it.
        try:
            async with asyncio.timeout(HISTORY_WITHIN):
                return await self._client.raw(endpoint, body)
        except TimeoutError:
            raise BrokerUnavailable(f"OpenAlgo did not answer {endpoint} within {HISTORY_WITHIN:g} s") from None

    @property
    def instruments(self) -> Instruments:
        """Its list of instruments, as last loaded."""
        return self._master.instruments

    @property
    def reach(self) -> Reach:
        """Whether OpenAlgo answers."""
        return self._client.reach

    async def load_instruments(self) -> None:
        """Take today's list from the disk, or from OpenAlgo, and learn its modes. Raises BrokerUnavailable."""
        await self._watch.ask_once()
        await self._master.load()

    async def session(self) -> BrokerSession:
        """Whether it takes orders, asked for now. Raises BrokerUnavailable when it does not answer."""
        return await ask_for_session(self._client)

    async def log_in(self, answer: str) -> Mapping[str, str]:
        """The login at the broker is made in OpenAlgo itself. Raises Unsupported."""
        raise Unsupported("Log in to the broker on OpenAlgo's own page; Countersign only needs its API key")

    async def check(self) -> None:
        """Raise BrokerUnavailable when an order sent now could not arrive, by what is known without asking.

        While something stops orders, whether it is over is asked about in the background.
        """
        try:
            self._client.check()
        except BrokerUnavailable:
            self._watch.look_again()
            raise

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Listen to its order updates. Raises BrokerRefused, BrokerUnavailable."""
        await self._stream.follow_orders(moved)

    async def close(self) -> None:
        """Close its connections."""
        await self._watch.close()
        await self._client.close()


def _read_past(told: Told, raw: bytes, parse: Callable[[bytes], T]) -> T:
    """An answer about past prices. Raises BrokerRefused, BrokerUnavailable."""
    if told.is_error and told.status in {400, 404}:
        raise BrokerRefused(f"OpenAlgo says: {told.message}")
    try:
        if told.is_success:
            return parse(raw)
    except ValueError:
        pass
    raise BrokerUnavailable(reason_of(told))


ADAPTER = Adapter(
    name="openalgo",
    title="OpenAlgo",
    base_url="http://127.0.0.1:5000",
    credentials=(frozenset({"api_key"}),),
    open=OpenAlgoBroker,
)
