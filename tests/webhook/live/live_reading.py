"""Somebody who reads live prices and order updates, and the server that sends them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.runtime import Spine
from tests.waiting import SOON
from webhook.application import READERS, HttpSettings, build_application
from webhook.live.readers import LiveLimits, Readers
from webhook.server import serving

SBIN = {"exchange": "NSE", "symbol": "SBIN"}
QUICK = LiveLimits(heartbeat=0.05)


@dataclass
class LiveReader:
    """One connection."""

    socket: ClientWebSocketResponse
    seen: list[Any] = field(default_factory=list)

    async def send(self, action: str, **fields: object) -> None:
        """Send a message."""
        await self.socket.send_json({"action": action, **fields})

    async def next(self) -> Any:
        """The next message."""
        async with asyncio.timeout(SOON):
            message = await self.socket.receive()
        assert message.type is WSMsgType.TEXT, (message, self.socket.close_code)
        self.seen.append(message.json())
        return self.seen[-1]

    async def until(self, wanted: Callable[[Any], bool]) -> Any:
        """The next message that is wanted."""
        while not wanted(await self.next()):
            pass
        return self.seen[-1]

    async def of_type(self, type_: str) -> Any:
        """The next message of this type."""
        return await self.until(lambda message: message.get("type") == type_)

    async def ask(self, action: str, **fields: object) -> Any:
        """Send a message; what is answered, prices apart."""
        await self.send(action, **fields)
        return await self.until(lambda message: message.get("type") != "market_data")

    async def end(self) -> tuple[int | None, str]:
        """How the server ends the connection, once everything else is read."""
        async with asyncio.timeout(SOON):
            while (message := await self.socket.receive()).type is WSMsgType.TEXT:
                self.seen.append(message.json())
        return self.socket.close_code, message.extra or ""


@dataclass
class LiveApi:
    """A running server on the spine."""

    spine: Spine
    client: ClientSession
    address: str
    readers: Readers

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[LiveReader]:
        """A connection that has not said who it is."""
        async with self.client.ws_connect("/ws") as socket:
            yield LiveReader(socket)

    @asynccontextmanager
    async def reading(self, key: str | None = None) -> AsyncIterator[LiveReader]:
        """A connection whose key was taken."""
        async with self.connected() as reader:
            answer = await reader.ask("authenticate", api_key=key or self.spine.secret)
            assert (answer["type"], answer["status"]) == ("auth", "success"), answer
            yield reader


@asynccontextmanager
async def live_api(spine: Spine, limits: LiveLimits = QUICK) -> AsyncIterator[LiveApi]:
    """A server in front of the spine; keys are checked often."""
    application = build_application(spine.services, HttpSettings(live=limits))
    async with serving(application, "127.0.0.1", 0) as address, ClientSession(address) as client:
        yield LiveApi(spine, client, address, application[READERS])
