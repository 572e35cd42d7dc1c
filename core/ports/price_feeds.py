"""A price feed that runs, a source of quotes that has to be asked, a record of prices, and a model of options."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.accounts import Account
from core.market.candles import Candle, CandleQuery, Intervals
from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.greeks import Greeks, OptionTerms
from core.market.instruments import Ticker
from core.market.quotes import Quote

Interest = Callable[[], Iterable[Ticker]]
"""Names the instruments, by exchange and symbol, whose ticks are wanted at that moment."""


class PriceFeed(Protocol):
    """The latest prices and depth of instruments, and subscriptions to them."""

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The latest price, or None when there is none (yet: a look may be what makes it come)."""
        ...

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """The orders that wait at the best prices, or None when there is no price."""
        ...

    def subscribe(self, listener: Callable[[Quote], None], interest: Interest | None = None) -> Callable[[], None]:
        """Call `listener` on every tick of what `interest` names by then; returns how to stop.

        Without an interest it hears what the feed brings by itself. Listeners must be quick and must not raise.
        """
        ...

    async def next_answers(self) -> None:
        """Return when everything that was looked at by now has been asked for; at once where prices come unasked."""
        ...


class RunningFeed(PriceFeed, Protocol):
    """A price feed with the loop that brings its prices in."""

    @property
    def state(self) -> FeedState:
        """The feed's name, its last price's time, and what is wrong with it."""
        ...

    async def check(self) -> None:
        """Raise ConfigError when it can never work, BrokerUnavailable when no price could come now."""
        ...

    async def run(self) -> None:
        """Bring prices in until cancelled. Raises ConfigError."""
        ...


class QuoteSource(Protocol):
    """A server that answers requests for quotes."""

    @property
    def name(self) -> str:
        """The source's name and host, without any secret."""
        ...

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """The prices of these, by exchange and symbol; one that has none is left out.

        `at` is a moment at which the price was good for certain. Raises BrokerUnavailable.
        """
        ...

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices, or None when the source cannot tell. Raises BrokerUnavailable."""
        ...


class CandleRecord(Protocol):
    """Stored candles of one minute each, by the name of the feed they were recorded from. Raises Unready."""

    async def keep(self, feed: str, candles: Sequence[tuple[Ticker, Candle]]) -> None:
        """Store these, each in place of what is stored of its minute."""
        ...

    async def begun(self, feed: str, minute: datetime) -> Mapping[Ticker, Candle]:
        """What is stored of this minute."""
        ...

    async def read(self, feed: str, ticker: Ticker, since: datetime, until: datetime, limit: int) -> Sequence[Candle]:
        """The first `limit` candles that begin from `since` on and before `until`, oldest first."""
        ...

    async def first(self, feed: str, ticker: Ticker) -> datetime | None:
        """When the oldest candle begins; None when there is none."""
        ...

    async def note_asked(self, feed: str, tickers: Sequence[Ticker], at: datetime) -> None:
        """Store that candles of these instruments were asked for."""
        ...

    async def asked_since(self, feed: str, moment: datetime) -> Mapping[Ticker, datetime]:
        """The instruments whose candles were asked for since this moment, and when last."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete some of the candles that are older, if there are any; returns how many."""
        ...


@runtime_checkable
class CandleSource(Protocol):
    """What a source of quotes also implements when it knows past prices by itself."""

    async def fetch_candles(self, query: CandleQuery) -> Sequence[Candle]:
        """Candles as the source tells them. Raises BrokerRefused (it will not), BrokerUnavailable."""
        ...

    async def fetch_intervals(self) -> Intervals:
        """The intervals that it has. Raises BrokerRefused, BrokerUnavailable."""
        ...


class PastPrices(Protocol):
    """Where the past prices of an account come from."""

    def candle_source(self, account: Account) -> CandleSource | None:
        """What knows past prices by itself where this account trades; None when only the record does.

        Raises Unready without the account's broker.
        """
        ...

    def record_of(self, account: Account) -> str:
        """The name of the record of the prices at which this account trades."""
        ...


class RecordedFeeds(Protocol):
    """The feeds whose prices are recorded."""

    def running_feeds(self) -> Mapping[str, RunningFeed]:
        """Every feed that is open now, by the name of its record."""
        ...

    @property
    def own_feed(self) -> str:
        """The name of the record of the one feed that all paper books share."""
        ...


class OptionModel(Protocol):
    """Finds the volatility at which its price of an option is the one that is paid."""

    def greeks(self, terms: OptionTerms) -> Greeks:
        """The implied volatility and the Greeks. Raises Invalid when no volatility explains the price."""
        ...
