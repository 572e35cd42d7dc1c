"""Finds instruments by words of their symbols and names."""

from collections.abc import Iterable, Sequence
from itertools import islice

from core.market.instruments import Instrument


class SearchIndex:
    """A fixed list of instruments to search in."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        shortest_first = sorted(instruments, key=lambda one: (len(one.symbol), one.symbol, one.exchange))
        self._texts = [(_searched(one), one) for one in shortest_first]

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        wanted = query.upper()
        words = wanted.split()
        found = [
            one
            for text, one in self._texts
            if (exchange is None or one.exchange == exchange) and all(word in text for word in words)
        ]
        exact = (one for one in found if one.symbol == wanted)
        others = (one for one in found if one.symbol != wanted)
        return tuple(islice((*exact, *others), limit))


def _searched(one: Instrument) -> str:
    # A contract's name is how its symbol begins; keeping thousands of them twice would find nothing more.
    return one.symbol if one.expiry else f"{one.symbol} {one.name.upper()}"
