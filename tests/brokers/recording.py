"""A server that answers everything alike and remembers what was asked, to compare two clients."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True, slots=True)
class Asked:
    """What matters of a request."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Recorder:
    """Compares only these headers."""

    headers: Collection[str]
    answer: str = "{}"
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """Remember a request."""
        raw = await request.text()
        is_form = request.content_type == "application/x-www-form-urlencoded"
        body = sorted(parse_qsl(raw, keep_blank_values=True)) if is_form else json.loads(raw) if raw else None
        kept = {name: request.headers[name] for name in self.headers if name in request.headers}
        query = tuple(sorted(request.query.items()))
        self.asked.append(Asked(request.method, request.path, query, kept, body))
        return web.Response(text=self.answer, content_type="application/json")

    async def of(self, call: Callable[[], object]) -> Asked:
        """What a call that waits sends; what it makes of the answer does not matter."""
        # An SDK may not like the answer.
        await asyncio.gather(asyncio.to_thread(call), return_exceptions=True)
        return self.asked.pop()


@asynccontextmanager
async def recording(recorder: Recorder) -> AsyncIterator[Recorder]:
    """The recorder, listening."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", recorder.take)
    async with TestServer(app) as server:
        recorder.url = str(server.make_url("")).rstrip("/")
        yield recorder
