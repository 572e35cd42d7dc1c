"""The HTTP face on the real services, the real database and the paper broker."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from core.services.facade import Services
from tests.runtime import Spine
from tests.webhook.talking import Answer, Http
from webhook.application import HttpSettings, build_application
from webhook.request.rate_limits import HttpLimits

ALERT: dict[str, Any] = {"symbol": "SBIN", "exchange": "NSE", "action": "buy", "quantity": "10", "product": "MIS"}
"""What TradingView posts."""


@asynccontextmanager
async def serving_spine(
    spine: Spine, limits: HttpLimits | None = None, streams_per_key: int = 5
) -> AsyncIterator[Http]:
    """A client of a server on the spine; without limits unless told otherwise."""
    settings = HttpSettings(limits=limits or HttpLimits(), streams_per_key=streams_per_key)
    async with serving_services(spine.services, settings) as http:
        yield http


@asynccontextmanager
async def serving_services(services: Services, settings: HttpSettings | None = None) -> AsyncIterator[Http]:
    """A client of a server on these use cases."""
    async with TestClient(TestServer(build_application(services, settings or HttpSettings()))) as client:
        yield Http(client)


@dataclass
class AlertAddress:
    """Somebody with an address to post to."""

    spine: Spine
    http: Http
    path: str

    async def post(self, body: object, content_type: str | None = "application/json; charset=utf-8") -> Answer:
        """Post a body as it is."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.send(self.path, raw, content_type)

    def count(self) -> int:
        """How many orders there are."""
        return int(self.spine.sql("SELECT count(*) FROM orders")[0][0])
