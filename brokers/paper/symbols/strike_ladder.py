"""The strikes that are listed on an underlying: those around its price, and those that once were."""

from collections.abc import Iterable
from decimal import Decimal

from brokers.paper.symbols.contracts import HIGHEST_STRIKE
from brokers.paper.symbols.instruments import load_references
from brokers.paper.symbols.underlyings import Underlying
from core.market.instruments import Ticker

STEPS = 25
"""Strikes on each side of the price."""


class StrikeLadder:
    """The strikes of one step around one price, which it follows; amounts are rupees.

    A chain has no gaps: where the price moves on, it grows; where the price jumps, a new one begins around it.
    What was ever in the chain stays listed.
    """

    def __init__(self, step: Decimal, price: Decimal) -> None:
        self._step = step
        self._shown = range(0)
        self._listed = set[int]()
        self.follow(price)

    def follow(self, price: Decimal) -> bool:
        """The underlying costs this now; whether that lists new strikes."""
        around, shown = self._around(price), self._shown
        if not around or (shown.start <= around.start and around.stop <= shown.stop):
            return False
        if around.start <= shown.stop and shown.start <= around.stop:
            around = range(min(around.start, shown.start), max(around.stop, shown.stop))
        self._shown = around
        self._listed.update(around)
        return True

    def chain(self) -> tuple[Decimal, ...]:
        """The strikes that are shown, rising."""
        return tuple(rung * self._step for rung in self._shown)

    def has(self, strike: Decimal) -> bool:
        """Whether this strike is, or was, in the chain."""
        return strike / self._step in self._listed

    def _around(self, price: Decimal) -> range:
        middle = round(price / self._step)
        return range(max(1, middle - STEPS), min(int(HIGHEST_STRIKE / self._step), middle + STEPS) + 1)


class StrikeLadders:
    """The ladders of all underlyings: they begin around the prices that come with the program."""

    def __init__(self, underlyings: Iterable[Underlying]) -> None:
        self._by_spot: dict[Ticker, dict[Decimal, StrikeLadder]] = {}
        for one in underlyings:
            steps = self._by_spot.setdefault(one.spot, {}) if one.strike_steps else {}
            for _, step in one.strike_steps:
                steps[step] = StrikeLadder(step, load_references()[one.spot].price)

    @property
    def spots(self) -> tuple[Ticker, ...]:
        """The instruments whose prices the strikes follow."""
        return tuple(self._by_spot)

    def of(self, spot: Ticker, step: Decimal) -> StrikeLadder:
        """The ladder of one underlying and step."""
        return self._by_spot[spot][step]

    def follow(self, spot: Ticker, price: Decimal) -> bool:
        """This instrument costs `price` now; whether that lists new strikes."""
        grown = [ladder.follow(price) for ladder in self._by_spot.get(spot, {}).values()]
        return any(grown)
