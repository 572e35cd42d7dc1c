"""Numbers for Prometheus; no account, no key, no address."""

from aiohttp import web

from core.errors import Unready
from core.services.facade import Services
from webhook.operations.prometheus_text import CONTENT_TYPE, family, requests, times
from webhook.request.pipeline import Handler
from webhook.request.request_metrics import Meter


def metrics(services: Services, meter: Meter) -> Handler:
    """GET /metrics: always 200, without the orders while the database cannot be read."""

    async def handle(_: web.Request) -> web.Response:
        text = "".join([await _orders(services), await _readiness(services), requests(meter), times(meter)])
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", "Server": "Countersign"}
        return web.Response(body=text.encode(), headers=headers)

    return handle


async def _orders(services: Services) -> str:
    try:
        totals = await services.order_counts.take()
    except Unready:
        return ""
    happened = [({"what": name}, count) for name, count in totals.happened.items()]
    about = "Orders since the start, by what happened to them."
    waiting = family("countersign_orders_pending", "gauge", "Orders that wait for a person.", [({}, totals.pending)])
    return family("countersign_orders_total", "counter", about, happened) + waiting


async def _readiness(services: Services) -> str:
    components = await services.health.readiness()
    ready = [({"component": name}, int(not wrong)) for name, wrong in components.items()]
    return family("countersign_ready", "gauge", "Whether a component can do its work; see /readyz.", ready)
