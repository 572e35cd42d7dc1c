"""The instruments that were asked for in the last minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.clock import Clock
from core.market.instruments import Ticker

KEPT_FOR = timedelta(minutes=5)


class RecentRequests:
    """Remembers what was asked for, for five minutes; of more than `most`, those asked for last."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._asked: dict[Ticker, datetime] = {}

    def mark(self, ticker: Ticker) -> None:
        """Remember that this instrument was asked for now."""
        # Removed and added again: a dict keeps the order of insertion, so the oldest comes first.
        self._asked.pop(ticker, None)
        self._asked[ticker] = self._clock.now()
        if len(self._asked) > self._most:
            del self._asked[next(iter(self._asked))]

    def current(self) -> Sequence[Ticker]:
        """The instruments asked for in the last five minutes."""
        oldest = self._clock.now() - KEPT_FOR
        self._asked = {ticker: at for ticker, at in self._asked.items() if at >= oldest}
        return tuple(self._asked)
