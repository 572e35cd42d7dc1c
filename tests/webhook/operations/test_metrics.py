"""What Prometheus is told: true numbers, in its format, and nothing about anybody."""

from collections.abc import AsyncIterator, Mapping

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from core.accounts import OrderMode
from core.errors import Unready
from tests.factories import ASHA, VEENA
from tests.runtime import Spine, presser
from tests.webhook.real import serving_spine
from tests.webhook.talking import ORDER, Http

TYPES = {
    "countersign_orders": "counter",
    "countersign_orders_pending": "gauge",
    "countersign_orders_unseen": "gauge",
    "countersign_accounts_paused": "gauge",
    "countersign_ready": "gauge",
    "countersign_oldest_undecided_seconds": "gauge",
    "countersign_legs_unknown": "gauge",
    "countersign_feed_age_seconds": "gauge",
    "countersign_telegram_lag_seconds": "gauge",
    "countersign_order_to_card_seconds": "histogram",
    "countersign_tap_to_broker_seconds": "histogram",
    "countersign_postbacks": "counter",
    "countersign_order_streams": "gauge",
    "countersign_build_info": "gauge",
    "countersign_http_requests": "counter",
    "countersign_http_request_seconds": "histogram",
}
"""As docs/openalgo-compatibility.md says; the client leaves a counter's `_total` out of its name."""


@pytest.fixture
async def http(spine: Spine) -> AsyncIterator[Http]:
    """A server on the spine that counts from now on."""
    await spine.services.order_counts.begin()
    async with serving_spine(spine) as client:
        yield client


async def scrape(http: Http) -> str:
    """The text."""
    async with http.client.get("/metrics") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        return await answer.text()


async def families(http: Http) -> dict[str, Metric]:
    """Every metric by its name, as Prometheus reads it."""
    return {family.name: family for family in text_string_to_metric_families(await scrape(http))}


async def numbers(http: Http) -> dict[str, float]:
    """Every sample by its name with labels."""
    samples = [sample for family in (await families(http)).values() for sample in family.samples]
    return {_named(sample.name, sample.labels): sample.value for sample in samples}


def _named(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
    return f"{name}{{{inside}}}" if inside else name


async def test_orders_are_counted_by_what_happened_to_them(spine: Spine, http: Http) -> None:
    for _ in range(4):
        await http.post("placeorder", ORDER | {"apikey": spine.secret})
    await spine.approve(1)  # type: ignore[arg-type]
    await spine.reject(2)  # type: ignore[arg-type]
    await http.post("withdraw", {"apikey": spine.secret, "pending_order_id": 3})
    await http.post("placeorder", ORDER | {"apikey": spine.secret, "symbol": "NOSUCH"})

    found = await numbers(http)

    happened = {name: found[f'countersign_orders_total{{what="{name}"}}'] for name in ("received", "approved")}
    assert happened == {"received": 4, "approved": 1}
    assert [found[f'countersign_orders_total{{what="{name}"}}'] for name in ("rejected", "withdrawn", "denied")] == [
        1,
        1,
        1,
    ]
    assert found['countersign_orders_total{what="expired"}'] == 0
    assert found["countersign_orders_pending"] == 1


async def test_asking_again_counts_nothing_twice(spine: Spine, http: Http) -> None:
    await spine.queue()
    before = await numbers(http)
    await spine.queue()

    after = await numbers(http)

    name = 'countersign_orders_total{what="received"}'
    assert (before[name], after[name], (await numbers(http))[name]) == (1, 2, 2)


async def test_orders_of_before_the_start_are_not_counted_but_wait_all_the_same(spine: Spine) -> None:
    await spine.queue()
    await spine.services.order_counts.begin()

    async with serving_spine(spine) as http:
        found = await numbers(http)

    assert found['countersign_orders_total{what="received"}'] == 0
    assert found["countersign_orders_pending"] == 1


async def test_requests_are_counted_by_route_and_status_and_timed(spine: Spine, http: Http) -> None:
    await http.post("ping", {"apikey": spine.secret})
    await http.post("ping/", {"apikey": spine.secret})
    await http.post("ping", {"apikey": "wrong"})
    await http.get("/made/up")
    await http.get("/made/up/too")

    found = await numbers(http)

    assert found['countersign_http_requests_total{route="/api/v1/ping",status="2xx"}'] == 2
    assert found['countersign_http_requests_total{route="/api/v1/ping",status="4xx"}'] == 1
    assert found['countersign_http_requests_total{route="unknown",status="4xx"}'] == 2
    assert found['countersign_http_request_seconds_count{route="/api/v1/ping"}'] == 3
    assert found['countersign_http_request_seconds_bucket{le="+Inf",route="/api/v1/ping"}'] == 3


async def test_orders_that_nobody_was_shown_are_counted(spine: Spine, http: Http) -> None:
    order_id = await spine.queue()
    spine.clock.advance(seconds=31)
    before = await numbers(http)

    async with spine.runtime.database.begin() as tx:
        await tx.cards.adopt(order_id, presser(VEENA), None)
        await tx.commit()
    only_a_viewer = await numbers(http)
    async with spine.runtime.database.begin() as tx:
        await tx.cards.adopt(order_id, presser(ASHA), None)
        await tx.commit()
    after = await numbers(http)

    seen = [found["countersign_orders_unseen"] for found in (before, only_a_viewer, after)]
    assert seen == [1, 1, 0]
    assert before['countersign_ready{component="cards"}'] == 0
    assert after['countersign_ready{component="cards"}'] == 1


async def test_the_buckets_of_a_histogram_never_fall(spine: Spine, http: Http) -> None:
    for _ in range(20):
        await http.post("placeorder", ORDER | {"apikey": spine.secret})

    found = await numbers(http)

    counts = [count for name, count in found.items() if "seconds_bucket" in name and "placeorder" in name]
    assert counts == sorted(counts)
    assert counts[-1] == 20


async def test_what_is_not_ready_is_0(spine: Spine, http: Http) -> None:
    spine.services.health.telegram.problem = "away"

    found = await numbers(http)

    assert found['countersign_ready{component="telegram"}'] == 0
    assert found['countersign_ready{component="brokers"}'] == 1


async def test_every_metric_is_explained_and_of_the_documented_type(spine: Spine, http: Http) -> None:
    await http.post("ping", {"apikey": spine.secret})
    spine.services.clock.observe(spine.clock.now())

    found = await families(http)

    assert {name: family.type for name, family in found.items()} == TYPES
    assert all(family.documentation for family in found.values())


async def test_each_application_counts_for_itself(spine: Spine, http: Http) -> None:
    async with serving_spine(spine) as other:
        await other.post("ping", {"apikey": spine.secret})

        there, here = await numbers(other), await numbers(http)

    name = 'countersign_http_requests_total{route="/api/v1/ping",status="2xx"}'
    assert (there[name], here.get(name)) == (1, None)


async def test_nobody_is_named(spine: Spine, http: Http) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    await http.send("/webhook/csw_secret", b"{}")
    await http.post("placeorder", ORDER | {"apikey": spine.secret, "strategy": "Zebra"})

    text = await scrape(http)

    assert not [word for word in (spine.secret, "csw_", "main", "Asha", "Zebra", "SBIN", "127.0.0.1") if word in text]


async def test_without_a_database_the_rest_is_still_told(
    spine: Spine, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise Unready

    monkeypatch.setattr(spine.services.order_counts, "take", away)

    found = await numbers(http)

    assert 'countersign_ready{component="clock"}' in found
    assert not [name for name in found if name.startswith("countersign_orders")]
