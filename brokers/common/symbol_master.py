"""A broker's symbol master in memory: every instrument with what the broker itself calls it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from brokers.common.search_index import SearchIndex
from core.market.instruments import Instrument, InstrumentType, Ticker


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument; `key` is the broker's own name for it, which no other has."""

    instrument: Instrument
    key: str


class SymbolMaster:
    """Implements core.ports.Instruments. Made anew whenever there is a new list; takes a while for a long one."""

    def __init__(self, listed: Iterable[Listed] = (), as_of: date | None = None) -> None:
        """Of several that we call the same, the first is listed."""
        self._as_of = as_of
        self._by_ticker: dict[Ticker, Listed] = {}
        self._by_key: dict[str, Instrument] = {}
        self._options: dict[tuple[str, str, date, str], list[Instrument]] = {}
        self._expiries: dict[tuple[str, str, bool], set[date]] = {}
        for one in listed:
            self._add(one)
        for chain in self._options.values():
            chain.sort(key=lambda option: option.strike or 0)
        self._index = SearchIndex(one.instrument for one in self._by_ticker.values())

    def __len__(self) -> int:
        return len(self._by_ticker)

    @property
    def as_of(self) -> date | None:
        """The day whose list it is; None when nothing was loaded."""
        return self._as_of

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument."""
        found = self._by_ticker.get((exchange, symbol))
        return found.instrument if found else None

    def key_of(self, exchange: str, symbol: str) -> str | None:
        """What the broker calls it."""
        found = self._by_ticker.get((exchange, symbol))
        return found.key if found else None

    def by_key(self, key: str) -> Instrument | None:
        """What the broker calls so."""
        return self._by_key.get(key)

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        return tuple(self._options.get((exchange, name, expiry, option_type), ()))

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        return sorted(self._expiries.get((exchange, name, options), ()))

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        return self._index.search(query, exchange, limit)

    def _add(self, listed: Listed) -> None:
        one = listed.instrument
        if self._by_ticker.setdefault((one.exchange, one.symbol), listed) is not listed:
            return
        self._by_key[listed.key] = one
        if one.expiry is None:
            return
        is_option = one.type is not InstrumentType.FUTURE
        self._expiries.setdefault((one.exchange, one.name, is_option), set()).add(one.expiry)
        if is_option:
            self._options.setdefault((one.exchange, one.name, one.expiry, one.type.value), []).append(one)
