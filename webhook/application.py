"""Builds the HTTP application out of the use cases."""

from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from core.services.catalog import Services
from webhook.late import LateWork
from webhook.limiting import Doorkeeper, HttpLimits
from webhook.metering import Meter
from webhook.middlewares import guard
from webhook.routes import ENDPOINTS
from webhook.serving import serve
from webhook.views.describing import docs, openapi
from webhook.views.events import Streams, events
from webhook.views.health import healthz, readyz
from webhook.views.metrics import metrics
from webhook.views.sender import sender
from webhook.views.telegram import TelegramWebhook, telegram


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """What the HTTP face must be told."""

    max_body_bytes: int = 64 * 1024
    telegram_webhook: TelegramWebhook | None = None
    """Mounted at POST /telegram/webhook when given."""
    limits: HttpLimits = field(default_factory=HttpLimits)
    streams_per_key: int = 5


def build_application(services: Services, settings: HttpSettings) -> web.Application:
    """The application, ready for a runner. A handler is never cancelled when its client goes away."""
    door, meter = Doorkeeper(settings.limits), Meter()
    app = web.Application(client_max_size=settings.max_body_bytes, middlewares=[guard(door, meter)])
    for endpoint in ENDPOINTS:
        _mount(app, "POST", endpoint.path, serve(endpoint, services, door))
    streams = Streams(settings.streams_per_key)
    late = LateWork()
    app.on_shutdown.append(streams.close)
    app.on_shutdown.append(late.finish)
    _mount(app, "GET", "/api/v1/events", events(services, door, streams))
    _mount(app, "POST", "/webhook/{token}", sender(services, door, late))
    _mount(app, "GET", "/healthz", healthz)
    _mount(app, "GET", "/readyz", readyz(services))
    _mount(app, "GET", "/metrics", metrics(services, meter))
    _mount(app, "GET", "/openapi.json", openapi)
    _mount(app, "GET", "/docs", docs)
    if settings.telegram_webhook is not None:
        _mount(app, "POST", "/telegram/webhook", telegram(settings.telegram_webhook))
    return app


def _mount(app: web.Application, method: str, path: str, handler: Handler) -> None:
    """With and without a slash at the end: clients write both."""
    app.router.add_route(method, path, handler)
    app.router.add_route(method, f"{path}/", handler)
