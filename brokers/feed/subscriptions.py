"""Who wants to hear of which prices."""

from collections.abc import Callable, Iterable

from brokers.tickers import Ticker
from core.market.quotes import Quote
from core.ports import Interest

Listener = Callable[[Quote], None]


class Listeners:
    """The subscriptions of one feed."""

    def __init__(self) -> None:
        self._all: dict[object, tuple[Listener, Interest | None]] = {}

    def subscribe(self, listener: Listener, interest: Interest | None) -> Callable[[], None]:
        """Add one; returns how to remove it, which may be done twice."""
        subscription = object()
        self._all[subscription] = listener, interest

        def stop() -> None:
            self._all.pop(subscription, None)

        return stop

    def interests(self) -> Iterable[Ticker]:
        """What is wanted now, each once."""
        interests = [interest for _, interest in self._all.values() if interest is not None]
        return dict.fromkeys(ticker for interest in interests for ticker in interest())

    def tell(
        self,
        look: Callable[[str, str], Quote | None],
        moved: Iterable[Ticker],
        has_moved: Callable[[Ticker], bool] = lambda _: True,
    ) -> None:
        """Show everybody those of their instruments that have moved; who named none hears `moved`."""
        for listener, interest in tuple(self._all.values()):
            named = moved if interest is None else [ticker for ticker in interest() if has_moved(ticker)]
            for quote in (look(*ticker) for ticker in named):
                if quote is not None:
                    listener(quote)
