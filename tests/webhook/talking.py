"""A short way to say what a strategy sends and to read what it gets."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.webhook.fakes import LIVE, FakeServices
from webhook.application import HttpSettings, build_application

JSON = "application/json"

ORDER: dict[str, object] = {
    "apikey": LIVE,
    "strategy": "S",
    "exchange": "NSE",
    "symbol": "SBIN",
    "action": "BUY",
    "quantity": "10",
}
CHANGE: dict[str, object] = ORDER | {
    "orderid": "240001",
    "product": "MIS",
    "pricetype": "LIMIT",
    "price": "801",
    "disclosed_quantity": "0",
    "trigger_price": "0",
}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    raw: bytes
    headers: dict[str, str]


class Http:
    """Posts to the API under test."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client

    async def post(self, endpoint: str, body: object, **headers: str) -> Answer:
        """POST a JSON body to /api/v1/<endpoint>; header names with _ for -."""
        return await self.send(f"/api/v1/{endpoint}", json.dumps(body).encode(), **headers)

    async def send(self, path: str, raw: bytes, content_type: str | None = JSON, **headers: str) -> Answer:
        """POST these bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type is not None:
            named["Content-Type"] = content_type
        skip = ["Content-Type"] if content_type is None else []
        async with self.client.post(path, data=raw, headers=named, skip_auto_headers=skip) as response:
            return await _read(response)

    async def get(self, path: str) -> Answer:
        """GET a path."""
        async with self.client.get(path) as response:
            return await _read(response)


async def _read(response: Any) -> Answer:
    raw = await response.read()
    return Answer(response.status, json.loads(raw), raw, dict(response.headers))


@asynccontextmanager
async def talking_to(services: FakeServices) -> AsyncIterator[Http]:
    """A client of a running server."""
    app = build_application(services.as_services(), HttpSettings())
    async with TestClient(TestServer(app)) as client:
        yield Http(client)
