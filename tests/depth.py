"""How many examples property tests look at: few in every run, many in `make soak`."""

import os

from hypothesis import settings

DEEP = "deep"
_DEEPER = 10


def load_profile() -> None:
    """Take the profile that HYPOTHESIS_PROFILE names, `ci` unless it does."""
    settings.register_profile("ci", deadline=None)
    settings.register_profile(DEEP, deadline=None, max_examples=examples(100, DEEP), derandomize=False)
    settings.load_profile(_profile())


def examples(count: int, profile: str = "") -> int:
    """As many in the profile `ci`; ten times as many in `deep`."""
    return count * (_DEEPER if (profile or _profile()) == DEEP else 1)


def is_repeatable() -> bool:
    """Whether every run looks at the same examples; a deep one looks for new ones."""
    return _profile() != DEEP


def _profile() -> str:
    return os.environ.get("HYPOTHESIS_PROFILE", "ci")
