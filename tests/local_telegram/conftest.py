"""One local Telegram with a stopped clock, a real bot library and a bare HTTP caller for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.local_telegram.clock import Clock
from bot.local_telegram.server.server import Address, LocalTelegram
from bot.local_telegram.state.world import Rules

TOKEN = "12345:TEST-TOKEN-OF-A-DEMO-BOT"
ASHA = 7
RAVI = 8
GROUP = -1001234567890
NOW = 1_790_000_000.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """Calls the Bot API without any library; returns Telegram's JSON, whatever the status."""

    url: str
    session: aiohttp.ClientSession

    async def __call__(self, method: str, **params: Any) -> Json:
        address = f"{self.url}/bot{TOKEN}/{method}"
        async with self.session.post(address, json=params) as response:
            body = dict(await response.json())
        assert body["ok"] is (response.status == 200)
        assert body.get("error_code", 200) == response.status
        return body

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of the refusal that the call must get."""
        body = await self(method, **params)
        assert not body["ok"], body
        return str(body["description"])


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot library warns of its future type for seconds unless it may use it now."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> Clock:
    """Time stands still unless a test moves it."""
    return Clock(lambda: NOW)


@pytest.fixture
def tg(clock: Clock) -> LocalTelegram:
    """A Telegram in which Asha has started the bot and Ravi has not."""
    rules = Rules(webhook_retry=0.01)
    telegram = LocalTelegram(TOKEN, "countersign_demo_bot", rules=rules, clock=clock)
    telegram.add_user(ASHA, "Asha", "asha")
    telegram.add_user(RAVI, "Ravi")
    telegram.add_group(GROUP, "Traders", [ASHA, RAVI])
    telegram.send_text(ASHA, "/start")
    telegram.world.updates.clear()
    return telegram


@pytest.fixture
async def address(tg: LocalTelegram) -> AsyncIterator[Address]:
    """Where it listens."""
    async with tg.serving() as address:
        yield address


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Plain HTTP."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def api(address: Address, session: aiohttp.ClientSession) -> Api:
    """The Bot API, bare."""
    return Api(address.url, session)


@pytest.fixture
async def bot(address: Address) -> AsyncIterator[Bot]:
    """python-telegram-bot against this server."""
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    async with Bot(TOKEN, f"{address.url}/bot", f"{address.url}/file/bot", request) as bot:
        yield bot
