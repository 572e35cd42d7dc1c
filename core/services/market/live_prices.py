"""Prices as they change: one subscription to each feed, shared by everybody who follows its instruments."""

from collections.abc import Callable

from core.accounts import Account
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.ports import Brokers, RunningFeed

Listener = Callable[[Quote], None]


class _Fan:
    """The listeners to one feed, by instrument; it is left when nobody holds it any longer."""

    def __init__(self, feed: RunningFeed) -> None:
        self.feed = feed
        self.holders = 0
        self._listeners: dict[Ticker, set[Listener]] = {}
        self.stop = feed.subscribe(self._tell, lambda: self._listeners)

    def add(self, ticker: Ticker, listener: Listener) -> None:
        self._listeners.setdefault(ticker, set()).add(listener)

    def remove(self, ticker: Ticker, listener: Listener) -> None:
        listeners = self._listeners.get(ticker, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(ticker, None)

    def _tell(self, quote: Quote) -> None:
        for listener in self._listeners.get((quote.exchange, quote.symbol), ()):
            listener(quote)


class Following:
    """The instruments that one listener follows, at the prices of an account."""

    def __init__(self, prices: "LivePrices", account: Account, listener: Listener) -> None:
        self._prices = prices
        self._fan = prices.hold(account)
        self._listener = listener
        self._tickers: set[Ticker] = set()

    def add(self, ticker: Ticker) -> None:
        """Hear every change of this instrument's price from now on."""
        self._tickers.add(ticker)
        self._fan.add(ticker, self._listener)

    def remove(self, ticker: Ticker) -> None:
        """Hear nothing more of this instrument."""
        self._tickers.discard(ticker)
        self._fan.remove(ticker, self._listener)

    def quote(self, ticker: Ticker) -> Quote | None:
        """The latest price, or None when there is none yet."""
        return self._fan.feed.quote(*ticker)

    def depth(self, ticker: Ticker) -> Depth | None:
        """What waits at the best prices, or None when the feed cannot tell (yet: a look may make it come)."""
        return self._fan.feed.depth(*ticker)

    def move_to(self, account: Account) -> bool:
        """Follow the prices at which the account trades now; true when they are others than before."""
        left, self._fan = self._fan, self._prices.hold(account)
        if self._fan is not left:
            for ticker in self._tickers:
                left.remove(ticker, self._listener)
                self._fan.add(ticker, self._listener)
        self._prices.let_go(left)
        return self._fan is not left

    def close(self) -> None:
        """Hear nothing more."""
        for ticker in tuple(self._tickers):
            self.remove(ticker)
        self._prices.let_go(self._fan)


class LivePrices:
    """Lets any number of listeners follow prices, each at the feed of its own account."""

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers
        self._fans: dict[RunningFeed, _Fan] = {}

    def follow(self, account: Account, listener: Listener) -> Following:
        """Follow nothing yet. The listener must be quick, must not raise, and must not add or remove."""
        return Following(self, account, listener)

    def hold(self, account: Account) -> _Fan:
        """The listeners to the feed at which this account trades now, kept until they are let go."""
        feed = self._brokers.feed(account, account.trading_mode)
        if feed not in self._fans:
            self._fans[feed] = _Fan(feed)
        self._fans[feed].holders += 1
        return self._fans[feed]

    def let_go(self, fan: _Fan) -> None:
        """Leave a feed that nobody holds any longer."""
        fan.holders -= 1
        if not fan.holders:
            fan.stop()
            del self._fans[fan.feed]
