"""The symbol master: finding instruments, option chains and expiries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from core.market.instruments import Instrument, InstrumentType
from core.money import ZERO

_OPTIONS = frozenset({InstrumentType.CALL, InstrumentType.PUT})


class SymbolMaster:
    """Implements core.ports.Instruments over a fixed list."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_ticker = {(one.exchange, one.symbol): one for one in instruments}
        self._chains: defaultdict[tuple[str, str, date, str], list[Instrument]] = defaultdict(list)
        self._expiries: defaultdict[tuple[str, str, bool], set[date]] = defaultdict(set)
        for one in self._by_ticker.values():
            self._index(one)
        for chain in self._chains.values():
            chain.sort(key=lambda one: one.strike or ZERO)
        shortest_first = sorted(self._by_ticker.values(), key=lambda one: (len(one.symbol), one.symbol, one.exchange))
        self._texts = [(_searched(one), one) for one in shortest_first]

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument."""
        return self._by_ticker.get((exchange, symbol))

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        return tuple(self._chains.get((exchange, name, expiry, option_type), ()))

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        return sorted(self._expiries.get((exchange, name, options), ()))

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

    def _index(self, one: Instrument) -> None:
        if one.expiry is None:
            return
        is_option = one.type in _OPTIONS
        self._expiries[one.exchange, one.name, is_option].add(one.expiry)
        if is_option:
            self._chains[one.exchange, one.name, one.expiry, one.type.value].append(one)


def _searched(one: Instrument) -> str:
    # A contract's name is how its symbol begins; keeping thousands of them twice would find nothing more.
    return one.symbol if one.expiry else f"{one.symbol} {one.name.upper()}"
