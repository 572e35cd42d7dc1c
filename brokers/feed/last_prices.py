"""The last prices of a feed, and the prices of contracts that are computed from them."""

from collections.abc import Iterator

from brokers.feed.derivative_quotes import derive_quote
from brokers.feed.synthetic_depth import ladder
from brokers.tickers import spots_of
from core.clock import Clock
from core.market.depth import Depth
from core.market.instruments import Instrument, Ticker
from core.market.quotes import Quote
from core.ports import Instruments


class LastPrices:
    """Futures and options that are not on it follow their underlying, and are worked out only when asked for."""

    def __init__(self, instruments: Instruments, clock: Clock) -> None:
        self._listed = instruments
        self._clock = clock
        self._quotes: dict[Ticker, Quote] = {}

    def put(self, quote: Quote) -> None:
        """Store this as the instrument's last price."""
        self._quotes[quote.exchange, quote.symbol] = quote

    def take_off(self, ticker: Ticker) -> None:
        """Forget a price; a contract's follows its underlying again."""
        self._quotes.pop(ticker, None)

    def find(self, ticker: Ticker) -> Quote | None:
        """The stored price of this instrument, None if there is none."""
        return self._quotes.get(ticker)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The last price, put here or worked out; None for an instrument that has neither."""
        known = self._quotes.get((exchange, symbol))
        if known is not None:
            return known
        contract = self._listed.find(exchange, symbol)
        underlying = contract and self._find_underlying(contract)
        return derive_quote(contract, underlying, self._clock.now()) if contract and underlying else None

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """Five prices on each side, made up around the quote; None without one."""
        instrument, quote = self._listed.find(exchange, symbol), self.quote(exchange, symbol)
        return ladder(instrument, quote) if instrument is not None and quote is not None else None

    def moves_with(self, ticker: Ticker, moved: Ticker) -> bool:
        """Whether this price changes when that one does."""
        if ticker == moved or ticker in self._quotes:
            return ticker == moved
        contract = self._listed.find(*ticker)
        return contract is not None and moved == next(self._underlyings(contract), None)

    def _find_underlying(self, contract: Instrument) -> Quote | None:
        return next((self._quotes[ticker] for ticker in self._underlyings(contract)), None)

    def _underlyings(self, contract: Instrument) -> Iterator[Ticker]:
        return (ticker for ticker in spots_of(contract.name) if ticker in self._quotes)
