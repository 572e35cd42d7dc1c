"""Where a script's choices come from: a seeded generator, or hypothesis."""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice(Protocol):
    """Chooses."""

    def whole(self, low: int, high: int) -> int:
        """A whole number between the two, both included."""
        ...

    def pick(self, options: Sequence[T]) -> T:
        """One of several; what is there twice comes twice as often."""
        ...


class RandomDice:
    """The same choices for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def whole(self, low: int, high: int) -> int:
        """A whole number between the two, both included."""
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return self._random.choice(options)


class DrawnDice:
    """Choices that hypothesis makes, and makes simpler when something fails."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def whole(self, low: int, high: int) -> int:
        """A whole number between the two, both included."""
        return self._data.draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self.whole(0, len(options) - 1)]
