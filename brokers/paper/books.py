"""Every paper book of this process, and the worker that shows them the market."""

import asyncio
import logging
from collections import deque
from decimal import Decimal

from brokers.paper.broker import PaperBroker
from brokers.paper.numbers import BookKey
from brokers.paper.resting import RestingIndex
from brokers.paper.venue import Venue
from core.books import Quote
from core.errors import BrokerUnavailable
from core.ports import Instruments, PaperStore, Wake

STARTING_CAPITAL = Decimal("10000000")
"""One crore rupees."""
_MOST_QUEUED_TICKS = 10_000

_log = logging.getLogger(__name__)


class PaperBrokers:
    """Opens each book once. Prices count from construction until `close`."""

    def __init__(
        self,
        store: PaperStore,
        venue: Venue,
        on_change: Wake | None = None,
        starting_capital: Decimal = STARTING_CAPITAL,
    ) -> None:
        self._store = store
        self._venue = venue
        self._on_change = on_change
        self._capital = starting_capital
        self._books: dict[BookKey, PaperBroker] = {}
        self._resting = RestingIndex()
        # When a stuck store lets this fill up, the oldest prices are the ones to lose.
        self._ticks: deque[Quote] = deque(maxlen=_MOST_QUEUED_TICKS)
        self._ticked = asyncio.Event()
        self._unsubscribe = venue.feed.subscribe(self._on_tick, self._resting.tickers)

    @property
    def instruments(self) -> Instruments:
        """What can be traded in every paper book."""
        return self._venue.instruments

    def book(self, key: BookKey) -> PaperBroker:
        """The book, loaded at its first use. Raises Unready for an account beyond the id range."""
        if key not in self._books:
            self._books[key] = PaperBroker(key, self._store, self._venue, self._capital, self._resting)
        return self._books[key]

    async def open_book(self, key: BookKey) -> None:
        """Load a book, so that what rests in it may fill. Raises BrokerUnavailable, Unready."""
        await self.book(key).check()

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

    def close(self) -> None:
        """Stop listening to prices."""
        self._unsubscribe()
        self._ticks.clear()

    def _on_tick(self, quote: Quote) -> None:
        if self._resting.books_on((quote.exchange, quote.symbol)):
            self._ticks.append(quote)
            self._ticked.set()

    async def _show(self, key: BookKey, quote: Quote) -> None:
        try:
            moved = await self.book(key).apply_quote(quote)
        except BrokerUnavailable as fault:
            # The orders still rest: the next price finds them again.
            _log.warning("paper book %s missed a price: %s", key.name, fault)
            return
        if moved and self._on_change:
            self._on_change.set()
