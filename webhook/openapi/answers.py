"""What an endpoint may answer: statuses, shapes and examples."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import errors
from webhook.alerts.alert_views import AcceptedAlert
from webhook.fields.json_schema import Schema
from webhook.market.instrument_list import ContractList
from webhook.openapi.answer_bodies import names_of
from webhook.openapi.answer_schemas import answer_schema
from webhook.openapi.order_bodies import names_of_order
from webhook.openapi.summaries import words_of
from webhook.orders.single_views import QueuedOrder
from webhook.request.body import UNREADABLE
from webhook.request.endpoint import Endpoint, ErrorFormat, Idempotency
from webhook.request.replies import IN_DOUBT

MEANINGS: Mapping[int, tuple[str, str]] = {
    202: ("The order is on disk; the broker has not answered within two seconds.", "Accepted"),
    400: ("Something in the request is wrong, or the broker refused. Nothing moved.", UNREADABLE),
    403: (
        "The key is not good, its account is disabled, or the account's mode forbids this.",
        "Invalid openalgo apikey",
    ),
    404: ("What was asked for does not exist.", "Pending order 7 not found"),
    409: ("Somebody was faster, or the first request under this Idempotency-Key still runs.", str(errors.TooLate())),
    413: ("The body is too large.", "The body is larger than 64 kB."),
    422: ("The Idempotency-Key came with another body before.", str(errors.IdempotencyMismatch())),
    426: ("The request asked for no WebSocket.", "Connect with a WebSocket here."),
    429: ("Too many requests; Retry-After says when to come again. Nothing was stored.", str(errors.TooMany())),
    500: ("A fault of ours; the reference is in the log.", "Something went wrong on our side. Reference 1A2B3C4D."),
    501: ("The account's broker does not offer this.", str(errors.Unsupported())),
    503: ("Nothing was done, and it may be tried again.", str(errors.Unready())),
    504: (
        "Whether the broker did it is not known: ask before trying again.",
        f"{errors.OutcomeUnknown()} {IN_DOUBT}",
    ),
}
"""What each status means wherever it occurs, and a text that comes with it."""

_COMPLAINT = {"symbol": ["Missing data for required field."]}
_COMPLAINTS: Mapping[ErrorFormat, tuple[str, Schema]] = {
    ErrorFormat.TEXT: ("Error", {"message": str(_COMPLAINT)}),
    ErrorFormat.TEXT_WITHOUT_MODE: ("Error", {"message": str(_COMPLAINT)}),
    ErrorFormat.OBJECT: ("FieldErrors", {"message": _COMPLAINT}),
    ErrorFormat.ERRORS: ("ValidationErrors", {"message": "Validation error", "errors": _COMPLAINT}),
}
_MODE: Schema = {"type": "string", "description": "`analyze` when the account trades in the sandbox."}
_TEXT: Schema = {"type": "string"}


def _error(**properties: Schema) -> Schema:
    fields: Schema = {"status": {"const": "error"}, "message": _TEXT, "mode": _MODE, **properties}
    return {"type": "object", "required": ["status", "message"], "properties": fields}


SHAPES: Mapping[str, Schema] = {
    "Error": _error(
        detail=_TEXT | {"description": "Where JSON is not JSON."},
        path=_TEXT | {"description": "A path that does not exist."},
        orderid=_TEXT | {"description": "What the broker refused, where it is in its order book."},
        trigger_id=_TEXT | {"description": "The same of a trigger."},
    ),
    "FieldErrors": _error(message={"type": ["object", "string"], "description": "Field → texts, or one text."}),
    "ValidationErrors": _error(errors={"type": "object", "description": "Field → texts."}),
    "Queued": answer_schema(QueuedOrder),
    "Accepted": answer_schema(AcceptedAlert),
    "Instruments": answer_schema(ContractList),
    "ChartPreferences": {
        "type": "object",
        "required": ["status", "data"],
        "properties": {"status": {"const": "success"}, "data": {"type": "object", "description": "JSON by name."}},
    },
}
"""The bodies of errors, and of orders that nobody has decided or sent yet."""

_QUEUED = {
    "status": "success",
    "message": "Order queued for approval in Action Center",
    "mode": "semi_auto",
    "pending_order_id": 7,
}
RETRY_AFTER: Schema = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}


def statuses(endpoint: Endpoint[Any]) -> list[int]:
    """Every status that may be answered."""
    found = {200, 400, 403, 413, 429, 500, 503}
    if words_of(endpoint.path)[1].can_miss:
        found.add(404)
    if endpoint.idempotency is not Idempotency.NONE:
        found |= {409, 422}
    if endpoint.idempotency is not Idempotency.NONE and endpoint.path != "/api/v1/withdraw":
        found.add(504)
    if "gtt" in endpoint.path:
        found.add(501)
    return sorted(found)


def responses(endpoint: Endpoint[Any]) -> Schema:
    """The endpoint's responses."""
    shape, complaint = _COMPLAINTS[endpoint.error_format]
    found = refusals(status for status in statuses(endpoint) if status >= 400)
    found["400"] = response(MEANINGS[400][0], shape, example={"status": "error", **complaint})
    return {"200": _good(endpoint), **found}


def _good(endpoint: Endpoint[Any]) -> Schema:
    name = endpoint.path.removeprefix("/api/v1/")
    return taken(name) if endpoint.idempotency is Idempotency.BY_INTAKE else done(name)


def taken(*kinds: str) -> Schema:
    """The response 200 to a new order of one of these kinds."""
    meaning = "Queued for the client; or, for an account in auto mode, what the broker did."
    names = dict.fromkeys(name for kind in kinds for name in names_of_order(kind))
    return response(meaning, "Queued", *names, example=_QUEUED)


def done(name: str) -> Schema:
    """The response 200 of any other endpoint."""
    return response("Done.", *names_of(name))


def refusals(statuses: Iterable[int]) -> Schema:
    """The responses that say why a request was refused."""
    found: Schema = {}
    for status in statuses:
        meaning, text = MEANINGS[status]
        found[str(status)] = response(meaning, "Error", example={"status": "error", "message": text})
        if status == 429:
            found[str(status)]["headers"] = RETRY_AFTER
    return found


def response(meaning: str, *shapes: str, example: object = None) -> Schema:
    """One response of JSON, in any of these shapes."""
    schema = _ref(*shapes) if len(shapes) == 1 else {"anyOf": [_ref(shape) for shape in shapes]}
    body = {"schema": schema} | ({"example": example} if example is not None else {})
    return {"description": meaning, "content": {"application/json": body}}


def _ref(shape: str) -> Schema:
    return {"$ref": f"#/components/schemas/{shape}"}
