"""How many examples property tests look at: the same few in every run, many new ones in `make soak`."""

import os

from hypothesis import HealthCheck, settings

DEEP = "deep"
_DEEPER = 10


def load_profile() -> None:
    """Take the profile that HYPOTHESIS_PROFILE names, `ci` unless it does."""
    common = settings(deadline=None, suppress_health_check=list(HealthCheck))
    settings.register_profile("ci", common, derandomize=True)
    settings.register_profile(DEEP, common, max_examples=examples(100, DEEP))
    settings.load_profile(_profile())


def examples(count: int, profile: str = "") -> int:
    """As many in the profile `ci`; ten times as many in `deep`."""
    return count * (_DEEPER if (profile or _profile()) == DEEP else 1)


def _profile() -> str:
    return os.environ.get("HYPOTHESIS_PROFILE", "ci")
