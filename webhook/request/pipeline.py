"""The one way through every endpoint: read, validate, authenticate, call once, answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from aiohttp import web
from pydantic import ValidationError

from core.accounts import Caller
from core.errors import CountersignError
from core.ids import AccountId
from core.ports import IdempotentKey
from core.services.facade import Services
from webhook.fields.field_errors import complaints
from webhook.request.base_schemas import KeyedBody
from webhook.request.body import parse_object, read_body, require_json
from webhook.request.endpoint import Call, Endpoint, ErrorFormat, Idempotency
from webhook.request.idempotency_header import HEADER, parse_key
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply, explain, refuse
from webhook.request.unread_requests import note_unread, read_what_can_be

B = TypeVar("B", bound=KeyedBody)
Handler = Callable[[web.Request], Awaitable[web.Response]]

ACCOUNT = web.RequestKey("ACCOUNT", AccountId)
"""The account whose request it is, for the log."""
ANSWER = web.RequestKey("ANSWER", Reply)
"""The answer once the work is done: it is sent even if something fails afterwards."""
Identify = Callable[[str], Awaitable[Caller]]
"""Returns the caller whose key this is. Raises Unauthorized, TooMany, Unready."""


def serve(endpoint: Endpoint[B], services: Services, rate_limits: RateLimits) -> Handler:
    """The handler of one endpoint."""
    is_order = endpoint.idempotency is not Idempotency.NONE
    # Whoever writes an order compares the caller again in the same transaction, so a remembered one will do.
    authenticate = (
        services.keys.recognise if endpoint.idempotency is Idempotency.BY_INTAKE else services.keys.authenticate
    )

    async def handle(request: web.Request) -> web.Response:
        raw = await read_body(request)
        try:
            require_json(request.headers.get("Content-Type", ""))
            fields = parse_object(raw)
            body = endpoint.schema.model_validate(fields)
            idempotent = _idempotent(endpoint, request, raw)
            caller = await rate_limits.admit_key(authenticate, body.apikey, request.remote, is_order=is_order)
        except ValidationError as wrong:
            identify_now = partial(
                rate_limits.admit_key, services.keys.authenticate, address=request.remote, is_order=is_order
            )
            return (await _complain(_Wrong(endpoint, services, fields, wrong), identify_now)).response()
        except CountersignError as fault:
            return explain(fault).response()
        request[ACCOUNT] = caller.account.id
        call = Call(services, caller, body, idempotent)
        return (await answer_once(endpoint, call, request)).response()

    return handle


def _idempotent(endpoint: Endpoint[B], request: web.Request, raw: bytes) -> IdempotentKey | None:
    if endpoint.idempotency is Idempotency.NONE:
        return None
    return parse_key(request.headers.get(HEADER), endpoint.path, raw)


async def answer_once(endpoint: Endpoint[B], call: Call[B], request: web.Request) -> Reply:
    """The first answer under the caller's Idempotency-Key, or simply the answer when there is no key."""
    if call.idempotent is None:
        return await _attempt(endpoint, call)
    key_id, answers = call.caller.api_key_id, call.services.answers
    if endpoint.idempotency is Idempotency.BY_REQUEST:
        try:
            stored = await answers.reserve(key_id, call.idempotent)
        except CountersignError as fault:
            return explain(fault, call.caller.account)
        if stored is not None and stored.status is not None:
            return Reply(stored.status, stored.body or "")
    answer = await _attempt(endpoint, call)
    if answer.keep or endpoint.idempotency is Idempotency.BY_REQUEST:
        request[ANSWER] = answer
        await answers.keep(key_id, call.idempotent, answer.status, answer.body)
    return answer


async def _attempt(endpoint: Endpoint[B], call: Call[B]) -> Reply:
    try:
        return await endpoint.view(call)
    except CountersignError as fault:
        return explain(fault, call.caller.account)


@dataclass(frozen=True, slots=True)
class _Wrong(Generic[B]):
    """A request whose fields are wrong."""

    endpoint: Endpoint[B]
    services: Services
    fields: Mapping[str, object]
    fault: ValidationError


async def _complain(wrong: _Wrong[B], identify: Identify) -> Reply:
    found, form = complaints(wrong.fault), wrong.endpoint.error_format
    unread = read_what_can_be(wrong.endpoint.name, wrong.fields, wrong.fault)
    caller = None
    if "apikey" not in found and (unread is not None or form is ErrorFormat.TEXT):
        caller = await _caller_of(identify, str(wrong.fields["apikey"]))
    if unread is not None and caller is not None:
        await note_unread(wrong.services, caller, unread)
    if form is ErrorFormat.OBJECT:
        return refuse(400, found)
    if form is ErrorFormat.ERRORS:
        return refuse(400, "Validation error", errors=found)
    account = caller.account if caller is not None and form is ErrorFormat.TEXT else None
    return refuse(400, str(found), account)


async def _caller_of(identify: Identify, apikey: str) -> Caller | None:
    """Whose key this is, to tell them and to word an answer: a key that is not good changes nothing about it."""
    try:
        return await identify(apikey)
    except CountersignError:
        return None
