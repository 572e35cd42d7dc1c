"""Every contract that can be traded, as one list: JSON, or CSV for a spreadsheet."""

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler
from typing_extensions import TypedDict

from core.accounts import Caller
from core.market.instruments import Instrument, InstrumentType
from core.services.facade import Services
from webhook.fields.answer_types import ExpiryDay, Number
from webhook.market import market_json
from webhook.market.schemas import InstrumentList
from webhook.request.keyed_query import KeyedQuery, serve_query
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import reply_in_pieces

_CSV = {"Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store", "Server": "Countersign"}


class ListedContract(TypedDict):
    """An instrument in the list; `strike` and `tick_size` are rupees, 0 without a strike."""

    symbol: str
    brsymbol: str
    name: str
    exchange: str
    brexchange: str
    token: str
    expiry: ExpiryDay | Literal[""]
    strike: Number
    lotsize: int
    instrumenttype: InstrumentType
    tick_size: Number


class ContractList(TypedDict):
    """Every instrument of an exchange, or of all, and a sentence that says how many."""

    message: str
    data: list[ListedContract]


_COLUMNS = tuple(ListedContract.__annotations__)


def instrument_list(services: Services, rate_limits: RateLimits) -> Handler:
    """GET /api/v1/instruments. One list is made at a time: at a live broker it is large."""
    one_at_a_time = asyncio.Lock()

    async def answer(_: Services, caller: Caller, asked: InstrumentList) -> web.Response:
        async with one_at_a_time:
            found = await services.market.instruments(caller.account, asked.exchange)
            # Making text of it takes a while, in which orders must not wait.
            return await asyncio.to_thread(_as_csv if asked.format == "csv" else _as_json, found)

    return serve_query(KeyedQuery(InstrumentList, answer), services, rate_limits)


def _as_json(found: Sequence[Instrument]) -> web.Response:
    message = f"Found {len(found)} instruments" if found else "No instruments found"
    body: ContractList = {"message": message, "data": [_listed(one) for one in found]}
    return reply_in_pieces({"status": "success", **body}).response()


def _as_csv(found: Sequence[Instrument]) -> web.Response:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    writer.writerows(_listed(one) for one in found)
    return web.Response(text=text.getvalue(), headers=_CSV)


def _listed(found: Instrument) -> ListedContract:
    row = market_json.instrument(found)
    return {
        "symbol": row["symbol"],
        "brsymbol": row["brsymbol"],
        "name": row["name"],
        "exchange": row["exchange"],
        "brexchange": row["brexchange"],
        "token": row["token"],
        "expiry": row["expiry"],
        "strike": row["strike"],
        "lotsize": row["lotsize"],
        "instrumenttype": row["instrumenttype"],
        "tick_size": row["tick_size"],
    }
