"""How long to wait after one failure, two, and more."""

import secrets

FIRST = 1.0
LONGEST = 30.0
_JITTER = 0.25


class Backoff:
    """1, 2, 4 … up to 30 seconds, each up to a quarter longer so that not everybody returns at once."""

    def __init__(self) -> None:
        self.failures = 0

    def next(self) -> float:
        """The seconds to wait after one more failure."""
        wait = min(LONGEST, FIRST * 2.0 ** min(self.failures, 10))
        self.failures += 1
        return wait * (1 + _JITTER * secrets.randbelow(1000) / 1000)

    def reset(self) -> None:
        """Something succeeded."""
        self.failures = 0
