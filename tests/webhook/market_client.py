"""The market endpoints over the real services: SBIN stands at 800, NIFTY at 26055, on Monday 23 November 2026."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp.test_utils import TestClient, TestServer

from core.accounts import TradingMode
from tests.runtime import Spine
from tests.webhook.talking import Answer, Http
from webhook.application import HttpSettings, build_application

CALL = {"symbol": "NIFTY29DEC2626000CE", "exchange": "NFO"}
SBIN = {"symbol": "SBIN", "exchange": "NSE"}
NOT_FOUND = (
    "Symbol 'Z' not found for exchange 'NSE'. "
    "Please verify the symbol name and ensure master contracts are downloaded."
)
MISSING = "Missing data for required field."


class Shop:
    """Asks about the market with a good key."""

    def __init__(self, spine: Spine, http: Http) -> None:
        self.spine = spine
        self.http = http

    async def ask(self, endpoint: str, **body: object) -> Answer:
        """POST with the key."""
        return await self.http.post(endpoint, {"apikey": self.spine.secret} | body)

    async def data(self, endpoint: str, **body: object) -> object:
        """What a good request is told."""
        answer = await self.ask(endpoint, **body)
        assert (answer.status, answer.body["status"]) == (200, "success")
        return answer.body["data"]

    async def enter_sandbox(self) -> None:
        """From here on the account trades in the sandbox."""
        await self.spine.switch(trading_mode=TradingMode.SANDBOX)


@asynccontextmanager
async def open_shop(spine: Spine) -> AsyncIterator[Shop]:
    """A running server."""
    app = build_application(spine.services, HttpSettings())
    async with TestClient(TestServer(app)) as client:
        yield Shop(spine, Http(client))
