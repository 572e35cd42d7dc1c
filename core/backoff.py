"""How long to wait after one failure, two, and more."""

from dataclasses import dataclass

_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from `first` to `longest` seconds, each longer by up to `jitter` of itself.

    Without the jitter everybody who failed together would return together.
    """

    first: float
    longest: float
    jitter: float = 0.25

    def wait(self, failures: int, chance: float) -> float:
        """The seconds to wait after so many failures in a row, one at least; `chance` is from 0 to 1."""
        doubled = self.first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
        return min(self.longest, doubled) * (1 + self.jitter * chance)
