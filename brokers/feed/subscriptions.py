"""The subscribers of a price feed, and the instruments they want."""

from collections.abc import Callable, Iterable

from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.ports import Interest

Listener = Callable[[Quote], None]


class Subscriptions:
    """The subscriptions of one feed."""

    def __init__(self) -> None:
        self._all: dict[object, tuple[Listener, Interest | None]] = {}

    def subscribe(self, listener: Listener, interest: Interest | None) -> Callable[[], None]:
        """Add a listener; returns a function that removes it and may be called twice."""
        subscription = object()
        self._all[subscription] = listener, interest

        def stop() -> None:
            self._all.pop(subscription, None)

        return stop

    def interests(self) -> Iterable[Ticker]:
        """The instruments that are wanted now, each once."""
        interests = [interest for _, interest in self._all.values() if interest is not None]
        return dict.fromkeys(ticker for interest in interests for ticker in interest())

    def tell(
        self,
        look: Callable[[str, str], Quote | None],
        moved: Iterable[Ticker],
        has_moved: Callable[[Ticker], bool] = lambda _: True,
    ) -> None:
        """Call each listener with its instruments' quotes that moved; without an interest, with those of `moved`."""
        for listener, interest in tuple(self._all.values()):
            named = moved if interest is None else [ticker for ticker in interest() if has_moved(ticker)]
            for quote in (look(*ticker) for ticker in named):
                if quote is not None:
                    listener(quote)
