"""What charting programs keep here: any JSON, by name."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler
from typing_extensions import TypedDict

from core.accounts import Caller
from core.errors import Invalid
from core.services.facade import Services
from webhook.market.schemas import Chart, MarketBody
from webhook.request.endpoint import Call, without_mode
from webhook.request.keyed_query import KeyedQuery, serve_query
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply


class Kept(TypedDict):
    """A sentence that it is kept."""

    message: str


@without_mode
async def keep_chart(call: Call[Chart]) -> Kept:
    """POST /api/v1/chart: what is not named stays as it is."""
    given = {name: _as_json(value) for name, value in (call.body.model_extra or {}).items()}
    await call.services.chart_preferences.update(call.caller.account, given)
    return {"message": "Chart preferences saved"}


def kept_chart(services: Services, rate_limits: RateLimits) -> Handler:
    """GET /api/v1/chart."""
    return serve_query(KeyedQuery(MarketBody, _answer), services, rate_limits)


async def _answer(services: Services, caller: Caller, _: MarketBody) -> web.Response:
    kept = await services.chart_preferences.get(caller.account)
    # They are JSON already.
    fields = ",".join(f"{json.dumps(name)}:{value}" for name, value in kept.items())
    return Reply(200, f'{{"status":"success","data":{{{fields}}}}}').response()


def _as_json(value: object) -> str:
    """Escaped, for a text may hold what no database keeps. Raises Invalid."""
    try:
        # The only values that are no JSON are decimals.
        return json.dumps(value, default=float, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise Invalid("A preference holds a number beyond all bounds, or is nested too deeply.") from None
