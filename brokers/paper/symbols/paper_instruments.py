"""The instruments of the paper broker: those of the list in use, and what somebody has of the other one."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from core.market.instruments import Instrument, Ticker
from core.ports import Instruments


class PaperInstruments:
    """Implements core.ports.Instruments.

    Whoever holds something of the other list, or has an order on it, must be able to leave: it is found, too.
    """

    def __init__(self, listed: Instruments, other: Instruments) -> None:
        self._listed = listed
        self._other = other
        self._held: Callable[[], Collection[Ticker]] = tuple

    def keep(self, held: Callable[[], Collection[Ticker]]) -> None:
        """Find whatever is in `held` by then."""
        self._held = held

    @property
    def as_of(self) -> date | None:
        """The day whose lots and freeze quantities the list in use has; None when there is no list."""
        return self._listed.as_of

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument."""
        found = self._listed.find(exchange, symbol)
        if found is None and (exchange, symbol) in self._held():
            return self._other.find(exchange, symbol)
        return found

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        return self._listed.list_options(exchange, name, expiry, option_type)

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        return self._listed.list_expiries(exchange, name, options=options)

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        return self._listed.search(query, exchange, limit)
