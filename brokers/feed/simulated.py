"""A price feed that makes its prices up, for the demo, the tests and accounts without a broker."""

import asyncio
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

from brokers.feed.pricing import price_derivative
from brokers.feed.quotes import first_quote, next_quote, spread, to_tick
from brokers.feed.walk import Walk
from brokers.tickers import Ticker
from core.books import Quote
from core.clock import Clock
from core.errors import NotFound
from core.instruments import Instrument

Listener = Callable[[Quote], None]

_SPOT_EXCHANGES = ("NSE_INDEX", "BSE_INDEX", "NSE", "BSE")
_MOST_LOTS_PER_TICK = 20


class SimulatedFeed:
    """Implements core.ports.PriceFeed. The same seed and clock give the same prices.

    Shares and indices walk from `prices`; futures and options follow their underlying. What has neither
    has no quote.
    """

    def __init__(
        self,
        instruments: Mapping[Ticker, Instrument],
        prices: Mapping[Ticker, Decimal],
        clock: Clock,
        rng: Random,
        every: float = 1.0,
    ) -> None:
        self._clock = clock
        self._rng = rng
        self._every = every
        spots = {ticker: float(prices[ticker]) for ticker in instruments if ticker in prices}
        self._walk = Walk(spots, rng)
        self._underlyings = {
            ticker: underlying
            for ticker, instrument in instruments.items()
            if ticker not in spots and (underlying := _find_underlying(instrument, spots))
        }
        # An underlying stands before what follows it, so that one pass moves everything.
        self._instruments = {ticker: instruments[ticker] for ticker in (*spots, *self._underlyings)}
        self._quotes: dict[Ticker, Quote] = {}
        for ticker, instrument in self._instruments.items():
            self._quotes[ticker] = first_quote(instrument, self._fair_price(ticker), clock.now())
        self._pinned: set[Ticker] = set()
        self._listeners: dict[object, Listener] = {}

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The latest price, or None for an instrument that this feed does not have."""
        return self._quotes.get((exchange, symbol))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on every tick; returns how to stop."""
        subscription = object()
        self._listeners[subscription] = listener

        def stop() -> None:
            self._listeners.pop(subscription, None)

        return stop

    async def run(self) -> None:
        """Tick every `every` seconds until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            self.tick_once()

    def tick_once(self) -> None:
        """Move every price that is not pinned, and emit all of them."""
        self._walk.step()
        for ticker, instrument in self._instruments.items():
            quote = self._quotes[ticker]
            if ticker not in self._pinned:
                ltp = self._fair_price(ticker)
                traded = instrument.lot * self._rng.randrange(_MOST_LOTS_PER_TICK)
                quote = next_quote(quote, ltp, spread(instrument, ltp), traded)
            self._emit(ticker, quote)

    def pin(
        self, exchange: str, symbol: str, ltp: Decimal, bid: Decimal | None = None, ask: Decimal | None = None
    ) -> None:
        """Freeze a price and emit it; without bid and ask both are `ltp`. Raises NotFound."""
        ticker = exchange, symbol
        if ticker not in self._quotes:
            raise NotFound(f"Symbol {symbol} not found on {exchange}")
        self._pinned.add(ticker)
        bid_ask = (ltp if bid is None else bid, ltp if ask is None else ask)
        self._emit(ticker, next_quote(self._quotes[ticker], ltp, bid_ask, traded=0))

    def unpin(self, exchange: str, symbol: str) -> None:
        """Let a price move again, from where it was pinned."""
        ticker = exchange, symbol
        pinned_at = float(self._quotes[ticker].ltp) if ticker in self._pinned else 0.0
        if pinned_at > 0 and ticker not in self._underlyings:
            self._walk.move_to(ticker, pinned_at)
        self._pinned.discard(ticker)

    def _emit(self, ticker: Ticker, quote: Quote) -> None:
        quote = self._quotes[ticker] = replace(quote, at=self._clock.now())
        for listener in tuple(self._listeners.values()):
            listener(quote)

    def _fair_price(self, ticker: Ticker) -> Decimal:
        instrument = self._instruments[ticker]
        if ticker not in self._underlyings:
            return to_tick(self._walk.price(ticker), instrument.tick)
        spot = float(self._quotes[self._underlyings[ticker]].ltp)
        return to_tick(price_derivative(instrument, spot, self._clock.now()), instrument.tick)


def _find_underlying(derivative: Instrument, spots: Container[Ticker]) -> Ticker | None:
    candidates = ((exchange, derivative.name) for exchange in _SPOT_EXCHANGES)
    return next((ticker for ticker in candidates if ticker in spots), None)
