"""A price feed that runs, a source of quotes that has to be asked, and a model of what options cost."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.greeks import Greeks, OptionTerms
from core.market.quotes import Quote

Interest = Callable[[], Iterable[tuple[str, str]]]
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

    async def fetch(self, tickers: Sequence[tuple[str, str]]) -> Sequence[Quote]:
        """The prices of these, by exchange and symbol; one that has none is left out.

        `at` is a moment at which the price was good for certain. Raises BrokerUnavailable.
        """
        ...

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices, or None when the source cannot tell. Raises BrokerUnavailable."""
        ...


class OptionModel(Protocol):
    """Finds the volatility at which its price of an option is the one that is paid."""

    def greeks(self, terms: OptionTerms) -> Greeks:
        """The implied volatility and the Greeks. Raises Invalid when no volatility explains the price."""
        ...
