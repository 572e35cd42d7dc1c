"""A bar on the terminal for what takes a while; nothing where nobody is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import typer

Progress = Callable[[int, int], None]
"""Told how much of how much is done so far."""


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show how far the work is, on standard error and only if that is a terminal: what is printed stays plain."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with ExitStack() as stack:
        bar = stack.enter_context(typer.progressbar(length=1, label=label, file=sys.stderr))

        def tell(done: int, of: int) -> None:
            bar.length = max(of, done, 1)
            bar.update(done - bar.pos)

        yield tell
