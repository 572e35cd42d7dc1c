"""The ways in which clients write the same address, and calls from web pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from tests.webhook.fakes import LIVE, FakeServices
from tests.webhook.market_client import Shop
from webhook.application import HttpSettings, build_application

Client = TestClient[web.Request, web.Application]
PAGE, STRANGER = "http://localhost:3000", "https://stranger.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type, x-secret",
}
TOLD = {
    "Access-Control-Allow-Origin": PAGE,
    "Access-Control-Allow-Methods": "DELETE, GET, PATCH, POST, PUT",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


@asynccontextmanager
async def _client(services: FakeServices, *origins: str) -> AsyncIterator[Client]:
    app = build_application(services.as_services(), HttpSettings(cors_origins=origins))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def closed(services: FakeServices) -> AsyncIterator[Client]:
    """A server as it comes."""
    async with _client(services) as client:
        yield client


@pytest.fixture
async def opened(services: FakeServices) -> AsyncIterator[Client]:
    """A server that a page may call."""
    async with _client(services, PAGE) as client:
        yield client


def _cors(headers: object) -> dict[str, str]:
    assert hasattr(headers, "items")
    return {name: value for name, value in headers.items() if name.startswith("Access-Control-")}


async def _post(client: Client, path: str, **headers: str) -> tuple[int, object, dict[str, str]]:
    # Written as it is: a URL that was put together from parts would lose the second slash.
    url = URL(f"{str(client.make_url('')).rstrip('/')}{path}", encoded=True)
    async with client.session.post(url, json={"apikey": LIVE}, headers=headers, allow_redirects=False) as response:
        return response.status, await response.json(), dict(response.headers)


@pytest.mark.parametrize("path", ["/api/v1/ping", "/api/v1/ping/", "//api/v1/ping", "//api/v1/ping/"])
async def test_every_way_to_write_an_address_leads_to_the_same_answer(closed: Client, path: str) -> None:
    status, body, _ = await _post(closed, path)

    assert status == 200
    assert body == (await _post(closed, "/api/v1/ping"))[1]


@pytest.mark.parametrize(
    "path", ["///api/v1/ping", "/api/v1/ping//", f"{'/' * 5000}api/v1/ping", "//", "/api/v1/pong/"]
)
async def test_what_is_more_than_a_slash_too_many_is_no_address(closed: Client, path: str) -> None:
    assert (await _post(closed, path))[0] == 404


async def test_slashes_make_no_metrics_of_their_own(shop: Shop) -> None:
    await _post(shop.http.client, "//api/v1/ping/")
    async with shop.http.client.get("/metrics") as response:
        scraped = await response.text()

    assert 'route="/api/v1/ping"' in scraped
    assert 'route="//' not in scraped


async def test_pages_may_not_call_unless_it_is_set(closed: Client) -> None:
    async with closed.options("/api/v1/ping", headers={hdrs.ORIGIN: PAGE, **PREFLIGHT}) as response:
        assert (response.status, _cors(response.headers)) == (404, {})
    status, _, headers = await _post(closed, "/api/v1/ping", Origin=PAGE)

    assert (status, _cors(headers)) == (200, {})


@pytest.mark.parametrize("path", ["/api/v1/placeorder", "/api/v1/placeorder/", "//api/v1/placeorder"])
async def test_what_a_browser_asks_first_is_answered(opened: Client, path: str) -> None:
    url = URL(f"{str(opened.make_url('')).rstrip('/')}{path}", encoded=True)
    async with opened.session.options(url, headers={hdrs.ORIGIN: PAGE, **PREFLIGHT}) as response:
        assert (response.status, await response.read()) == (200, b"")
        assert _cors(response.headers) == TOLD
        assert response.headers[hdrs.VARY] == "Origin"


async def test_a_stranger_is_told_nothing(opened: Client) -> None:
    async with opened.options("/api/v1/ping", headers={hdrs.ORIGIN: STRANGER, **PREFLIGHT}) as response:
        assert (response.status, _cors(response.headers)) == (200, {})
    status, _, headers = await _post(opened, "/api/v1/ping", Origin=STRANGER)

    assert (status, _cors(headers)) == (200, {})


async def test_the_page_may_read_answers_and_refusals(opened: Client) -> None:
    _, _, good = await _post(opened, "/api/v1/ping", Origin=PAGE)
    status, _, bad = await _post(opened, "/api/v1/nothing", Origin=PAGE)

    assert status == 404
    assert _cors(good) == _cors(bad) == {"Access-Control-Allow-Origin": PAGE}


async def test_only_the_api_is_opened(opened: Client) -> None:
    async with opened.get("/healthz", headers={hdrs.ORIGIN: PAGE}) as response:
        assert (response.status, _cors(response.headers)) == (200, {})


async def test_every_page_may_be_let_in(services: FakeServices) -> None:
    async with _client(services, "*") as client:
        _, _, headers = await _post(client, "/api/v1/ping", Origin=STRANGER)

    assert _cors(headers) == {"Access-Control-Allow-Origin": "*"}
