"""A price feed that polls a source of quotes for the instruments that are wanted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from brokers.feed.recent_requests import RecentRequests
from brokers.feed.subscriptions import Listener, Subscriptions
from core.backoff import Backoff
from core.clock import Clock
from core.errors import BrokerUnavailable
from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.instruments import Instrument, Ticker
from core.market.quotes import Quote
from core.ports import Interest, QuoteSource

PROBE: Ticker = ("NSE_INDEX", "NIFTY")
"""The instrument that `check` asks for: every source that works has its price."""
BATCH = 100
"""The most instruments in one request."""
_MOST_QUOTES = 500
_MOST_DEPTHS = 10
_LONGEST_WAIT = 60.0

Find = Callable[[str, str], Instrument | None]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Polling:
    """Seconds between two polls, and how to wait; after failures longer and longer, up to a minute."""

    every: float
    rng: Random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def wait_after(self, failures: int) -> float:
        """The seconds to wait after so many failures in a row, up to a quarter longer by chance."""
        if not failures:
            return self.every
        return Backoff(2 * self.every, max(_LONGEST_WAIT, self.every)).wait(failures, self.rng.random())


class PolledFeed:
    """Implements core.ports.RunningFeed over a source of quotes; it never makes a price up.

    It asks for what subscribers are interested in and for what was looked at in the last five minutes. The first
    look at an instrument finds nothing; the next poll brings it, and `next_answers` waits for that.
    """

    def __init__(self, source: QuoteSource, find: Find, clock: Clock, polling: Polling) -> None:
        """`find` knows what is listed: nothing else is asked for."""
        self.source = source
        self._find = find
        self._polling = polling
        self._listeners = Subscriptions()
        self._wanted = RecentRequests(clock, _MOST_QUOTES)
        self._wanted_depths = RecentRequests(clock, _MOST_DEPTHS)
        self._quotes: dict[Ticker, Quote] = {}
        self._depths: dict[Ticker, Depth] = {}
        self._next_poll_over = asyncio.Event()
        self._last_tick: datetime | None = None
        self._failures = 0
        self._problem = ""

    @property
    def state(self) -> FeedState:
        """When the last price came, and why the last poll failed, if it did."""
        return FeedState(self.source.name, self._last_tick, self._problem)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The price of the last poll; None, and asked for from now on, when there was none yet."""
        return self._quotes.get((exchange, symbol)) if self._want(self._wanted, (exchange, symbol)) else None

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """The depth of the last poll; None, and asked for from now on, when there was none yet."""
        return self._depths.get((exchange, symbol)) if self._want(self._wanted_depths, (exchange, symbol)) else None

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """Call `listener` when a price changes of what `interest` names by then; returns how to stop.

        Without an interest it hears everything that is asked for.
        """
        return self._listeners.subscribe(listener, interest)

    async def next_answers(self) -> None:
        """Wait for the end of the next poll that begins: one under way does not ask for what was just looked at."""
        await self._next_poll_over.wait()

    async def check(self) -> None:
        """Ask for one price. Raises BrokerUnavailable."""
        found = await self.source.fetch([PROBE])
        if not found:
            raise BrokerUnavailable(f"{self.source.name} has no price for {PROBE[1]}; is its broker connected?")
        self._take([PROBE], found)

    async def run(self) -> None:
        """Poll until cancelled; a source that fails is asked again, less often."""
        while True:
            try:
                await self.poll_once()
                self._note_success()
            except BrokerUnavailable as fault:
                self._note_failure(fault)
            await self._polling.sleep(self._polling.wait_after(self._failures))

    async def poll_once(self) -> None:
        """Fetch every wanted quote, and tell subscribers which ones changed. Raises BrokerUnavailable."""
        over, self._next_poll_over = self._next_poll_over, asyncio.Event()
        try:
            await self._fetch_wanted()
        finally:
            over.set()

    async def _fetch_wanted(self) -> None:
        deep = self._wanted_depths.current()
        self._depths = {ticker: depth for ticker, depth in self._depths.items() if ticker in deep}
        answered = {ticker for ticker in deep if await self._poll_depth(ticker)}
        # A depth comes with its quote, and with sizes that bare quotes do not have.
        wanted = dict.fromkeys((*self._listeners.interests(), *self._wanted.current(), *deep))
        flat = [ticker for ticker in wanted if ticker not in answered]
        for start in range(0, len(flat), BATCH):
            asked = flat[start : start + BATCH]
            self._take(asked, await self.source.fetch(asked))

    async def _poll_depth(self, ticker: Ticker) -> bool:
        depth = await self.source.fetch_depth(*ticker)
        if depth is None:
            return False
        self._depths[ticker] = depth
        self._take([ticker], [depth.quote])
        return True

    def _take(self, asked: Sequence[Ticker], quotes: Sequence[Quote]) -> None:
        changed = []
        for quote in quotes:
            ticker = quote.exchange, quote.symbol
            if ticker not in asked:
                continue
            before = self._quotes.get(ticker)
            self._quotes[ticker] = quote
            self._last_tick = quote.at
            if before is None or replace(before, at=quote.at) != quote:
                changed.append(ticker)
        self._listeners.tell(lambda *ticker: self._quotes.get(ticker), changed, changed.__contains__)

    def _want(self, wanted: RecentRequests, ticker: Ticker) -> bool:
        # What is not listed cannot be traded, and arbitrary text must not be sent to the source.
        if self._find(*ticker) is None:
            return False
        wanted.mark(ticker)
        return True

    def _note_success(self) -> None:
        if self._failures:
            _log.warning("%s answers again", self.source.name)
        self._failures, self._problem = 0, ""

    def _note_failure(self, fault: BrokerUnavailable) -> None:
        if not self._failures:
            _log.warning("%s", fault)
        self._failures += 1
        self._problem = str(fault)
