"""Finds instruments by words of their symbols and names."""

from collections.abc import Iterable, Sequence

from core.market.instruments import Instrument


class SearchIndex:
    """A fixed list of instruments to search in."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        shortest_first = sorted(instruments, key=lambda one: (len(one.symbol), one.symbol, one.exchange))
        self._texts = [(_searched(one), one) for one in shortest_first]

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first.

        Then symbols that begin with it, then those with every word in the symbol, then those found by name.
        """
        wanted = query.upper()
        words = wanted.split()
        found = [
            one
            for text, one in self._texts
            if (exchange is None or one.exchange == exchange) and all(word in text for word in words)
        ]
        # Sorting keeps the shortest first among equals.
        return tuple(sorted(found, key=lambda one: _rank(one.symbol, wanted, words))[:limit])


def _rank(symbol: str, wanted: str, words: Sequence[str]) -> int:
    if symbol.startswith(wanted):
        return 0 if symbol == wanted else 1
    return 2 if all(word in symbol for word in words) else 3


def _searched(one: Instrument) -> str:
    # A contract's name is how its symbol begins; keeping thousands of them twice would find nothing more.
    return one.symbol if one.expiry else f"{one.symbol} {one.name.upper()}"
