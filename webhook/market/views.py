"""Prices, instruments, option chains, margins and the trading calendar; the same in both trading modes."""

from typing import Any, Generic, NotRequired, TypeVar

from typing_extensions import TypedDict

from core.errors import CountersignError
from core.market.option_symbols import render_expiry
from core.market.quotes import Quote
from core.orders.intents import OptionLeg, Options
from core.orders.order import Action, LegTerms
from core.services.market.option_analytics import ChainQuery
from webhook.fields.answer_types import ExpiryDay
from webhook.market import calendar_json, chain_json, schemas
from webhook.market import market_json as shapes
from webhook.market.schemas import parse_day
from webhook.orders.single_schemas import leg_terms
from webhook.request.endpoint import Call, without_mode
from webhook.request.replies import Data

T = TypeVar("T")


class PricesOf(TypedDict):
    """The prices of one of several instruments."""

    symbol: str
    exchange: str
    data: shapes.Prices


class NoPricesOf(TypedDict):
    """Why one of several instruments has no prices."""

    symbol: str
    exchange: str
    error: str


class Results(TypedDict):
    """One entry for each instrument, in the order of the request."""

    results: list[PricesOf | NoPricesOf]


class _Note(TypedDict):
    note: NotRequired[str]


class Listed(TypedDict, Generic[T]):
    """Instruments; `note` says how old lots and freeze quantities are."""

    data: T
    note: NotRequired[str]


class Found(Listed[T], Generic[T]):
    """What a search found, and a sentence that says how much."""

    message: str


@without_mode
async def quotes(call: Call[schemas.OneInstrument]) -> Data[shapes.Prices]:
    """POST /api/v1/quotes."""
    found = await call.services.market.quote(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.quote(found)}


@without_mode
async def multiquotes(call: Call[schemas.ManyInstruments]) -> Results:
    """POST /api/v1/multiquotes: what has no price says why, and the others are told all the same."""
    tickers = [(pair.exchange, pair.symbol) for pair in call.body.symbols]
    found = await call.services.market.quotes(call.caller.account, tickers)
    return {"results": [_one_of_many(pair, one) for pair, one in zip(call.body.symbols, found, strict=True)]}


def _one_of_many(pair: schemas.Pair, found: Quote | CountersignError) -> PricesOf | NoPricesOf:
    if isinstance(found, CountersignError):
        return {"symbol": pair.symbol, "exchange": pair.exchange, "error": str(found)}
    return {"symbol": pair.symbol, "exchange": pair.exchange, "data": shapes.quote(found)}


@without_mode
async def depth(call: Call[schemas.OneInstrument]) -> Data[shapes.PricesInDepth]:
    """POST /api/v1/depth."""
    found = await call.services.market.depth(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.depth(found)}


@without_mode
async def symbol(call: Call[schemas.OneInstrument]) -> Listed[shapes.NumberedListing]:
    """POST /api/v1/symbol."""
    found = call.services.market.instrument(call.caller.account, call.body.exchange, call.body.symbol)
    return {"data": shapes.symbol(found), **_note(call)}


@without_mode
async def search(call: Call[schemas.Search]) -> Found[list[shapes.Listing]]:
    """POST /api/v1/search."""
    found = await call.services.market.search(call.caller.account, call.body.query, call.body.exchange)
    message = f"Found {len(found)} matching symbols" if found else "No matching symbols found"
    return {"message": message, "data": [shapes.instrument(one) for one in found], **_note(call)}


@without_mode
async def expiry(call: Call[schemas.Expiry]) -> Found[list[ExpiryDay]]:
    """POST /api/v1/expiry."""
    body, is_options = call.body, call.body.instrumenttype == "options"
    days = call.services.market.expiries(call.caller.account, body.exchange, body.symbol, options=is_options)
    what = f"for {body.symbol.strip().upper()} {body.instrumenttype} in {body.exchange}"
    message = f"Found {len(days)} expiry dates {what}" if days else f"No expiry dates found {what}"
    return {"message": message, "data": [shapes.dashed(day) for day in days], **_note(call)}


def _note(call: Call[Any]) -> _Note:
    note = call.services.market.listing_note(call.caller.account)
    return {"note": note} if note else {}


@without_mode
async def option_symbol(call: Call[schemas.OptionSymbol]) -> shapes.OptionContract:
    """POST /api/v1/optionsymbol."""
    body = call.body
    leg = OptionLeg(body.offset, body.option_type, Action.BUY, 0)
    asked = Options(body.underlying, body.exchange, (leg,), body.expiry_date, body.strike_int)
    contract, ltp = await call.services.market.option(call.caller.account, asked)
    return shapes.option(contract, ltp)


@without_mode
async def option_chain(call: Call[schemas.OptionChain]) -> chain_json.Chain:
    """POST /api/v1/optionchain."""
    body = call.body
    query = ChainQuery(
        underlying=body.underlying,
        exchange=body.exchange,
        expiry=body.expiry_date,
        around=body.strike_count,
        interest=body.interest_rate,
        with_greeks=body.with_greeks,
    )
    found = await call.services.option_analytics.chain(call.caller.account, query)
    return chain_json.chain(found, with_greeks=body.with_greeks)


@without_mode
async def synthetic_future(call: Call[schemas.SyntheticFuture]) -> chain_json.SyntheticFuture:
    """POST /api/v1/syntheticfuture."""
    body = call.body
    found, price = await call.services.market.synthetic_future(
        call.caller.account, body.underlying, body.exchange, body.expiry_date
    )
    return chain_json.synthetic_future(found, render_expiry(found.expiry), price)


@without_mode
async def margin(call: Call[schemas.Margin]) -> Data[shapes.NeededMargin]:
    """POST /api/v1/margin."""
    basket: list[LegTerms] = [leg_terms(position) for position in call.body.positions]
    return {"data": shapes.margin(await call.services.market.margin(call.caller.account, basket))}


@without_mode
async def holidays(call: Call[schemas.Holidays]) -> calendar_json.Holidays:
    """POST /api/v1/market/holidays."""
    found = call.services.market.holidays(call.body.year)
    days = [calendar_json.holiday(one) for one in found.holidays if calendar_json.is_closure(one)]
    answer: calendar_json.Holidays = {
        "year": found.year,
        "timezone": "Asia/Kolkata",
        "complete": found.complete,
        "data": days,
    }
    if not found.complete:
        answer["message"] = f"Of the holidays of {found.year} only {found.source} are known here."
    return answer


@without_mode
async def timings(call: Call[schemas.Timings]) -> Data[list[calendar_json.Opening]]:
    """POST /api/v1/market/timings: nothing for a day on which nothing trades."""
    found = call.services.market.sessions(parse_day(call.body.date))
    return {"data": [calendar_json.timing(one) for one in found]}
