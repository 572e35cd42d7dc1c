"""Somebody who reads a stream of events, and the server that sends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession, web

from tests.runtime import Spine
from tests.waiting import SOON
from webhook.outcomes.event_stream import Streams


@dataclass
class Reader:
    """Somebody who reads a stream."""

    response: ClientResponse
    comments: int = 0
    seen: list[tuple[int, str, Any]] = field(default_factory=list)

    async def next(self) -> tuple[int, str, Any]:
        """The next event: its id, name and data."""
        found: dict[str, str] = {}
        async with asyncio.timeout(SOON):
            while True:
                line = (await self.response.content.readline()).decode()
                if not line:
                    raise EOFError
                name, _, value = line.rstrip("\n").partition(": ")
                self.comments += line.startswith(":")
                if name in ("id", "event", "data"):
                    found[name] = value
                elif not name and found:
                    self.seen.append((int(found["id"]), found["event"], json.loads(found["data"])))
                    return self.seen[-1]

    async def until(self, event: str) -> list[str]:
        """The names of events up to and including this one."""
        names: list[str] = []
        while event not in names:
            names.append((await self.next())[1])
        return names


@dataclass
class StreamApi:
    """A server with the stream on the spine; heartbeats come fast."""

    spine: Spine
    client: ClientSession
    app: web.Application
    streams: Streams

    @asynccontextmanager
    async def reading(self, last_id: int | str | None = None, key: str | None = None) -> AsyncIterator[Reader]:
        """A stream, open and greeted."""
        headers = {"X-API-KEY": key or self.spine.secret}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        async with self.client.get("/api/v1/events", headers=headers) as response:
            assert response.status == 200, await response.text()
            assert response.headers["Content-Type"] == "text/event-stream"
            while (await response.content.readline()) != b"\n":
                pass
            yield Reader(response)

    async def refusal(self, **headers: str) -> tuple[int, Any]:
        """What is answered instead of a stream."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.get("/api/v1/events", headers=named) as response:
            return response.status, await response.json()
