"""Option chains, and what is made of them, as OpenAlgo's JSON objects: pure functions."""

from decimal import Decimal

from typing_extensions import TypedDict

from core.market.option_chain import ChainEntry, OptionChain, Strike
from core.money import as_json_number
from webhook.fields.answer_types import Number
from webhook.market.market_json import Prices, quote


class ContractInChain(TypedDict):
    """One contract of an option chain that has no price; `label` is `ATM`, `ITM3`, `OTM1`."""

    symbol: str
    label: str
    lotsize: int
    tick_size: Number


class PricedContract(ContractInChain, Prices):
    """One contract of an option chain with its prices."""


class StrikeOfChain(TypedDict):
    """One strike in rupees with its call and put; None where that one is not listed."""

    strike: Number
    ce: PricedContract | ContractInChain | None
    pe: PricedContract | ContractInChain | None


class Chain(TypedDict):
    """An option chain of one expiry, by rising strike."""

    underlying: str
    underlying_ltp: Number
    expiry_date: str
    atm_strike: Number
    chain: list[StrikeOfChain]


class SyntheticFuture(TypedDict):
    """The price of a future made of the call and put at the money, in rupees like its strike and its underlying."""

    underlying: str
    underlying_ltp: Number
    expiry: str
    atm_strike: Number
    synthetic_future_price: Number


def chain(found: OptionChain, expiry: str) -> Chain:
    """The option chain as OpenAlgo's JSON."""
    return {
        "underlying": found.underlying,
        "underlying_ltp": as_json_number(found.underlying_ltp),
        "expiry_date": expiry,
        "atm_strike": as_json_number(found.atm_strike),
        "chain": [_strike(row) for row in found.rows],
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


def _strike(strike: Strike) -> StrikeOfChain:
    return {"strike": as_json_number(strike.strike), "ce": _entry(strike.call), "pe": _entry(strike.put)}


def _entry(entry: ChainEntry | None) -> PricedContract | ContractInChain | None:
    if entry is None:
        return None
    contract = entry.contract
    listed: ContractInChain = {
        "symbol": contract.symbol,
        "label": entry.label,
        "lotsize": contract.lot,
        "tick_size": as_json_number(contract.tick),
    }
    return listed if entry.quote is None else {**listed, **quote(entry.quote)}
