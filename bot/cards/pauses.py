"""How long work is left alone after it failed."""

from collections.abc import Callable, Collection, Hashable
from typing import Generic, TypeVar

from bot.transport.failures import Failures

T = TypeVar("T", bound=Hashable)


class Pauses(Generic[T]):
    """What is left alone until when, a little longer after each failure in a row."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._until: dict[T, float] = {}
        self._failures: dict[T, Failures] = {}

    def is_paused(self, work: T) -> bool:
        """Whether it is left alone for now."""
        return self._until.get(work, 0.0) > self._seconds()

    def fail(self, work: T) -> None:
        """Pause it for as long as one more failure in a row demands."""
        self.pause(work, self._failures.setdefault(work, Failures()).next())

    def pause(self, work: T, seconds: float) -> None:
        """Leave it alone for so long."""
        self._until[work] = self._seconds() + seconds

    def end(self, work: T) -> None:
        """It succeeded."""
        self._until.pop(work, None)
        self._failures.pop(work, None)

    def keep_only(self, works: Collection[T]) -> None:
        """Forget everything else, which nobody will try again."""
        for gone in self._until.keys() - works:
            self.end(gone)
