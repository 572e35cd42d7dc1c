"""Checking a whole audit chain at once."""

from collections.abc import Iterable, Iterator

from core.audit import Break, Head, Link, Verifier
from core.ids import AccountId


def verify(account_id: AccountId, links: Iterable[Link], head: Head, seal_key: bytes) -> Iterator[Break]:
    """Every break in one account's rows; `head` is what was written last."""
    verifier = Verifier(account_id, seal_key)
    for link in links:
        yield from verifier.check(link)
    yield from verifier.finish(head)
