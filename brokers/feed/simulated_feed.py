"""A price feed that makes its prices up, for the demo, the tests and accounts without a broker."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from random import Random

from brokers.feed.last_prices import LastPrices
from brokers.feed.quote_building import first_quote, next_quote, to_tick
from brokers.feed.random_walk import Reference, Walk
from brokers.feed.subscriptions import Listener, Subscriptions
from core.clock import Clock
from core.errors import NotFound
from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.instruments import Instrument, Ticker
from core.market.quotes import Quote
from core.ports import Instruments, Interest

_MOST_LOTS_PER_TICK = 20


class SimulatedFeed:
    """Implements core.ports.RunningFeed. The same seed and clock give the same prices.

    Shares and indices walk from their references, all of them on every tick; futures and options follow
    their underlying. What has neither has no quote.
    """

    def __init__(
        self,
        instruments: Instruments,
        references: Mapping[Ticker, Reference],
        clock: Clock,
        rng: Random,
        every: float = 1.0,
    ) -> None:
        self._clock = clock
        self._rng = rng
        self._every = every
        found = {ticker: instruments.find(*ticker) for ticker in references}
        self._spots = {ticker: spot for ticker, spot in found.items() if spot is not None}
        self._walk = Walk({ticker: references[ticker] for ticker in self._spots}, rng)
        self._last_prices = LastPrices(instruments, clock)
        self._last_tick = clock.now()
        for ticker, spot in self._spots.items():
            ltp = self._walked_price(ticker, spot)
            self._last_prices.put(first_quote(spot, ltp, ltp, 0, self._last_tick))
        self._pinned: set[Ticker] = set()
        self._listeners = Subscriptions()

    @property
    def state(self) -> FeedState:
        """The name of the feed and the time of its last tick; nothing is ever wrong with it."""
        return FeedState("simulated", self._last_tick, is_made_up=True)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The latest price, or None for an instrument that this feed does not have."""
        return self._last_prices.quote(exchange, symbol)

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """Five prices on each side, or None without a quote."""
        return self._last_prices.depth(exchange, symbol)

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """Call `listener` on every tick of what `interest` names by then; returns how to stop.

        Without an interest it hears every share and index.
        """
        return self._listeners.subscribe(listener, interest)

    async def next_answers(self) -> None:
        """Return at once: a price that is not there is not waited for."""

    async def check(self) -> None:
        """Raise nothing: simulated prices are always available."""

    async def run(self) -> None:
        """Tick every `every` seconds until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            self.tick_once()

    def tick_once(self) -> None:
        """Move every price that is not pinned, and tell the listeners."""
        self._walk.step()
        now = self._last_tick = self._clock.now()
        for ticker, spot in self._spots.items():
            if ticker not in self._pinned:
                self._move(ticker, spot, now)
        for ticker in self._pinned:
            self._last_prices.put(replace(self._get(ticker), at=now))
        self._listeners.tell(self.quote, self._spots)

    def pin(
        self, exchange: str, symbol: str, ltp: Decimal, bid: Decimal | None = None, ask: Decimal | None = None
    ) -> None:
        """Freeze a price, without sizes, and emit it; without bid and ask both are `ltp`. Raises NotFound."""
        ticker, before = (exchange, symbol), self._get((exchange, symbol))
        now = self._last_tick = self._clock.now()
        frozen = replace(before, ltp=ltp, high=max(before.high, ltp), low=min(before.low, ltp), at=now)
        bid, ask = ltp if bid is None else bid, ltp if ask is None else ask
        self._pinned.add(ticker)
        self._last_prices.put(replace(frozen, bid=bid, ask=ask, bid_size=0, ask_size=0))
        self._listeners.tell(self.quote, [ticker] if ticker in self._spots else [], ticker.__eq__)

    def unpin(self, exchange: str, symbol: str) -> None:
        """Let a price move again: a share's from where it was pinned, a contract's with its underlying's."""
        ticker = exchange, symbol
        if ticker not in self._pinned:
            return
        self._pinned.remove(ticker)
        ltp = self._get(ticker).ltp
        if ticker not in self._spots:
            self._last_prices.take_off(ticker)
        elif ltp > 0:
            self._walk.move_to(ticker, float(ltp))

    def _move(self, ticker: Ticker, spot: Instrument, now: datetime) -> None:
        previous = self._get(ticker)
        traded = spot.lot * self._rng.randrange(_MOST_LOTS_PER_TICK)
        ltp = self._walked_price(ticker, spot)
        self._last_prices.put(next_quote(spot, previous, ltp, previous.volume + traded, now))

    def _get(self, ticker: Ticker) -> Quote:
        quote = self._last_prices.quote(*ticker)
        if quote is None:
            raise NotFound(f"Symbol {ticker[1]} not found on {ticker[0]}")
        return quote

    def _walked_price(self, ticker: Ticker, spot: Instrument) -> Decimal:
        return to_tick(self._walk.price(ticker), spot.tick)
