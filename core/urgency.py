"""Whether what runs now is asked of a broker even while it is left alone: exits, and what clients do themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_URGENT: ContextVar[bool] = ContextVar("urgent", default=False)


@contextmanager
def urgent(when: bool = True) -> Iterator[None]:
    """What runs inside is urgent, if `when` says so; what already is urgent stays it."""
    token = _URGENT.set(when or _URGENT.get())
    try:
        yield
    finally:
        _URGENT.reset(token)


def is_urgent() -> bool:
    """Whether what runs now is urgent."""
    return _URGENT.get()
