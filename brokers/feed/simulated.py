"""A price feed that makes its prices up, for the demo, the tests and accounts without a broker."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

from brokers.feed.derived import derive_quote
from brokers.feed.ladder import ladder
from brokers.feed.quotes import first_quote, next_quote, spread, to_tick
from brokers.feed.walk import Walk
from brokers.tickers import Ticker
from core.books import Quote
from core.clock import Clock
from core.depth import Depth
from core.errors import NotFound
from core.instruments import Instrument
from core.ports import Instruments, Interest

Listener = Callable[[Quote], None]

_SPOT_EXCHANGES = ("NSE_INDEX", "BSE_INDEX", "NSE", "BSE")
_MOST_LOTS_PER_TICK = 20


class SimulatedFeed:
    """Implements core.ports.PriceFeed. The same seed and clock give the same prices.

    Shares and indices walk from `prices`, all of them on every tick; futures and options follow their
    underlying and are worked out only when they are asked for. What has neither has no quote.
    """

    def __init__(
        self,
        instruments: Instruments,
        prices: Mapping[Ticker, Decimal],
        clock: Clock,
        rng: Random,
        every: float = 1.0,
    ) -> None:
        self._listed = instruments
        self._clock = clock
        self._rng = rng
        self._every = every
        found = {ticker: instruments.find(*ticker) for ticker in prices}
        self._spots = {ticker: spot for ticker, spot in found.items() if spot is not None}
        self._walk = Walk({ticker: float(prices[ticker]) for ticker in self._spots}, rng)
        self._quotes: dict[Ticker, Quote] = {}
        for ticker, spot in self._spots.items():
            self._quotes[ticker] = first_quote(spot, self._walked_price(ticker, spot), clock.now())
        self._pinned: dict[Ticker, Quote] = {}
        self._listeners: dict[object, tuple[Listener, Interest | None]] = {}

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The latest price, or None for an instrument that this feed does not have."""
        ticker = exchange, symbol
        known = self._pinned.get(ticker) or self._quotes.get(ticker)
        return known if known is not None else self._derived_quote(ticker)

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """Five prices on each side, or None without a quote."""
        instrument, quote = self._listed.find(exchange, symbol), self.quote(exchange, symbol)
        return ladder(instrument, quote) if instrument is not None and quote is not None else None

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """Call `listener` on every tick of what `interest` names by then; returns how to stop.

        Without an interest it hears every share and index.
        """
        subscription = object()
        self._listeners[subscription] = listener, interest

        def stop() -> None:
            self._listeners.pop(subscription, None)

        return stop

    async def run(self) -> None:
        """Tick every `every` seconds until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            self.tick_once()

    def tick_once(self) -> None:
        """Move every price that is not pinned, and tell the listeners."""
        self._walk.step()
        now = self._clock.now()
        for ticker, spot in self._spots.items():
            quote = self._quotes[ticker]
            if ticker not in self._pinned:
                ltp = self._walked_price(ticker, spot)
                traded = spot.lot * self._rng.randrange(_MOST_LOTS_PER_TICK)
                quote = next_quote(quote, ltp, spread(spot, ltp), traded)
            self._quotes[ticker] = replace(quote, at=now)
        for ticker, quote in self._pinned.items():
            self._pinned[ticker] = replace(quote, at=now)
        for listener, interest in tuple(self._listeners.values()):
            for ticker in tuple(self._spots if interest is None else interest()):
                self._tell(listener, ticker)

    def pin(
        self, exchange: str, symbol: str, ltp: Decimal, bid: Decimal | None = None, ask: Decimal | None = None
    ) -> None:
        """Freeze a price and emit it; without bid and ask both are `ltp`. Raises NotFound."""
        ticker = exchange, symbol
        before = self.quote(exchange, symbol)
        if before is None:
            raise NotFound(f"Symbol {symbol} not found on {exchange}")
        bid_ask = (ltp if bid is None else bid, ltp if ask is None else ask)
        self._pinned[ticker] = replace(next_quote(before, ltp, bid_ask, traded=0), at=self._clock.now())
        if ticker in self._spots:
            self._quotes[ticker] = self._pinned[ticker]
        for listener, interest in tuple(self._listeners.values()):
            if ticker in (self._spots if interest is None else interest()):
                self._tell(listener, ticker)

    def unpin(self, exchange: str, symbol: str) -> None:
        """Let a price move again: a share's from where it was pinned, a contract's with its underlying's."""
        ticker = exchange, symbol
        pinned = self._pinned.pop(ticker, None)
        if pinned is not None and pinned.ltp > 0 and ticker in self._spots:
            self._walk.move_to(ticker, float(pinned.ltp))

    def _tell(self, listener: Listener, ticker: Ticker) -> None:
        quote = self.quote(*ticker)
        if quote is not None:
            listener(quote)

    def _walked_price(self, ticker: Ticker, spot: Instrument) -> Decimal:
        return to_tick(self._walk.price(ticker), spot.tick)

    def _derived_quote(self, ticker: Ticker) -> Quote | None:
        contract = self._listed.find(*ticker)
        if contract is None:
            return None
        quotes = (self._quotes.get((exchange, contract.name)) for exchange in _SPOT_EXCHANGES)
        underlying = next((quote for quote in quotes if quote is not None), None)
        return derive_quote(contract, underlying, self._clock.now()) if underlying is not None else None
