"""A random market: every price wanders around its reference, all of them a little together."""

from collections.abc import Mapping
from math import exp, log
from random import Random

from brokers.tickers import Ticker

_SHARED_STEP = 0.6e-4
_OWN_STEP = 0.8e-4
_PULL_BACK = 1e-4


class Walk:
    """Prices as reference × e^offset; one step is about what a second of a lively day does."""

    def __init__(self, references: Mapping[Ticker, float], rng: Random) -> None:
        self._references = references
        self._offsets = dict.fromkeys(references, 0.0)
        self._rng = rng

    def step(self) -> None:
        """Move every price once."""
        market = self._rng.gauss(0, _SHARED_STEP)
        for ticker, offset in self._offsets.items():
            own = self._rng.gauss(0, _OWN_STEP)
            self._offsets[ticker] = offset * (1 - _PULL_BACK) + market + own

    def price(self, ticker: Ticker) -> float:
        """Where this price is now, in rupees."""
        return self._references[ticker] * exp(self._offsets[ticker])

    def move_to(self, ticker: Ticker, price: float) -> None:
        """Let this price go on from `price` rupees."""
        self._offsets[ticker] = log(price / self._references[ticker])
