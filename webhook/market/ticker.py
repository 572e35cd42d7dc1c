"""Past prices in the form that charting programs read: AmiBroker, for one, asks for text."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler

from core.accounts import Caller
from core.clock import IST
from core.market.candles import Candle, CandleQuery
from core.money import plain
from core.services.facade import Services
from webhook.market.history_views import candles
from webhook.market.schemas import Ticker, parse_past_day
from webhook.request.keyed_query import KeyedQuery, asked_in_address, serve_query
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply, reply_in_pieces

_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Server": "Countersign"}
_USUAL_EXCHANGE = "NSE"
_LONGEST = timedelta(days=3653)
_LONGEST_WITHIN_DAYS = timedelta(days=30)
"""Of what is shorter than a day; charting programs ask for decades."""


def ticker(services: Services, rate_limits: RateLimits) -> Handler:
    """GET /api/v1/ticker/{symbol}."""
    return serve_query(KeyedQuery(Ticker, _answer, _asked, _refused), services, rate_limits)


def _asked(request: web.Request) -> Mapping[str, str]:
    """What OpenAlgo calls so in its history; `NSE:SBIN` is an exchange and a symbol, `SBIN` one of NSE."""
    exchange, colon, symbol = request.match_info["symbol"].partition(":")
    where = {"exchange": exchange, "symbol": symbol} if colon else {"exchange": _USUAL_EXCHANGE, "symbol": exchange}
    given = asked_in_address(request)
    days = {"start_date": given.get("from"), "end_date": given.get("to")}
    rest = {name: given[name] for name in ("apikey", "interval", "format") if name in given}
    return {**rest, **where, **{name: day for name, day in days.items() if day is not None}}


def _refused(request: web.Request, refusal: Reply) -> web.Response:
    """Text where text was asked for."""
    response = refusal.response()
    if request.query.get("format") != "txt":
        return response
    waits = {name: response.headers[name] for name in ("Retry-After",) if name in response.headers}
    said = json.loads(refusal.body)["message"]
    return web.Response(status=refusal.status, text=str(said), headers=_TEXT | waits)


async def _answer(services: Services, caller: Caller, asked: Ticker) -> web.Response:
    last, is_daily = parse_past_day(asked.end_date), not asked.interval.endswith(("s", "m", "h"))
    first = max(parse_past_day(asked.start_date), last - (_LONGEST if is_daily else _LONGEST_WITHIN_DAYS))
    query = CandleQuery(asked.exchange, asked.symbol, asked.interval, first, last)
    past = await services.candle_history.find(caller.account, query)
    if asked.format == "txt":
        text = await asyncio.to_thread(_lines, query, past.candles, is_daily)
        return web.Response(text=text, headers=_TEXT)
    body = await asyncio.to_thread(candles, past)
    return (await asyncio.to_thread(reply_in_pieces, {"status": "success", **body})).response()


def _lines(query: CandleQuery, found: Sequence[Candle], is_daily: bool) -> str:
    """One line for each candle, times in India: `NSE:SBIN,2026-11-23,09:15:00,800,802,799.5,801,1200`."""
    form = "%Y-%m-%d" if is_daily else "%Y-%m-%d,%H:%M:%S"
    name = f"{query.exchange}:{query.symbol}"
    return "".join(
        f"{name},{one.at.astimezone(IST):{form}},"
        f"{','.join(map(plain, (one.open, one.high, one.low, one.close)))},{one.volume}\n"
        for one in found
    )
