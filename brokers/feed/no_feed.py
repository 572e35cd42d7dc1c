"""The feed of a broker that cannot tell prices now."""

from collections.abc import Callable

from brokers.feed.subscriptions import Listener
from core.errors import BrokerUnavailable
from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.quotes import Quote
from core.ports import Interest


class NoFeed:
    """Implements core.ports.RunningFeed: it has no price, and says why."""

    def __init__(self, name: str, why: str) -> None:
        self.state = FeedState(name, None, why)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """No price."""
        return None

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """No depth."""
        return None

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """Nothing will be heard; returns how to stop."""
        return lambda: None

    async def next_answers(self) -> None:
        """Return at once: a price that is not there is not waited for."""

    async def check(self) -> None:
        """Raise BrokerUnavailable with the reason."""
        raise BrokerUnavailable(self.state.problem)

    async def run(self) -> None:
        """There is nothing to bring in."""
