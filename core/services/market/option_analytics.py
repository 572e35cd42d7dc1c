"""Implied volatilities and Greeks of options, from the prices that an account sees."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from time import perf_counter

from core.accounts import Account
from core.clock import Clock
from core.errors import Fault, Invalid, NotFound, Unready
from core.market.greeks import Greeks, OptionTerms, as_years, days_left, expires_at, growth
from core.market.instruments import Instrument, InstrumentType, Ticker
from core.market.option_chain import OptionChain, synthetic_future
from core.market.option_symbols import parse_underlying, render_expiry, underlying_exchange
from core.money import ZERO
from core.ports import OptionModel
from core.services.giving_way import give_way
from core.services.market.market import Market
from core.services.market.option_contracts import PRICED_BY_THEIR_FUTURE, priced_by

_OPTIONS = frozenset({InstrumentType.CALL, InstrumentType.PUT})


@dataclass(frozen=True, slots=True)
class OptionQuery:
    """An option, and what its Greeks are reckoned with; what is None is found out."""

    exchange: str
    symbol: str
    interest: Decimal = ZERO
    """Per cent a year."""
    expiry_time: time | None = None
    """Of India."""
    forward: Decimal | None = None
    underlying_symbol: str | None = None
    underlying_exchange: str | None = None


@dataclass(frozen=True, slots=True)
class OptionValue:
    """What an option's price implies; `forward` and `price` are rupees, `days` those until it expires."""

    contract: Instrument
    days: Decimal
    interest: Decimal
    forward: Decimal
    price: Decimal
    greeks: Greeks


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """Which option chain: `around` strikes on each side of the money, or all of them for None."""

    underlying: str
    exchange: str
    expiry: str
    around: int | None
    interest: Decimal = ZERO
    """Per cent a year."""
    with_greeks: bool = False


@dataclass(frozen=True, slots=True)
class ValuedChain:
    """An option chain, and what its prices imply."""

    chain: OptionChain
    at: datetime
    expires: datetime | None
    """None where the time of day is not known."""
    forward: Decimal | None
    """In rupees; None when the prices at the money are not known."""
    greeks: Mapping[str, Greeks]
    """By symbol, of the contracts whose prices imply any."""


class OptionAnalytics:
    """Reads only, and the same in both trading modes. Every method raises Unready without the account's broker."""

    def __init__(self, market: Market, model: OptionModel, clock: Clock) -> None:
        self._market = market
        self._model = model
        self._clock = clock

    async def value(self, account: Account, query: OptionQuery) -> OptionValue:
        """What an option's price implies; each price that this takes is waited for at the first look.

        Raises NotFound for an unknown option, and where a price is missing; Invalid for one that has expired, and for
        a price that no volatility explains.
        """
        contract = self._market.instrument(account, query.exchange, query.symbol)
        if contract.type not in _OPTIONS or not contract.expiry or not contract.strike:
            raise Invalid(f"{query.symbol} on {query.exchange} is not an option.")
        days = self._days_left(contract.exchange, contract.expiry, query.expiry_time)
        if not days:
            raise Invalid(f"{query.symbol} has expired.")
        years = as_years(days)
        quote = await self._market.quote(account, query.exchange, query.symbol)
        forward = query.forward or await self._forward(account, query, contract, growth(query.interest, years))
        is_call = contract.type is InstrumentType.CALL
        terms = OptionTerms(is_call, contract.strike, forward, quote.ltp, years, query.interest)
        return OptionValue(contract, days, query.interest, forward, quote.ltp, self._model.greeks(terms))

    async def values(
        self, account: Account, queries: Sequence[OptionQuery]
    ) -> Sequence[OptionValue | Fault | Unready]:
        """What each option's price implies, or what `value` raises; prices are waited for at the same time."""
        return await asyncio.gather(*(self._value_or_fault(account, query) for query in queries))

    async def chain(self, account: Account, query: ChainQuery) -> ValuedChain:
        """An option chain and its forward; when Greeks are asked for, the prices at the money are waited for.

        Raises what `Market.chain` raises.
        """
        where = (account, query.underlying, query.exchange, query.expiry, query.around)
        chain = await (self._market.priced_chain(*where) if query.with_greeks else self._market.chain(*where))
        now, ends = self._clock.now(), expires_at(chain.exchange, chain.expiry)
        years = as_years(days_left(ends, now)) if ends else ZERO
        forward = synthetic_future(chain, growth(query.interest, years))
        if not query.with_greeks or forward is None or not years:
            return ValuedChain(chain, now, ends, forward, {})
        greeks = await self._greeks_in(chain, forward, years, query.interest)
        return ValuedChain(chain, now, ends, forward, greeks)

    async def _greeks_in(
        self, chain: OptionChain, forward: Decimal, years: Decimal, interest: Decimal
    ) -> Mapping[str, Greeks]:
        found = dict[str, Greeks]()
        for row in chain.rows:
            began = perf_counter()
            for entry in (row.call, row.put):
                if entry is not None and entry.quote is not None:
                    price = entry.quote.ltp
                    terms = OptionTerms(entry is row.call, row.strike, forward, price, years, interest)
                    with suppress(Invalid):
                        found[entry.contract.symbol] = self._model.greeks(terms)
            # A broker lists hundreds of strikes, and orders do not wait for them.
            await give_way(began)
        return found

    async def _value_or_fault(self, account: Account, query: OptionQuery) -> OptionValue | Fault | Unready:
        try:
            return await self.value(account, query)
        except (Fault, Unready) as fault:
            return fault

    async def _forward(self, account: Account, query: OptionQuery, contract: Instrument, grown: Decimal) -> Decimal:
        """The price of what is named as the underlying, or of its future, or that of the synthetic future."""
        assert contract.expiry is not None
        name, exchange, day = contract.name, contract.exchange, render_expiry(contract.expiry)
        if query.underlying_symbol or query.underlying_exchange:
            return (await self._market.quote(account, *_asked(query, contract))).ltp
        if exchange in PRICED_BY_THEIR_FUTURE:
            future = self._future(account, contract, contract.expiry)
            return (await self._market.quote(account, exchange, future)).ltp
        await self._market.quote(account, *priced_by(name, exchange))
        chain = await self._market.priced_chain(account, name, exchange, day, 0)
        forward = synthetic_future(chain, grown)
        if forward is None:
            raise NotFound(
                f"The call and the put at the money of {name}{day} have no price both: give forward_price."
            )
        return forward

    def _future(self, account: Account, contract: Instrument, expiry: date) -> str:
        """The symbol of the future that an option is on: the first that lives as long as it. Raises NotFound."""
        for day in self._market.expiries(account, contract.exchange, contract.name, options=False):
            if day >= expiry:
                return f"{contract.name}{render_expiry(day)}FUT"
        raise NotFound(f"There is no future for {contract.symbol} on {contract.exchange}.")

    def _days_left(self, exchange: str, expiry: date, at: time | None) -> Decimal:
        ends = expires_at(exchange, expiry, at)
        if ends is None:
            raise Invalid(f"At what time options on {exchange} expire is not known here: give expiry_time.")
        return days_left(ends, self._clock.now())


def _asked(query: OptionQuery, contract: Instrument) -> Ticker:
    """The instrument that is named as the underlying; what its name leaves out is the contract's."""
    symbol = query.underlying_symbol or contract.name
    _, embedded = parse_underlying(symbol)
    usual = contract.exchange if embedded else underlying_exchange(symbol, contract.exchange)
    return query.underlying_exchange or usual, symbol
