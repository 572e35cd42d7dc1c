"""Around every request: limits, figures, one log line, and an answer in our shape whatever went wrong."""

import logging
import secrets
from time import perf_counter

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

from core.errors import CountersignError
from webhook.request.pipeline import ACCOUNT, ANSWER
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import Reply, explain, refuse, status_of
from webhook.request.request_metrics import Meter, route_of

log = structlog.get_logger(__name__)
UNLIMITED = frozenset({"/healthz", "/readyz", "/telegram/webhook"})
"""Health checks must not fail because others ask too often; Telegram sends a secret of its own."""


def guard(rate_limits: RateLimits, meter: Meter) -> Middleware:
    """Refuse an address that asks too often before anything is read, answer every failure as JSON, count what
    is answered and log what was asked; never a body, never a secret. One layer: each would cost every request."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = perf_counter()
        response: web.StreamResponse
        try:
            if request.path.rstrip("/") not in UNLIMITED:
                rate_limits.admit_address(request.remote)
            response = await handler(request)
        except web.HTTPException as known:
            response = _refused(request, known).response()
        except Exception as fault:  # noqa: BLE001 - the one place where a bug becomes a 500 instead of a lost request
            response = _failed(request, fault).response()
        seconds = perf_counter() - started
        _note(request, response.status, seconds)
        _count(meter, request, response, seconds)
        return response

    return around


def _count(meter: Meter, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
    route = route_of(request)
    meter.note(route, response.status)
    if isinstance(response, web.Response):
        # A stream lasts as long as its reader likes.
        meter.time(route, seconds)


def _refused(request: web.Request, known: web.HTTPException) -> Reply:
    if known.status in (404, 405):
        return refuse(404, "Not found", path=request.path)
    if known.status == 413:
        return refuse(413, f"The body is larger than {request.client_max_size // 1024} kB.")
    return refuse(known.status, known.reason)


def _failed(request: web.Request, fault: Exception) -> Reply:
    if ANSWER not in request:
        if isinstance(fault, CountersignError) and status_of(fault) is not None:
            return explain(fault)
        if isinstance(fault, HttpProcessingError | web.RequestPayloadError) or fault is request.content.exception():
            return refuse(400, "The body does not arrive as its headers say.")
    reference = secrets.token_hex(4).upper()
    log.error("http.request_failed", reference=reference, path=_path(request), exc_info=fault)
    if ANSWER in request:
        return request[ANSWER]
    return refuse(500, f"Something went wrong on our side. Reference {reference}.")


def _note(request: web.Request, status: int, seconds: float) -> None:
    level = logging.DEBUG if status < 400 else logging.INFO
    if not log.is_enabled_for(level):
        return
    log.log(
        level,
        "http.request_answered",
        method=request.method,
        path=_path(request),
        status=status,
        ms=round(seconds * 1000, 1),
        account=request.get(ACCOUNT),
    )


def _path(request: web.Request) -> str:
    """The route as it was declared, so that what a path carries stays out of the log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
