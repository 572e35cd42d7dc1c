"""What the paper broker lists today: shares, indices, and the contracts of the next expiries around the prices."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from brokers.common.search_index import SearchIndex
from brokers.paper.symbols.contract_table import ContractTable
from brokers.paper.symbols.contracts import ContractName, LastTrade, make_future, make_option, with_last_moment
from brokers.paper.symbols.expiry_dates import list_expiries
from brokers.paper.symbols.instruments import load_instruments
from brokers.paper.symbols.strike_ladder import StrikeLadders
from brokers.paper.symbols.underlyings import Underlying
from core.calendar.calendar import Calendar
from core.clock import IST, Clock
from core.market.instruments import Instrument, InstrumentType, Ticker
from core.market.quotes import Quote
from core.ports import PriceFeed

_RIGHTS = (InstrumentType.CALL, InstrumentType.PUT)

_log = logging.getLogger(__name__)


def _unknown(_exchange: str, _expiry: date) -> None:
    """Nobody knows the hours: a contract trades until its last day is over."""


def _marked(instruments: Mapping[Ticker, Instrument], table: ContractTable) -> Mapping[Ticker, Instrument]:
    """The same instruments; shares know whether futures or options trade on them."""
    names = {name for _, name in table.underlyings}
    return {
        ticker: replace(one, has_derivatives=one.type is InstrumentType.EQUITY and one.symbol in names)
        for ticker, one in instruments.items()
    }


class PaperListing:
    """Implements core.ports.Instruments.

    `refresh` lists a new day's contracts without a restart, and the strikes follow the prices of a feed. What was
    listed once, and what somebody holds, can be found until it expires.
    """

    def __init__(
        self,
        clock: Clock,
        calendar: Calendar,
        table: ContractTable,
        last_trade: LastTrade = _unknown,
    ) -> None:
        self._last_trade = last_trade
        self._clock = clock
        self._calendar = calendar
        self._table = table
        self._cash_market = _marked(load_instruments(), table)
        self._ladders = StrikeLadders(table.underlyings.values())
        self._held: Callable[[], Collection[Ticker]] = tuple
        # Both are made when they are first asked for: most of some thousand contracts never are.
        self._contracts: dict[Ticker, Instrument] = {}
        self._edition = 0
        self._index = -1, SearchIndex(())
        self._list(self._today())

    @property
    def as_of(self) -> date:
        """The day on which the contract table was last compared with what the exchanges publish."""
        return self._table.as_of

    def follow(self, feed: PriceFeed) -> None:
        """Let the strikes follow this feed's prices from now on."""
        for quote in (feed.quote(*spot) for spot in self._ladders.spots):
            if quote is not None:
                self._see(quote)
        feed.subscribe(self._see, lambda: self._ladders.spots)

    def keep(self, held: Callable[[], Collection[Ticker]]) -> None:
        """Keep in the list whatever is in `held` by then, wherever the prices are."""
        self._held = held

    async def refresh(self) -> None:
        """List the present day's instruments, if that was not done yet."""
        today = self._today()
        if today == self._day:
            return
        self._list(today)
        _log.info("the paper broker lists the contracts of %s", today)

    def find(self, exchange: str, symbol: str) -> Instrument | None:
        """One instrument; a contract that has expired is found, too, for those who still hold it."""
        ticker = exchange, symbol
        found = self._cash_market.get(ticker) or self._contracts.get(ticker) or self._find_contract(ticker)
        return found and self._with_last_moment(found)

    def list_options(self, exchange: str, name: str, expiry: date, option_type: str) -> Sequence[Instrument]:
        """An underlying's contracts of one expiry and type, by rising strike."""
        underlying = self._table.underlyings.get((exchange, name))
        if underlying is None or option_type not in _RIGHTS or expiry not in self._option_expiries(underlying):
            return ()
        return tuple(map(self._with_last_moment, self._chain(underlying, expiry, InstrumentType(option_type))))

    def list_expiries(self, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When an underlying's options, or its futures, expire; nearest first."""
        listed = self._expiries.options if options else self._expiries.futures
        return listed.get((exchange, name), ())

    def search(self, query: str, exchange: str | None, limit: int) -> Sequence[Instrument]:
        """Instruments whose symbol or name contains every word of `query`; exact and short symbols first."""
        # Prices may list new strikes meanwhile, in the event loop.
        edition, (indexed, index) = self._edition, self._index
        if indexed != edition:
            index = SearchIndex((*self._cash_market.values(), *self._all_contracts()))
            self._index = edition, index
        return index.search(query, exchange, limit)

    def _with_last_moment(self, contract: Instrument) -> Instrument:
        return with_last_moment(contract, self._today(), self._last_trade)

    def _list(self, today: date) -> None:
        self._day = today
        self._expiries = list_expiries(self._table.underlyings, today, self._calendar)
        self._contracts.clear()
        self._edition += 1

    def _see(self, quote: Quote) -> None:
        if quote.ltp > 0 and self._ladders.follow((quote.exchange, quote.symbol), quote.ltp):
            self._edition += 1

    def _find_contract(self, ticker: Ticker) -> Instrument | None:
        contract = self._table.parse(*ticker, self._day)
        if contract is None or contract.expiry is None:
            return None
        if self._is_listed(contract, contract.expiry):
            self._contracts[ticker] = contract
            return contract
        return contract if contract.expiry < self._day or ticker in self._held() else None

    def _is_listed(self, contract: Instrument, expiry: date) -> bool:
        underlying = self._table.underlyings[contract.exchange, contract.name]
        if contract.strike is None:
            return expiry in self._expiries.futures[contract.exchange, contract.name]
        step = underlying.strike_step(expiry)
        is_rung = step is not None and self._ladders.of(underlying.spot, step).has(contract.strike)
        return is_rung and expiry in self._option_expiries(underlying)

    def _all_contracts(self) -> Iterator[Instrument]:
        for ticker, underlying in self._table.underlyings.items():
            for expiry in self._expiries.futures[ticker]:
                yield make_future(underlying, expiry, self._day)
            for expiry in self._option_expiries(underlying):
                for right in _RIGHTS:
                    yield from self._chain(underlying, expiry, right)

    def _chain(self, underlying: Underlying, expiry: date, right: InstrumentType) -> Iterator[Instrument]:
        step = underlying.strike_step(expiry)
        for strike in self._ladders.of(underlying.spot, step).chain() if step else ():
            yield make_option(underlying, ContractName(underlying.name, expiry, right, strike), self._day)

    def _option_expiries(self, underlying: Underlying) -> Sequence[date]:
        return self._expiries.options.get((underlying.exchange, underlying.name), ())

    def _today(self) -> date:
        return self._clock.now().astimezone(IST).date()
