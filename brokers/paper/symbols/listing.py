"""What the paper broker lists today: shares, indices, and the contracts of the next expiries."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from brokers.paper.symbols.contracts import list_contracts, load_underlyings, parse_contract
from brokers.paper.symbols.instruments import load_instruments, load_references
from brokers.paper.symbols.symbol_master import SymbolMaster
from core.calendar.calendar import Calendar
from core.calendar.expiries import next_expiries
from core.clock import IST, Clock
from core.market.instruments import Instrument

MONTHS = 3
"""Expiries listed for each underlying."""

_log = logging.getLogger(__name__)


def _unknown(_exchange: str, _expiry: date) -> None:
    """Nobody knows the hours: a contract trades until its last day is over."""


class PaperListing:
    """Implements core.ports.Instruments; `refresh` lists a new day's contracts without a restart."""

    def __init__(
        self,
        clock: Clock,
        calendar: Calendar,
        last_trade: Callable[[str, date], datetime | None] = _unknown,
    ) -> None:
        """`last_trade` tells when contracts of an exchange with this last day trade no more."""
        self._last_trade = last_trade
        self._clock = clock
        self._calendar = calendar
        self._day = self._today()
        self._master = self._list(self._day)

    async def refresh(self) -> None:
        """List the present day's instruments, if that was not done yet."""
        today = self._today()
        if today == self._day:
            return
        self._master, self._day = self._list(today), today
        _log.info("the paper broker lists the contracts of %s", today)

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument; a contract that has expired is found, too, for those who still hold it."""
        found = self._master.find(exchange, symbol) or self._find_expired(exchange, symbol)
        if found is None or found.expiry is None or found.expiry != self._today():
            return found
        return replace(found, trades_until=self._last_trade(exchange, found.expiry))

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        return self._master.list_options(exchange, name, expiry, option_type)

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        return self._master.list_expiries(exchange, name, options=options)

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        return self._master.search(query, exchange, limit)

    def _find_expired(self, exchange: str, symbol: str) -> Instrument | None:
        contract = parse_contract(exchange, symbol)
        return contract if contract and contract.expiry and contract.expiry < self._day else None

    def _today(self) -> date:
        return self._clock.now().astimezone(IST).date()

    def _list(self, today: date) -> SymbolMaster:
        exchanges = sorted({underlying.exchange for underlying in load_underlyings().values()})
        return _master(tuple((one, next_expiries(one, today, self._calendar, MONTHS)) for one in exchanges))


@lru_cache(maxsize=2)
def _master(expiries: tuple[tuple[str, tuple[date, ...]], ...]) -> SymbolMaster:
    # Between two expiries every day lists the same, and to sort some thousand contracts takes a while.
    return SymbolMaster(_listed(dict(expiries)))


def _listed(expiries: Mapping[str, Sequence[date]]) -> Iterator[Instrument]:
    yield from load_instruments().values()
    for underlying in load_underlyings().values():
        price = load_references()[underlying.spot_exchange, underlying.name].price
        yield from list_contracts(underlying, price, expiries[underlying.exchange])
