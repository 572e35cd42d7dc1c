"""Market data: prices, depth, instruments, option chains, margins, and the trading calendar."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from core.accounts import Account
from core.calendar.calendar import Calendar
from core.calendar.days import Session, Year
from core.clock import IST, Clock
from core.errors import CountersignError, Invalid, NotFound
from core.market.depth import Depth
from core.market.instruments import Instrument, Ticker, table_note
from core.market.option_chain import OptionChain, build_chain, synthetic_future
from core.market.option_symbols import option_exchange, parse_expiry, parse_underlying, render_expiry
from core.market.quotes import Quote
from core.orders.intents import Options
from core.orders.order import LegTerms, PriceType
from core.portfolio.margin import Margin, Priced
from core.ports import Brokers, Instruments, RunningFeed
from core.services.market.first_answer import first_answer
from core.services.market.option_contracts import find_contract, find_price, find_quote, priced_by
from core.services.portfolio.broker_books import trading_mode_of

MOST_FOUND = 500
"""Instruments in one answer to a search."""
_AT_ITS_PRICE = frozenset({PriceType.LIMIT, PriceType.SL})


class Market:
    """Reads only, in the account's present trading mode. Every method raises Unready without the account's broker."""

    def __init__(self, brokers: Brokers, calendar: Calendar, clock: Clock) -> None:
        self._brokers = brokers
        self._calendar = calendar
        self._clock = clock

    async def quote(self, account: Account, exchange: str, symbol: str) -> Quote:
        """The latest price, waited for up to two seconds at the first look.

        Raises Invalid for an unknown instrument, NotFound for one without a price.
        """
        (quote,) = await self.quotes(account, [(exchange, symbol)])
        if isinstance(quote, CountersignError):
            raise quote
        return quote

    async def quotes(self, account: Account, tickers: Sequence[Ticker]) -> Sequence[Quote | Invalid | NotFound]:
        """The latest price of each exchange and symbol, or what `quote` would raise."""
        feed = self._feed(account)
        listed = [ticker for ticker in tickers if self._is_listed(account, *ticker)]
        priced = await first_answer(
            feed, lambda: {ticker: feed.quote(*ticker) for ticker in listed}, lambda found: None not in found.values()
        )
        return [priced.get(ticker) or _why_unpriced(ticker, ticker in priced) for ticker in tickers]

    async def depth(self, account: Account, exchange: str, symbol: str) -> Depth:
        """The market depth, waited for like a price.

        Raises Invalid for an unknown instrument, NotFound without a price.
        """
        self.require_listed(account, exchange, symbol)
        feed = self._feed(account)
        depth = await first_answer(feed, lambda: feed.depth(exchange, symbol), lambda found: found is not None)
        if depth is None:
            raise _unpriced(exchange, symbol)
        return depth

    def instrument(self, account: Account, exchange: str, symbol: str) -> Instrument:
        """One instrument. Raises NotFound."""
        found = self._instruments(account).find(exchange, symbol)
        if found is None:
            raise NotFound(f"Symbol {symbol} not found in exchange {exchange}")
        return found

    async def search(self, account: Account, query: str, exchange: str | None) -> Sequence[Instrument]:
        """Instruments that match every word; a long list keeps nobody else waiting. Raises Invalid without a word."""
        if not query.strip():
            raise Invalid("Query parameter is required and cannot be empty")
        instruments = self._instruments(account)
        return await asyncio.to_thread(instruments.search, query.strip(), exchange, MOST_FOUND)

    async def instruments(self, account: Account, exchange: str | None) -> Sequence[Instrument]:
        """Everything listed, on one exchange or on all; a long list keeps nobody else waiting."""
        return await asyncio.to_thread(self._instruments(account).search, "", exchange, sys.maxsize)

    def listing_note(self, account: Account) -> str:
        """How old the terms are with which contracts are listed; nothing when the broker keeps them up to date."""
        return table_note(self._instruments(account).as_of)

    def expiries(self, account: Account, exchange: str, name: str, *, options: bool) -> Sequence[date]:
        """When contracts on an underlying expire, nearest first. Raises Invalid without a name."""
        if not name.strip():
            raise Invalid("Symbol parameter is required and cannot be empty")
        return self._instruments(account).list_expiries(exchange, name.strip().upper(), options=options)

    async def option(self, account: Account, asked: Options) -> tuple[Instrument, Decimal]:
        """The contract that the only leg of `asked` means now, and its underlying's price, waited for like a quote.

        Raises Invalid, and NotFound when there is no such contract; Unready without a price.
        """
        await self._wait_for_underlying(account, asked.underlying, asked.exchange)
        instruments = self._instruments(account)
        ltp = find_price(asked, instruments, self._feed(account))
        return find_contract(asked, asked.legs[0], ltp, instruments), ltp

    async def chain(
        self, account: Account, underlying: str, exchange: str, expiry: str, around: int | None
    ) -> OptionChain:
        """The contracts of one expiry with their prices: `around` strikes on each side of the money, or all.

        The underlying's price is waited for like a quote. Raises Invalid, NotFound for an expiry that has none,
        Unready without the underlying's price.
        """
        await self._wait_for_underlying(account, underlying, exchange)
        return self._chain(account, underlying, exchange, expiry, around)

    async def priced_chain(
        self, account: Account, underlying: str, exchange: str, expiry: str, around: int | None
    ) -> OptionChain:
        """The chain, after the prices at the money were waited for, too. Raises what `chain` raises."""
        await self._wait_for_underlying(account, underlying, exchange)
        return await first_answer(
            self._feed(account),
            lambda: self._chain(account, underlying, exchange, expiry, around),
            lambda found: synthetic_future(found) is not None,
        )

    async def _wait_for_underlying(self, account: Account, underlying: str, exchange: str) -> None:
        ticker, feed = priced_by(underlying, exchange), self._feed(account)
        if self._is_listed(account, *ticker):
            await first_answer(feed, lambda: feed.quote(*ticker), lambda found: found is not None)

    def _chain(
        self, account: Account, underlying: str, exchange: str, expiry: str, around: int | None
    ) -> OptionChain:
        instruments = self._instruments(account)
        name, embedded = parse_underlying(underlying)
        day = embedded or parse_expiry(expiry)
        quote = find_quote(Options(underlying, exchange, ()), instruments, self._feed(account))
        listed_on = option_exchange(exchange)
        calls, puts = (instruments.list_options(listed_on, name, day, right) for right in ("CE", "PE"))
        if not calls and not puts:
            raise NotFound(
                f"No strikes found for {name} expiring {render_expiry(day)}. "
                "Please check expiry date or update master contract."
            )
        strike, rows = build_chain(calls, puts, quote.ltp, around, self._look_of(account))
        return OptionChain(name, listed_on, day, quote, strike, rows)

    async def synthetic_future(
        self, account: Account, underlying: str, exchange: str, expiry: str
    ) -> tuple[OptionChain, Decimal]:
        """The strike at the money of one expiry, and the future's price in rupees that its call and put come to.

        Raises what `chain` raises, and NotFound when one of the two has no price.
        """
        chain = await self.priced_chain(account, underlying, exchange, expiry, 0)
        price = synthetic_future(chain)
        if price is None:
            day = render_expiry(chain.expiry)
            raise NotFound(f"The call and the put at the money of {chain.underlying}{day} have no price both.")
        return chain, price

    async def margin(self, account: Account, basket: Sequence[LegTerms]) -> Margin:
        """The margin for opening these positions in the present mode.

        Raises Invalid, NotFound without a price, BrokerUnavailable.
        """
        priced = [Priced(terms, self._opening_price(account, terms)) for terms in basket]
        return await self._brokers.book(account, trading_mode_of(account)).get_margin(priced)

    def holidays(self, year: int | None) -> Year:
        """A year's holidays, this one's by default. Raises NotFound for a year that is not known."""
        return self._calendar.year(self._clock.now().astimezone(IST).year if year is None else year)

    def sessions(self, day: date) -> Sequence[Session]:
        """The exchanges' sessions on a day. Raises NotFound when that is not known."""
        return self._calendar.sessions(day)

    def require_listed(self, account: Account, exchange: str, symbol: str) -> None:
        """Raise Invalid for an instrument that cannot be traded where this account trades."""
        if not self._is_listed(account, exchange, symbol):
            raise _unlisted(exchange, symbol)

    def _feed(self, account: Account) -> RunningFeed:
        return self._brokers.feed(account, trading_mode_of(account))

    def _instruments(self, account: Account) -> Instruments:
        return self._brokers.instruments(account, trading_mode_of(account))

    def _opening_price(self, account: Account, terms: LegTerms) -> Decimal:
        self.require_listed(account, terms.exchange, terms.symbol)
        if terms.pricetype in _AT_ITS_PRICE and terms.price:
            return terms.price
        if terms.pricetype is PriceType.SL_M and terms.trigger_price:
            return terms.trigger_price
        quote = self._feed(account).quote(terms.exchange, terms.symbol)
        if quote is None:
            raise _unpriced(terms.exchange, terms.symbol)
        return quote.ltp

    def _is_listed(self, account: Account, exchange: str, symbol: str) -> bool:
        return self._instruments(account).find(exchange, symbol) is not None

    def _look_of(self, account: Account) -> Callable[[Instrument], Quote | None]:
        feed = self._feed(account)
        return lambda contract: feed.quote(contract.exchange, contract.symbol)


def _why_unpriced(ticker: Ticker, is_listed: bool) -> Invalid | NotFound:
    return _unpriced(*ticker) if is_listed else _unlisted(*ticker)


def _unlisted(exchange: str, symbol: str) -> Invalid:
    return Invalid(
        f"Symbol '{symbol}' not found for exchange '{exchange}'. "
        "Please verify the symbol name and ensure master contracts are downloaded."
    )


def _unpriced(exchange: str, symbol: str) -> NotFound:
    return NotFound(f"There is no price for {symbol} on {exchange}.")
