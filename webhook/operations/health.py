"""Whether the process lives, and whether it can do its work."""

from aiohttp import web

from core.services.facade import Services
from webhook.request.pipeline import Handler
from webhook.request.replies import reply


async def healthz(_: web.Request) -> web.Response:
    """GET /healthz: the process answers."""
    return reply({"status": "ok"}).response()


def readyz(services: Services) -> Handler:
    """GET /readyz: 503 that names each component that is not ready, and why; what only needs a look is told too."""

    async def handle(_: web.Request) -> web.Response:
        components = await services.health.readiness()
        is_ready = not any(components.values())
        states = {name: wrong or "ok" for name, wrong in {**components, **await services.health.attention()}.items()}
        status = "ready" if is_ready else "not ready"
        body = {"status": status, "components": states, "prices": services.health.prices()}
        return reply(body, 200 if is_ready else 503).response()

    return handle
