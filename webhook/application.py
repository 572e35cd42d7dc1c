"""Builds the HTTP application out of the use cases."""

from dataclasses import dataclass, field
from functools import cache

from aiohttp import web
from aiohttp.typedefs import Handler

from core.services.background_tasks import BackgroundTasks
from core.services.facade import Services
from webhook.alerts.address_defaults import with_defaults
from webhook.alerts.alert_views import finish, sender
from webhook.alerts.chartink_alerts import of_chartink
from webhook.live.conversation import Live
from webhook.live.frames import TickFrames
from webhook.live.live_views import live_feed
from webhook.live.readers import LiveLimits, Readers
from webhook.market.chart_views import kept_chart
from webhook.market.instrument_list import instrument_list
from webhook.market.ticker import ticker
from webhook.operations.docs_page import docs, openapi, root
from webhook.operations.health import healthz, readyz
from webhook.operations.telegram_updates import TelegramWebhook, telegram
from webhook.outcomes.event_stream import Streams, events
from webhook.postbacks.postback_views import postbacks
from webhook.request.cors import allow_pages
from webhook.request.middlewares import guard
from webhook.request.pipeline import serve
from webhook.request.rate_limits import HttpLimits, RateLimits
from webhook.request.request_metrics import Meter
from webhook.request.spare_slashes import SpareSlashes
from webhook.routes import ENDPOINTS
from webhook.unserved.unserved_routes import refusing, unserved

LIVE_FEED: web.AppKey[Handler] = web.AppKey("LIVE_FEED")
"""What answers WebSockets."""
READERS = web.AppKey("READERS", Readers)
"""Who is connected to it."""


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Settings of the HTTP application."""

    max_body_bytes: int = 64 * 1024
    telegram_webhook: TelegramWebhook | None = None
    """Mounted at POST /telegram/webhook when given."""
    limits: HttpLimits = field(default_factory=HttpLimits)
    streams_per_key: int = 5
    live: LiveLimits = field(default_factory=LiveLimits)
    cors_origins: tuple[str, ...] = ()
    """Web pages of these origins may call the API; none is the default."""


def build_application(services: Services, settings: HttpSettings) -> web.Application:
    """The application, ready for a runner. A handler is never cancelled when its client goes away."""
    rate_limits, meter = RateLimits(settings.limits), Meter()
    app = web.Application(client_max_size=settings.max_body_bytes, middlewares=[guard(rate_limits, meter)])
    for endpoint in ENDPOINTS:
        app.router.add_route("POST", endpoint.path, serve(endpoint, services, rate_limits))
    for verb, path, why in unserved():
        app.router.add_route(verb, path, refusing(why))
    streams = Streams(settings.streams_per_key)
    late = BackgroundTasks()
    app.on_shutdown.append(streams.close)
    app.on_shutdown.append(finish(late))
    app.router.add_route("GET", "/api/v1/events", events(services, rate_limits, streams))
    readers = Readers(settings.live)
    app[LIVE_FEED] = live_feed(Live(services, rate_limits, readers, TickFrames()))
    app[READERS] = readers
    app.on_shutdown.append(readers.close)
    app.router.add_route("GET", "/ws", app[LIVE_FEED])
    app.router.add_route("GET", "/api/v1/instruments", instrument_list(services, rate_limits))
    app.router.add_route("GET", "/api/v1/chart", kept_chart(services, rate_limits))
    app.router.add_route("GET", "/api/v1/ticker/{symbol}", ticker(services, rate_limits))
    app.router.add_route("POST", "/webhook/{token}", sender(services, rate_limits, late))
    strategies = sender(services, rate_limits, late, completing=with_defaults)
    app.router.add_route("POST", "/strategy/webhook/{token}", strategies)
    chartink = sender(services, rate_limits, late, completing=of_chartink)
    app.router.add_route("POST", "/chartink/webhook/{token}", chartink)
    app.router.add_route("POST", "/broker/{broker}/postback/{token}", postbacks(services, rate_limits))
    app.router.add_route("GET", "/healthz", healthz)
    app.router.add_route("GET", "/readyz", readyz(services))
    app.router.add_route("GET", "/metrics", _metrics(services, meter))
    app.router.add_route("GET", "/openapi.json", openapi)
    app.router.add_route("GET", "/docs", docs)
    app.router.add_route("GET", "/", root)
    if settings.cors_origins:
        allow_pages(app, settings.cors_origins)
    if settings.telegram_webhook is not None:
        app.router.add_route("POST", "/telegram/webhook", telegram(settings.telegram_webhook))
    app.router.register_resource(SpareSlashes(app.router))
    return app


def build_live_application(application: web.Application) -> web.Application:
    """Only the WebSocket of `application`, at every path: OpenAlgo's clients look for it on a port of its own."""
    alone = web.Application(middlewares=application.middlewares)
    alone.on_shutdown.append(application[READERS].close)
    alone.router.add_get("/{path:.*}", application[LIVE_FEED])
    return alone


def _metrics(services: Services, meter: Meter) -> Handler:
    """GET /metrics. Prometheus' client takes a while to import, so a start does without it."""

    @cache
    def found() -> Handler:
        from webhook.operations.metrics import metrics

        return metrics(services, meter)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await found()(request)

    return handle
