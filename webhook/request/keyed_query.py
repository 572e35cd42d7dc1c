"""GETs of /api/v1: the key stands in the address, or in the header X-API-KEY, for addresses end up in logs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from core.accounts import Caller
from core.errors import CountersignError
from core.services.facade import Services
from webhook.fields.field_errors import complaints
from webhook.request.base_schemas import KeyedBody
from webhook.request.pipeline import ACCOUNT
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply, explain, refuse

B = TypeVar("B", bound=KeyedBody)


def asked_in_address(request: web.Request) -> Mapping[str, str]:
    """What the address asks, of each name the first."""
    return {name: request.query[name] for name in request.query}


def as_json(_: web.Request, refusal: Reply) -> web.Response:
    """A refusal in the form that all others have."""
    return refusal.response()


@dataclass(frozen=True, slots=True)
class KeyedQuery(Generic[B]):
    """One endpoint: what it is asked, what it answers, and how it refuses. Fields that it has not are ignored."""

    schema: type[B]
    answer: Callable[[Services, Caller, B], Awaitable[web.Response]]
    asked: Callable[[web.Request], Mapping[str, str]] = asked_in_address
    refused: Callable[[web.Request, Reply], web.Response] = as_json


def serve_query(query: KeyedQuery[B], services: Services, rate_limits: RateLimits) -> Handler:
    """The handler of one endpoint. What `answer` raises becomes a refusal."""

    async def handle(request: web.Request) -> web.StreamResponse:
        known, asked = query.schema.model_fields, query.asked(request)
        given = {name: value for name, value in asked.items() if name in known}
        if "apikey" not in given and "X-API-KEY" in request.headers:
            given["apikey"] = request.headers["X-API-KEY"]
        try:
            valid = query.schema.model_validate(given)
            caller = await rate_limits.admit_key(
                services.keys.authenticate, valid.apikey, request.remote, is_order=False
            )
            request[ACCOUNT] = caller.account.id
            return await query.answer(services, caller, valid)
        except ValidationError as wrong:
            return query.refused(request, refuse(400, complaints(wrong)))
        except CountersignError as fault:
            return query.refused(request, explain(fault))

    return handle
