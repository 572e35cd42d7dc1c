"""A random walk of many prices around their references, correlated by market and by sector."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log
from random import Random

from core.market.instruments import Ticker

_MARKET_STEP = 0.6e-4
_SECTOR_STEP = 0.4e-4
_OWN_STEP = 0.7e-4
_PULL_BACK = 1e-4


@dataclass(frozen=True, slots=True)
class Reference:
    """What a price wanders around, in rupees, and the sector that it moves with."""

    price: Decimal
    sector: str


class Walk:
    """Prices as reference × e^offset; one step is about what a second of a lively day does."""

    def __init__(self, references: Mapping[Ticker, Reference], rng: Random) -> None:
        self._references = {ticker: float(one.price) for ticker, one in references.items()}
        self._sectors = {ticker: one.sector for ticker, one in references.items()}
        self._offsets = dict.fromkeys(references, 0.0)
        self._rng = rng

    def step(self) -> None:
        """Move every price once; a company's shares move alike on all exchanges."""
        gauss, keep = self._rng.gauss, 1 - _PULL_BACK
        market = gauss(0, _MARKET_STEP)
        # Never a set here: its order differs from run to run, and the same seed must give the same market.
        sectors = {sector: gauss(0, _SECTOR_STEP) for sector in dict.fromkeys(self._sectors.values())}
        own = {symbol: gauss(0, _OWN_STEP) for symbol in dict.fromkeys(symbol for _, symbol in self._offsets)}
        for ticker, offset in self._offsets.items():
            self._offsets[ticker] = offset * keep + market + sectors[self._sectors[ticker]] + own[ticker[1]]

    def price(self, ticker: Ticker) -> float:
        """Where this price is now, in rupees."""
        return self._references[ticker] * exp(self._offsets[ticker])

    def move_to(self, ticker: Ticker, price: float) -> None:
        """Let this price go on from `price` rupees."""
        self._offsets[ticker] = log(price / self._references[ticker])
