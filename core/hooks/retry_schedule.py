"""When to try again what a receiver did not take."""

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(hours=24)
_JITTER = 0.2


def wait_before_retry(failures: int, chance: float) -> timedelta:
    """5 s, 10 s, 20 s … up to an hour after so many failures; up to a fifth longer by `chance`, from 0 to 1."""
    doubled = FIRST * int(2 ** min(failures - 1, 16))
    return min(LONGEST, doubled) * (1 + _JITTER * chance)
