"""The waits between calls after Telegram failed several times in a row."""

import secrets

from core.backoff import Backoff

_BACKOFF = Backoff(first=1.0, longest=30.0)


class Failures:
    """Counts failures in a row, and says how long to wait after each."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> float:
        """The seconds to wait after one more failure."""
        self._count += 1
        return _BACKOFF.wait(self._count, secrets.randbelow(1000) / 1000)

    def reset(self) -> None:
        """Begin again with the shortest wait, because something succeeded."""
        self._count = 0
