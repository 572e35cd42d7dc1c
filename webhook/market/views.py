"""Prices, instruments, option chains, margins and the trading calendar; the same in both trading modes."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar

from core.errors import CountersignError
from core.market.option_symbols import render_expiry
from core.orders.intents import OptionLeg, Options
from core.orders.order import Action, LegTerms
from webhook.market import market_json as shapes
from webhook.market import schemas
from webhook.market.schemas import parse_day
from webhook.orders.single_schemas import leg_terms
from webhook.request.base_schemas import KeyedBody
from webhook.request.endpoint import Call, View
from webhook.request.replies import Reply, explain, reply

B = TypeVar("B", bound=KeyedBody)
Look = dict[str, object] | Awaitable[dict[str, object]]

INTERVALS: dict[str, list[str]] = {name: [] for name in ("months", "weeks", "days", "hours", "minutes", "seconds")}
"""The candles there are: none, because nothing here keeps past prices."""


def modeless(view: Callable[[Call[B]], Look]) -> View[B]:
    """A look at the market as a view: its answers, refusals included, never say which mode the account is in."""

    @wraps(view)
    async def look(call: Call[B]) -> Reply:
        try:
            found = view(call)
            return reply({"status": "success", **(await found if isinstance(found, Awaitable) else found)})
        except CountersignError as fault:
            return explain(fault)

    return look


@modeless
def quotes(call: Call[schemas.OneInstrument]) -> dict[str, object]:
    """POST /api/v1/quotes."""
    found = call.services.market.quote(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.quote(found)}


@modeless
def multiquotes(call: Call[schemas.ManyInstruments]) -> dict[str, object]:
    """POST /api/v1/multiquotes: what has no price says why, and the others are told all the same."""
    return {"results": [_one_quote(call, pair) for pair in call.body.symbols]}


def _one_quote(call: Call[schemas.ManyInstruments], pair: schemas.Pair) -> dict[str, object]:
    named = {"symbol": pair.symbol, "exchange": pair.exchange}
    try:
        found = call.services.market.quote(call.caller.account, pair.exchange, pair.symbol)
    except CountersignError as fault:
        return {**named, "error": str(fault)}
    return {**named, "data": shapes.quote(found)}


@modeless
def depth(call: Call[schemas.OneInstrument]) -> dict[str, object]:
    """POST /api/v1/depth."""
    found = call.services.market.depth(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.depth(found)}


@modeless
def symbol(call: Call[schemas.OneInstrument]) -> dict[str, object]:
    """POST /api/v1/symbol."""
    found = call.services.market.instrument(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.symbol(found)}


@modeless
def search(call: Call[schemas.Search]) -> dict[str, object]:
    """POST /api/v1/search."""
    found = call.services.market.search(call.caller.account, call.body.query, call.body.exchange)
    message = f"Found {len(found)} matching symbols" if found else "No matching symbols found"
    return {"message": message, "data": [shapes.instrument(one) for one in found]}


@modeless
def expiry(call: Call[schemas.Expiry]) -> dict[str, object]:
    """POST /api/v1/expiry."""
    body, is_options = call.body, call.body.instrumenttype == "options"
    days = call.services.market.expiries(call.caller.account, body.exchange, body.symbol, options=is_options)
    what = f"for {body.symbol.strip().upper()} {body.instrumenttype} in {body.exchange}"
    message = f"Found {len(days)} expiry dates {what}" if days else f"No expiry dates found {what}"
    return {"message": message, "data": [shapes.dashed(day) for day in days]}


@modeless
def option_symbol(call: Call[schemas.OptionSymbol]) -> dict[str, object]:
    """POST /api/v1/optionsymbol."""
    body = call.body
    leg = OptionLeg(body.offset, body.option_type, Action.BUY, 0)
    asked = Options(body.underlying, body.exchange, (leg,), body.expiry_date, body.strike_int)
    contract, ltp = call.services.market.option(call.caller.account, asked)
    return shapes.option(contract, ltp)


@modeless
def option_chain(call: Call[schemas.OptionChain]) -> dict[str, object]:
    """POST /api/v1/optionchain."""
    body = call.body
    found = call.services.market.chain(
        call.caller.account, body.underlying, body.exchange, body.expiry_date, body.strike_count
    )
    return shapes.chain(found, render_expiry(found.expiry))


@modeless
async def margin(call: Call[schemas.Margin]) -> dict[str, object]:
    """POST /api/v1/margin."""
    basket: list[LegTerms] = [leg_terms(position) for position in call.body.positions]
    return {"data": shapes.margin(await call.services.market.margin(call.caller.account, basket))}


@modeless
def intervals(_: Call[schemas.MarketBody]) -> dict[str, object]:
    """POST /api/v1/intervals."""
    return {"data": INTERVALS}


@modeless
def holidays(call: Call[schemas.Holidays]) -> dict[str, object]:
    """POST /api/v1/market/holidays."""
    found = call.services.market.holidays(call.body.year)
    told: dict[str, object] = {"year": found.year, "timezone": "Asia/Kolkata", "complete": found.complete}
    if not found.complete:
        told["message"] = f"Of the holidays of {found.year} only {found.source} are known here."
    return told | {"data": [shapes.holiday(one) for one in found.holidays]}


@modeless
def timings(call: Call[schemas.Timings]) -> dict[str, object]:
    """POST /api/v1/market/timings: nothing for a day on which nothing trades."""
    found = call.services.market.sessions(parse_day(call.body.date))
    return {"data": [shapes.timing(one) for one in found]}
