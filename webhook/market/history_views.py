"""Past prices as candles, and the intervals that there are candles of."""

import asyncio
from typing import NotRequired

from typing_extensions import TypedDict

from core.market.candles import Candle, CandleQuery
from core.money import as_json_number
from core.services.market.candle_history import Past
from webhook.fields.answer_types import Number
from webhook.market import schemas
from webhook.market.schemas import parse_past_day
from webhook.request.endpoint import Call, long_without_mode, without_mode
from webhook.request.replies import Data


class CandleRow(TypedDict):
    """A candle: seconds since 1970 at which it begins (a day's: 00:00 UTC of that day), rupees, and units."""

    timestamp: int
    open: Number
    high: Number
    low: Number
    close: Number
    volume: int
    oi: int


class Candles(TypedDict):
    """Candles, oldest first; `message` says since when they are recorded, where some are missing for that."""

    data: list[CandleRow]
    message: NotRequired[str]


class IntervalLists(TypedDict):
    """The intervals that `history` has candles of."""

    months: list[str]
    weeks: list[str]
    days: list[str]
    hours: list[str]
    minutes: list[str]
    seconds: list[str]


@long_without_mode
async def history(call: Call[schemas.History]) -> Candles:
    """POST /api/v1/history."""
    body = call.body
    query = CandleQuery(
        body.exchange, body.symbol, body.interval, parse_past_day(body.start_date), parse_past_day(body.end_date)
    )
    past = await call.services.candle_history.find(call.caller.account, query, recorded=body.source == "db")
    return await asyncio.to_thread(candles, past)


def candles(past: Past) -> Candles:
    """Candles as OpenAlgo's JSON."""
    answer: Candles = {"data": [_row(one) for one in past.candles]}
    if past.note:
        answer["message"] = past.note
    return answer


def _row(candle: Candle) -> CandleRow:
    return {
        "timestamp": int(candle.at.timestamp()),
        "open": as_json_number(candle.open),
        "high": as_json_number(candle.high),
        "low": as_json_number(candle.low),
        "close": as_json_number(candle.close),
        "volume": candle.volume,
        "oi": candle.oi,
    }


@without_mode
async def intervals(call: Call[schemas.MarketBody]) -> Data[IntervalLists]:
    """POST /api/v1/intervals."""
    found = await call.services.candle_history.intervals(call.caller.account)
    lists: IntervalLists = {
        "months": [*found.months],
        "weeks": [*found.weeks],
        "days": [*found.days],
        "hours": [*found.hours],
        "minutes": [*found.minutes],
        "seconds": [*found.seconds],
    }
    return {"data": lists}
