"""Implied volatilities and Greeks as OpenAlgo's JSON objects: pure functions."""

from collections.abc import Sequence
from typing import Literal

from typing_extensions import TypedDict

from core.errors import Fault, Unready
from core.market.greeks import Greeks
from core.market.instruments import InstrumentType
from core.money import ZERO, as_json_number, mean_price
from core.services.market.option_analytics import OptionQuery, OptionValue
from webhook.fields.answer_types import Number


class Moves(TypedDict):
    """By how many rupees an option's price changes with a rupee of the forward (`gamma`: how `delta` does), with a
    calendar day, and with a percentage point of volatility."""

    delta: Number
    gamma: Number
    theta: Number
    vega: Number


class Sensitivities(Moves):
    """The same, and with a percentage point of interest."""

    rho: Number


class OptionImplies(TypedDict):
    """What an option's price implies; prices are rupees, `spot_price` is the forward that was reckoned on, and
    `interest_rate` and `implied_volatility` are per cent a year."""

    symbol: str
    exchange: str
    underlying: str
    strike: Number
    option_type: Literal["CE", "PE"]
    expiry_date: str
    days_to_expiry: Number
    spot_price: Number
    option_price: Number
    interest_rate: Number
    implied_volatility: Number
    greeks: Sensitivities


class ImpliesOne(OptionImplies):
    """One of several options."""

    status: Literal["success"]


class ImpliesNothing(TypedDict):
    """One of several options, and why its price implies nothing."""

    status: Literal["error"]
    symbol: str
    exchange: str
    message: str


class Summary(TypedDict):
    """How many options were asked for, how many were answered, how many were not."""

    total: int
    success: int
    failed: int


class ManyOptions(TypedDict):
    """An entry for each option, in the order of the request."""

    data: list[ImpliesOne | ImpliesNothing]
    summary: Summary


def one_option(found: OptionValue) -> OptionImplies:
    """The option's Greeks as OpenAlgo's JSON."""
    contract = found.contract
    return {
        "symbol": contract.symbol,
        "exchange": contract.exchange,
        "underlying": contract.name,
        "strike": as_json_number(contract.strike or ZERO),
        "option_type": "CE" if contract.type is InstrumentType.CALL else "PE",
        "expiry_date": f"{contract.expiry:%d-%b-%Y}",
        "days_to_expiry": as_json_number(mean_price(found.days)),
        "spot_price": as_json_number(mean_price(found.forward)),
        "option_price": as_json_number(found.price),
        "interest_rate": as_json_number(found.interest),
        "implied_volatility": as_json_number(found.greeks.implied_volatility),
        "greeks": {**moves(found.greeks), "rho": as_json_number(found.greeks.rho)},
    }


def many_options(asked: Sequence[OptionQuery], found: Sequence[OptionValue | Fault | Unready]) -> ManyOptions:
    """The Greeks of several options as OpenAlgo's JSON."""
    failed = sum(isinstance(one, Fault | Unready) for one in found)
    return {
        "data": [_one_of_many(query, one) for query, one in zip(asked, found, strict=True)],
        "summary": {"total": len(found), "success": len(found) - failed, "failed": failed},
    }


def _one_of_many(query: OptionQuery, found: OptionValue | Fault | Unready) -> ImpliesOne | ImpliesNothing:
    if isinstance(found, Fault | Unready):
        return {"status": "error", "symbol": query.symbol, "exchange": query.exchange, "message": str(found)}
    return {"status": "success", **one_option(found)}


def moves(found: Greeks) -> Moves:
    """The Greeks without rho as OpenAlgo's JSON."""
    return {
        "delta": as_json_number(found.delta),
        "gamma": as_json_number(found.gamma),
        "theta": as_json_number(found.theta),
        "vega": as_json_number(found.vega),
    }
