"""Option chains, and what is made of them, as OpenAlgo's JSON objects: pure functions."""

from collections.abc import Mapping
from decimal import Decimal

from typing_extensions import TypedDict

from core.market.greeks import Greeks
from core.market.option_chain import ChainEntry, OptionChain, Strike
from core.market.option_symbols import render_expiry
from core.money import as_json_number, mean_price
from core.services.market.option_analytics import ValuedChain
from webhook.fields.answer_types import Number
from webhook.market.greeks_json import Moves, moves
from webhook.market.market_json import Prices, quote


class ContractInChain(TypedDict):
    """One contract of an option chain that has no price; `label` is `ATM`, `ITM3`, `OTM1`."""

    symbol: str
    label: str
    lotsize: int
    tick_size: Number


class PricedContract(ContractInChain, Prices):
    """One contract of an option chain with its prices, and the units that wait at the best bid and ask."""

    bid_qty: int
    ask_qty: int


class ValuedContract(PricedContract, Moves):
    """One contract of an option chain with what its price implies: a volatility, per cent a year, and Greeks."""

    implied_volatility: Number


Contract = ValuedContract | PricedContract | ContractInChain


class StrikeOfChain(TypedDict):
    """One strike in rupees with its call and put; None where that one is not listed."""

    strike: Number
    ce: Contract | None
    pe: Contract | None


class Chain(TypedDict):
    """An option chain of one expiry, by rising strike; prices are rupees, times seconds since 1970.

    `forward_price` is None while a price at the money is not known, `expiry_ts` where no time of day is.
    """

    underlying: str
    underlying_symbol: str
    underlying_exchange: str
    underlying_ltp: Number
    underlying_prev_close: Number
    expiry_date: str
    expiry_ts: int | None
    server_ts: int
    atm_strike: Number
    quotes_included: bool
    greeks_included: bool
    forward_price: Number | None
    chain: list[StrikeOfChain]


class SyntheticFuture(TypedDict):
    """The price of a future made of the call and put at the money, in rupees like its strike and its underlying."""

    underlying: str
    underlying_ltp: Number
    expiry: str
    atm_strike: Number
    synthetic_future_price: Number


def chain(found: ValuedChain, *, with_greeks: bool) -> Chain:
    """The option chain as OpenAlgo's JSON."""
    listed, underlying = found.chain, found.chain.underlying_quote
    return {
        "underlying": listed.underlying,
        "underlying_symbol": underlying.symbol,
        "underlying_exchange": underlying.exchange,
        "underlying_ltp": as_json_number(underlying.ltp),
        "underlying_prev_close": as_json_number(underlying.prev_close),
        "expiry_date": render_expiry(listed.expiry),
        "expiry_ts": None if found.expires is None else int(found.expires.timestamp()),
        "server_ts": int(found.at.timestamp()),
        "atm_strike": as_json_number(listed.atm_strike),
        "quotes_included": True,
        "greeks_included": with_greeks,
        "forward_price": None if found.forward is None else as_json_number(mean_price(found.forward)),
        "chain": [_strike(row, found.greeks) for row in listed.rows],
    }


def synthetic_future(found: OptionChain, expiry: str, price: Decimal) -> SyntheticFuture:
    """The synthetic future as OpenAlgo's JSON; `price` is rupees."""
    return {
        "underlying": found.underlying,
        "underlying_ltp": as_json_number(found.underlying_ltp),
        "expiry": expiry,
        "atm_strike": as_json_number(found.atm_strike),
        "synthetic_future_price": as_json_number(price),
    }


def _strike(strike: Strike, greeks: Mapping[str, Greeks]) -> StrikeOfChain:
    return {
        "strike": as_json_number(strike.strike),
        "ce": _entry(strike.call, greeks),
        "pe": _entry(strike.put, greeks),
    }


def _entry(entry: ChainEntry | None, greeks: Mapping[str, Greeks]) -> Contract | None:
    if entry is None:
        return None
    contract, prices = entry.contract, entry.quote
    listed: ContractInChain = {
        "symbol": contract.symbol,
        "label": entry.label,
        "lotsize": contract.lot,
        "tick_size": as_json_number(contract.tick),
    }
    if prices is None:
        return listed
    priced: PricedContract = {
        **listed,
        **quote(prices),
        "bid_qty": prices.bid_size,
        "ask_qty": prices.ask_size,
    }
    implied = greeks.get(contract.symbol)
    if implied is None:
        return priced
    return {**priced, "implied_volatility": as_json_number(implied.implied_volatility), **moves(implied)}
