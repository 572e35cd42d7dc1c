"""Every paper book of this process, and the worker that shows them the market."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from brokers.paper.audit_journal import Replay, UntrueJournal, differences
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.broker import PaperBroker
from brokers.paper.exchange import Exchange, unready_as_unavailable
from brokers.paper.imported_book import BookDrafting
from brokers.paper.quote_routing import QuoteRouting
from core.accounts import TradingMode
from core.audit import Link
from core.errors import BrokerUnavailable
from core.ids import AccountId
from core.market.instruments import Instrument, Ticker
from core.market.quotes import Quote
from core.openalgo.installation import SandboxRows
from core.portfolio.paper_book import Leverage, PaperHead
from core.ports import BookDraft, Instruments, PaperStore, ResetRequest, Wake

FRESH = PaperHead(capital=Decimal("10000000"))
"""One crore rupees, at the usual leverage."""
_MOST_QUEUED_TICKS = 10_000

_log = logging.getLogger(__name__)


class PaperBrokers:
    """Opens each book once. Prices count from construction until `close`."""

    def __init__(
        self,
        store: PaperStore,
        exchange: Exchange,
        on_change: Wake | None = None,
        start: PaperHead = FRESH,
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._on_change = on_change
        self._start = start
        self._books: dict[BookKey, PaperBroker] = {}
        self._resting = QuoteRouting()
        # When a stuck store lets this fill up, the oldest prices are the ones to lose.
        self._ticks: deque[Quote] = deque(maxlen=_MOST_QUEUED_TICKS)
        self._ticked = asyncio.Event()
        self._unsubscribe = exchange.feed.subscribe(self._on_tick, self.interest)

    @property
    def instruments(self) -> Instruments:
        """What can be traded in every paper book."""
        return self._exchange.instruments

    def book(self, key: BookKey) -> PaperBroker:
        """The book, loaded at its first use. Raises Unready for an account beyond the id range."""
        if key not in self._books:
            self._books[key] = PaperBroker(key, self._store, self._exchange, self._start, self._resting)
        return self._books[key]

    async def open_book(self, key: BookKey) -> None:
        """Load a book, so that what rests in it may fill. Raises BrokerUnavailable, Unready."""
        await self.book(key).check()

    async def open_used(self) -> None:
        """Load every book that has been traded in: nothing rests in the others. Raises BrokerUnavailable."""
        with unready_as_unavailable():
            used = await self._store.list_used()
        for name in used:
            await self.open_book(BookKey.named(name))

    async def head(self, account_id: AccountId, mode: TradingMode) -> PaperHead:
        """A book's money and settings. Raises BrokerUnavailable."""
        return await self.book(BookKey(mode, account_id)).head()

    async def request_reset(
        self, account_id: AccountId, mode: TradingMode, capital: Decimal, leverage: Leverage
    ) -> None:
        """Have a book start afresh: within seconds where the service runs, else when it starts.

        Raises BrokerUnavailable.
        """
        now = self._exchange.clock.now()
        with unready_as_unavailable():
            await self._store.request_reset(ResetRequest(BookKey(mode, account_id).name, now, capital, leverage))

    def draft(
        self, account_id: AccountId, rows: SandboxRows, listed: Mapping[Ticker, Instrument] | None = None
    ) -> BookDraft:
        """A sandbox book of OpenAlgo as it would stand here, among these instruments instead of those in use.

        Raises Unready, Invalid for money that cannot be.
        """
        key = BookKey(TradingMode.SANDBOX, account_id)
        return BookDrafting(key, self._exchange, self._start, rows, listed).draft()

    async def doubts(self, account_id: AccountId, mode: TradingMode, story: AsyncIterator[Link]) -> Sequence[str]:
        """Where the stored book is not what these audit rows lead to. Raises BrokerUnavailable."""
        key = BookKey(mode, account_id)
        replay = Replay(key)
        try:
            async for link in story:
                replay.read(link)
        except UntrueJournal as doubt:
            return [str(doubt)]
        with unready_as_unavailable():
            stored = await self._store.load(key.name)
        return differences(replay.book(), stored)

    async def keep_time(self) -> None:
        """Meet what was requested, and do in every book what the time asks for; a book that fails is left for later.

        Raises Unready.
        """
        for request in await self._store.list_resets():
            await self._tend(BookKey.named(request.book), partial(_reset, request))
        for key in tuple(self._books):
            await self._tend(key, PaperBroker.keep_time)

    async def run(self) -> None:
        """Show arriving prices to resting orders until cancelled."""
        while True:
            await self._ticked.wait()
            await self.drain()

    async def drain(self) -> None:
        """Show every price that has arrived so far to the orders that rest on it."""
        self._ticked.clear()
        while self._ticks:
            quote = self._ticks.popleft()
            for key in self._resting.books_on((quote.exchange, quote.symbol)):
                await self._show(key, quote)

    def interest(self) -> tuple[Ticker, ...]:
        """The instruments whose prices some book waits for or is worth."""
        return self._resting.tickers()

    def close(self) -> None:
        """Stop listening to prices."""
        self._unsubscribe()
        self._ticks.clear()

    def _on_tick(self, quote: Quote) -> None:
        if self._resting.books_on((quote.exchange, quote.symbol)):
            self._ticks.append(quote)
            self._ticked.set()

    async def _show(self, key: BookKey, quote: Quote) -> None:
        # Orders that miss a price still rest: the next one finds them again.
        await self._tend(key, lambda book: book.apply_quote(quote))

    async def _tend(self, key: BookKey, work: Callable[[PaperBroker], Awaitable[bool]]) -> None:
        try:
            moved = await work(self.book(key))
        except BrokerUnavailable as fault:
            _log.warning("paper book %s could not be used: %s", key.name, fault)
            return
        if moved and self._on_change:
            self._on_change.set()


async def _reset(request: ResetRequest, book: PaperBroker) -> bool:
    return await book.reset(request)
