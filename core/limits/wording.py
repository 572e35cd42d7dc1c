"""The sentence that names the limits that an order would go over."""

from collections.abc import Mapping, Sequence


def in_words(breaches: Mapping[str, Sequence[str]]) -> str:
    """Whose limits, and which; by strategy, and '' for the whole account."""
    parts = [
        f"the limits of {_whose(strategy)} ({'; '.join(found)})" for strategy, found in breaches.items() if found
    ]
    return f"Over {' and '.join(parts)}."


def _whose(strategy: str) -> str:
    return f"strategy {strategy}" if strategy else "this account"
