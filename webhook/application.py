"""Builds the HTTP application out of the use cases."""

from dataclasses import dataclass

from aiohttp import web

from core.services.catalog import Services
from webhook.middlewares import guard
from webhook.routes import ENDPOINTS
from webhook.serving import Handler, serve
from webhook.views.health import healthz, readyz
from webhook.views.telegram import TelegramWebhook, telegram


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """What the HTTP face must be told."""

    max_body_bytes: int = 64 * 1024
    telegram_webhook: TelegramWebhook | None = None
    """Mounted at POST /telegram/webhook when given."""


def build_application(services: Services, settings: HttpSettings) -> web.Application:
    """The application, ready for a runner. A handler is never cancelled when its client goes away."""
    app = web.Application(client_max_size=settings.max_body_bytes, middlewares=[guard])
    for endpoint in ENDPOINTS:
        _mount(app, "POST", endpoint.path, serve(endpoint, services))
    _mount(app, "GET", "/healthz", healthz)
    _mount(app, "GET", "/readyz", readyz(services))
    if settings.telegram_webhook is not None:
        _mount(app, "POST", "/telegram/webhook", telegram(settings.telegram_webhook))
    return app


def _mount(app: web.Application, method: str, path: str, handler: Handler) -> None:
    """With and without a slash at the end: clients write both."""
    app.router.add_route(method, path, handler)
    app.router.add_route(method, f"{path}/", handler)
