"""Server-sent events: an account's orders as they move, resumable from any event on."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from core.accounts import Caller
from core.errors import CountersignError, Invalid, TooMany, Unauthorized
from core.ids import ApiKeyId
from core.orders.order_events import StrategyEvent
from core.services.facade import Services
from webhook.outcomes.heard_events import Listening, hear_events
from webhook.request.pipeline import ACCOUNT
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import explain

STREAMS_IN_ALL = 200
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_GREETING = b"retry: 3000\n: Countersign\n\n"
_HEARTBEAT = b": still here\n\n"
_LONGEST_ID = 18
"""The most digits of an event's id."""


@dataclass(slots=True)
class Streams:
    """Every open stream of this process."""

    per_key: int = 5
    heartbeat: float = 5.0
    """Seconds without an event after which a comment is sent and the key is checked again."""
    slowest: float = 10.0
    """Seconds that a reader may take to receive a chunk; then the connection is cut."""
    is_closing: bool = False
    _open: Counter[ApiKeyId] = field(default_factory=Counter)
    _wakes: set[asyncio.Event] = field(default_factory=set)

    @contextmanager
    def opened(self, key_id: ApiKeyId, wake: asyncio.Event) -> Iterator[None]:
        """Count one more stream until the block ends. Raises TooMany."""
        if self._open[key_id] >= self.per_key or self.count >= STREAMS_IN_ALL:
            raise TooMany(f"Too many streams: at most {self.per_key} with one key. Close one first.", self.heartbeat)
        self._open[key_id] += 1
        self._wakes.add(wake)
        try:
            yield
        finally:
            self._wakes.discard(wake)
            self._open[key_id] -= 1
            self._open += Counter()  # forgets keys without streams

    @property
    def count(self) -> int:
        """How many streams are open."""
        return self._open.total()

    async def close(self, _: web.Application) -> None:
        """End every stream, because the service stops; readers connect again."""
        self.is_closing = True
        for wake in self._wakes:
            wake.set()


def events(
    services: Services, rate_limits: RateLimits, streams: Streams
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """GET /api/v1/events with the key in X-API-KEY; from behind Last-Event-ID on, else from now on."""

    async def handle(request: web.Request) -> web.StreamResponse:
        key = request.headers.get("X-API-KEY", "")
        try:
            caller = await _identify(services, rate_limits, key, request.remote)
            request[ACCOUNT] = caller.account.id
            position = await _position(services, caller, request.headers.get("Last-Event-ID"))
            with services.events.following(caller.account.id) as moved, streams.opened(caller.api_key_id, moved):
                response = web.StreamResponse(headers=_HEADERS)
                await response.prepare(request)
                who = Listening(key, position, streams.heartbeat)
                chunks = _stream(services, streams, who, moved)
                await _write(request, response, chunks, streams.slowest)
                return response
        except CountersignError as fault:
            return explain(fault).response()

    return handle


async def _identify(services: Services, rate_limits: RateLimits, key: str, address: str | None) -> Caller:
    if not key.isascii():
        raise Unauthorized("Invalid openalgo apikey")
    return await rate_limits.admit_key(services.keys.authenticate, key, address, is_order=False)


async def _position(services: Services, caller: Caller, last_id: str | None) -> int:
    head = await services.events.head(caller.account.id)
    if last_id is None or not last_id.strip():
        return head
    if not (last_id.isascii() and last_id.isdigit() and len(last_id) <= _LONGEST_ID):
        raise Invalid("Last-Event-ID must be the id of an event of this stream.")
    return min(int(last_id), head)


async def _stream(services: Services, streams: Streams, who: Listening, moved: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield what is to be sent, until the key is no longer good, the service stops or cannot read."""
    yield _GREETING
    try:
        async for heard in hear_events(services, who, moved):
            if streams.is_closing:
                return
            for event in heard.events:
                yield render(event)
            if heard.is_silence:
                yield _HEARTBEAT
    except CountersignError:
        return


async def _write(
    request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes], slowest: float
) -> None:
    try:
        async for chunk in chunks:
            async with asyncio.timeout(slowest):
                await response.write(chunk)
    except ConnectionError:
        return
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()


def render(event: StrategyEvent) -> bytes:
    """One event as bytes of the stream."""
    data = json.dumps(event.body(), separators=(",", ":"), ensure_ascii=False)
    return f"id: {event.seq}\nevent: {event.name.value}\ndata: {data}\n\n".encode()
