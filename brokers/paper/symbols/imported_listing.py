"""What the paper broker lists of a list of instruments that came over from another program."""

from collections.abc import Sequence
from datetime import date

from brokers.paper.symbols.contracts import LastTrade, with_last_moment
from core.clock import IST, Clock
from core.market.instruments import Instrument
from core.ports import ImportedInstruments


class ImportedListing:
    """Implements core.ports.Instruments: everything that has not expired. Methods raise Unready."""

    def __init__(self, imported: ImportedInstruments, clock: Clock, last_trade: LastTrade) -> None:
        self._imported = imported
        self._clock = clock
        self._last_trade = last_trade

    @property
    def as_of(self) -> date | None:
        """The day of the list; None when none came over."""
        return self._imported.as_of()

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument; a contract that has expired is found, too, for those who still hold it."""
        found = self._imported.find(exchange, symbol)
        return found and with_last_moment(found, self._today(), self._last_trade)

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        today = self._today()
        if expiry < today:
            return ()
        found = self._imported.list_options(exchange, name, expiry, option_type)
        return [with_last_moment(one, today, self._last_trade) for one in found] if expiry == today else found

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        return self._imported.list_expiries(exchange, name, self._today(), options=options)

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        return self._imported.search(query, exchange, limit, self._today())

    def _today(self) -> date:
        return self._clock.now().astimezone(IST).date()
