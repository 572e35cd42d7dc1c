"""Takes orders posted to alert addresses by TradingView and others, and answers before they give up."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from aiohttp import web
from pydantic import Field, ValidationError
from typing_extensions import TypedDict

from core.errors import CountersignError, Disabled, Unauthorized
from core.ids import OrderId
from core.services.access.alert_addresses import AlertAddress
from core.services.background_tasks import BackgroundTasks
from core.services.facade import Services
from webhook.alerts.address_defaults import Completing, Given, as_posted
from webhook.alerts.alert_schemas import parse_alert, read_alert
from webhook.fields.field_errors import complaints
from webhook.request.body import read_body
from webhook.request.endpoint import Call, Endpoint
from webhook.request.pipeline import ACCOUNT, Handler, answer_once
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply, explain, mode_of, refuse, reply
from webhook.request.unread_requests import Fields, note_unread, read_what_can_be

ANSWER_WITHIN = 2.0
"""Seconds. TradingView gives up after three, and then posts again."""
FINISH_WITHIN = 2.0
_ACCEPTED = (
    "Accepted: the order is recorded and is being sent to the broker. "
    "Ask /api/v1/pendingorder what became of it; a repeat of this alert is the same order."
)
_RUNNING = 409
_OUR_FAULT = refuse(500, "Something went wrong on our side.")
_NOT_RECORDED = "The order is not recorded yet. Post the same alert again: it will not be taken twice."


@dataclass(frozen=True, slots=True)
class Alert:
    """A valid order that was posted to a known alert address."""

    endpoint: Endpoint[Any]
    call: Call[Any]


@dataclass(frozen=True, slots=True)
class _Posted:
    """What came, and how it is read."""

    raw: bytes
    given: Given
    completing: Completing

    def orders(self) -> Sequence[dict[str, object]]:
        """The fields of each order. Raises Invalid."""
        return self.completing(parse_alert(self.raw), self.given)

    def everything(self, place: int) -> bytes:
        """All that makes the order at this place another one than the one before."""
        if self.completing is as_posted:
            return self.raw
        return json.dumps([self.completing.__name__, self.given, place]).encode() + self.raw


def finish(late: BackgroundTasks) -> Callable[[web.Application], Awaitable[None]]:
    """At a stop, work that outlived its answer gets a moment; what it was doing is on disk and goes on after."""

    async def finish_late(_: web.Application) -> None:
        await late.close(FINISH_WITHIN)

    return finish_late


def sender(
    services: Services,
    rate_limits: RateLimits,
    late: BackgroundTasks,
    answer_within: float = ANSWER_WITHIN,
    completing: Completing = as_posted,
) -> Handler:
    """POST /webhook/<token>: a v1 order without apikey, as JSON whatever the Content-Type says.

    `completing` makes such orders of what other senders post.
    """

    async def handle(request: web.Request) -> web.Response:
        try:
            known = await _recognise(services, rate_limits, request)
        except Disabled as fault:
            return explain(fault).response()
        except Unauthorized:
            return refuse(404, "Not found").response()
        request[ACCOUNT] = known.caller.account.id
        posted = _Posted(await read_body(request), tuple(request.query.items()), completing)
        alerts = await _read(services, known, posted)
        if isinstance(alerts, Reply):
            return alerts.response()
        works = [late.start(answer_once(one.endpoint, one.call, request), "an alert's order") for one in alerts]
        answers = [_in_time(*both, answer_within) for both in zip(alerts, works, strict=True)]
        return (await _together(answers)).response()

    return handle


async def _recognise(services: Services, rate_limits: RateLimits, request: web.Request) -> AlertAddress:
    token = request.match_info["token"]
    if not token.isascii():
        raise Unauthorized()
    return await rate_limits.admit_key(services.alert_addresses.recognise, token, request.remote, is_order=True)


async def _read(services: Services, known: AlertAddress, posted: _Posted) -> Sequence[Alert] | Reply:
    """The orders that were posted, or the refusal to answer with: none is begun before all of them are valid."""
    account, found = known.caller.account, []
    try:
        for place, said in enumerate(posted.orders()):
            endpoint, fields = read_alert(said, known.strategy)
            body = await _validated(services, known, endpoint, fields)
            idempotent = await services.alert_addresses.idempotent_key(known, posted.everything(place))
            found.append(Alert(endpoint, Call(services, known.caller, body, idempotent)))
    except ValidationError as wrong:
        return refuse(400, str(complaints(wrong)), account)
    except CountersignError as fault:
        return explain(fault, account)
    return found


async def _validated(services: Services, known: AlertAddress, endpoint: Endpoint[Any], fields: Fields) -> Any:
    """The body of an order. Raises ValidationError, of which the client is told if it may have been an exit."""
    try:
        return endpoint.schema.model_validate(fields)
    except ValidationError as wrong:
        if unread := read_what_can_be(endpoint.name, fields, wrong):
            await note_unread(services, known.caller, unread)
        raise


async def _together(answers: Sequence[Awaitable[Reply]]) -> Reply:
    """One answer as it is; of several the worst status, with each of them."""
    if len(answers) == 1:
        return await answers[0]
    found = await asyncio.gather(*answers, return_exceptions=True)
    replies = [_OUR_FAULT if isinstance(one, BaseException) else one for one in found]
    worst = max(one.status for one in replies)
    status = "success" if worst < 400 else "error"
    taken = sum(one.status < 400 for one in replies)
    message = f"{taken} of {len(replies)} orders taken."
    return reply({"status": status, "message": message, "results": [json.loads(one.body) for one in replies]}, worst)


async def _in_time(alert: Alert, work: "asyncio.Future[Reply]", seconds: float) -> Reply:
    """The order's own answer if it is there in time, else whether the order is on disk; the work goes on."""
    done, _ = await asyncio.wait({work}, timeout=seconds)
    if not done:
        return await _where_it_stands(alert)
    answer = work.result()
    # The first of two equal alerts is still being sent: this one is the same order.
    return await _where_it_stands(alert) if answer.status == _RUNNING else answer


async def _where_it_stands(alert: Alert) -> Reply:
    call = alert.call
    stored = None
    assert call.idempotent is not None, "an alert is its own Idempotency-Key"
    with suppress(CountersignError):
        stored = await call.services.answers.find(call.caller.api_key_id, call.idempotent)
    if stored is None or stored.order_id is None:
        return refuse(503, _NOT_RECORDED, call.caller.account)
    return accepted(stored.order_id, mode_of(call.caller.account))


class AcceptedAlert(TypedDict):
    """The number of an order that is stored, and whose outcome is not known yet."""

    message: str
    pending_order_id: int
    mode: NotRequired[Annotated[str, Field(description="`analyze` when the account trades in the sandbox.")]]


def accepted(order_id: OrderId, mode: dict[str, object]) -> Reply:
    """The answer that an order is on disk, and that what the broker says of it is not known yet."""
    body: AcceptedAlert = {"message": _ACCEPTED, "pending_order_id": order_id}
    return reply({"status": "success", **body, **mode}, 202)
