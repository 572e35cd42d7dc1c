"""A price feed that runs, and a source of quotes that has to be asked."""

from collections.abc import Sequence
from typing import Protocol

from core.books import Quote
from core.depth import Depth
from core.ports.brokers import PriceFeed
from core.prices import FeedState


class RunningFeed(PriceFeed, Protocol):
    """A price feed with the loop that brings its prices in."""

    @property
    def state(self) -> FeedState:
        """How it does."""
        ...

    async def check(self) -> None:
        """Raise ConfigError when it can never work, BrokerUnavailable when no price could come now."""
        ...

    async def run(self) -> None:
        """Bring prices in until cancelled. Raises ConfigError."""
        ...


class QuoteSource(Protocol):
    """Somebody else's prices, for the asking."""

    @property
    def name(self) -> str:
        """What and where it is, without any secret."""
        ...

    async def fetch(self, tickers: Sequence[tuple[str, str]]) -> Sequence[Quote]:
        """The prices of these, by exchange and symbol; one that has none is left out.

        `at` is a moment at which the price was good for certain. Raises BrokerUnavailable.
        """
        ...

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """What waits at the best prices, or None when the source cannot tell. Raises BrokerUnavailable."""
        ...
