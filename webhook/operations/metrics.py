"""Numbers for Prometheus; no account, no key, no address."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from aiohttp import web
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from core.errors import Unready
from core.services.facade import Services
from webhook.operations.vital_metrics import build_info, vital_metrics
from webhook.request.pipeline import Handler
from webhook.request.request_metrics import BOUNDS, Meter

_LABELS = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")
_HEADERS = {"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store", "Server": "Countersign"}


class _Requests(Collector):
    """What was asked since the start, as Prometheus' client knows it."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        """The counts and times as Prometheus' client knows them."""
        answered = CounterMetricFamily("countersign_http_requests", "Requests answered.", labels=["route", "status"])
        for (route, digit), count in sorted(self._meter.requests.items()):
            answered.add_metric([route, f"{digit}xx"], count)
        yield answered
        took = HistogramMetricFamily(
            "countersign_http_request_seconds", "Time from a request's head to its answer.", labels=["route"]
        )
        for route, found in sorted(self._meter.times.items()):
            took.add_metric([route], list(zip(_LABELS, accumulate(found.buckets), strict=True)), found.total)
        yield took


class _LatestReads(Collector):
    """The numbers that were read from the database for the present scrape."""

    metrics: tuple[Metric, ...] = ()

    def collect(self) -> Iterable[Metric]:
        """The numbers as they were read last."""
        return self.metrics


def metrics(services: Services, meter: Meter) -> Handler:
    """GET /metrics: always 200, without orders and vital signs while the database cannot be read."""
    # One registry for each application: several may live in one process.
    registry, reads = CollectorRegistry(), _LatestReads()
    registry.register(reads)
    registry.register(_Requests(meter))

    async def handle(_: web.Request) -> web.Response:
        read = (*await _orders(services), *await _vital_signs(services), await _readiness(services))
        reads.metrics = (*read, _postbacks(services), _order_streams(services), build_info())
        return web.Response(body=generate_latest(registry), headers=_HEADERS)

    return handle


async def _orders(services: Services) -> tuple[Metric, ...]:
    try:
        totals, unseen = await services.order_counts.take(), await services.health.count_unseen()
    except Unready:
        return ()
    happened = CounterMetricFamily(
        "countersign_orders", "Orders since the start, by what happened to them.", labels=["what"]
    )
    for name, count in totals.happened.items():
        happened.add_metric([name], count)
    pending = GaugeMetricFamily("countersign_orders_pending", "Orders that wait for a person.", totals.pending)
    paused = GaugeMetricFamily("countersign_accounts_paused", "Accounts that are paused.", totals.paused_accounts)
    about = "Orders that wait and that nobody who may decide was shown, counted up to 1000."
    return happened, pending, paused, GaugeMetricFamily("countersign_orders_unseen", about, unseen)


async def _vital_signs(services: Services) -> tuple[Metric, ...]:
    try:
        return vital_metrics(await services.vital_signs.take())
    except Unready:
        return ()


def _postbacks(services: Services) -> Metric:
    about = "Brokers' postbacks to a right address since the start, by what was done with them."
    counted = CounterMetricFamily("countersign_postbacks", about, labels=["what"])
    for what, count in services.postbacks.counts.items():
        counted.add_metric([what], count)
    return counted


def _order_streams(services: Services) -> Metric:
    about = "Connections over which brokers push order updates, by broker and whether they stand."
    counted = GaugeMetricFamily("countersign_order_streams", about, labels=["broker", "state"])
    for (broker, stands), count in sorted(services.order_streams.counts.items()):
        counted.add_metric([broker, "up" if stands else "down"], count)
    return counted


async def _readiness(services: Services) -> Metric:
    about = "Whether a component can do its work; see /readyz."
    ready = GaugeMetricFamily("countersign_ready", about, labels=["component"])
    components = {**await services.health.readiness(), **await services.health.attention()}
    for name, wrong in components.items():
        ready.add_metric([name], int(not wrong))
    return ready
