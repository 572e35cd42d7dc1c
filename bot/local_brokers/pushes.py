"""A WebSocket over which a local broker says what its book does."""

import asyncio
import json
from typing import Any

from aiohttp import web

from core.money import as_json_number


class Pushes:
    """Says everything to everybody who listens; one that hangs up is forgotten."""

    def __init__(self) -> None:
        self._waiting: dict[web.WebSocketResponse, asyncio.Queue[str | bytes]] = {}
        self.refuses = 0
        """The status with which connections are turned away."""
        self.heard: list[Any] = []
        """What was sent to us, and could be read."""

    @property
    def listeners(self) -> int:
        """How many connections there are now."""
        return len(self._waiting)

    def say(self, message: object, *, binary: bool = False) -> None:
        """Send this as JSON."""
        text = json.dumps(message, default=as_json_number)
        for queue in self._waiting.values():
            queue.put_nowait(text.encode() if binary else text)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take a connection, and keep it until one of us closes it."""
        if self.refuses:
            return web.Response(status=self.refuses)
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        queue = self._waiting[socket] = asyncio.Queue()
        saying = asyncio.create_task(_send(socket, queue))
        try:
            async for message in socket:
                self.heard.append(json.loads(message.data))
        finally:
            saying.cancel()
            del self._waiting[socket]
        return socket

    async def close(self, _: web.Application | None = None) -> None:
        """Hang up."""
        for socket in [*self._waiting]:
            await socket.close()


async def _send(socket: web.WebSocketResponse, queue: asyncio.Queue[str | bytes]) -> None:
    while True:
        match await queue.get():
            case str() as text:
                await socket.send_str(text)
            case raw:
                await socket.send_bytes(raw)
