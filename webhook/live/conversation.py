"""One reader's connection from its first message to its end."""

import asyncio
import hmac
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import WSMessage, WSMsgType, web

from core.accounts import Caller
from core.errors import CountersignError, Unauthorized
from core.services.facade import Services
from webhook.live import live_json as shapes
from webhook.live.endings import FAILED, STOP, Ending, ending_by, ending_of
from webhook.live.frames import TickFrames
from webhook.live.live_requests import LiveRequest, Refused, parse_request
from webhook.live.readers import Place, Readers
from webhook.live.session import Entry, Session
from webhook.outcomes.heard_events import Listening
from webhook.request.pipeline import ACCOUNT
from webhook.request.rate_limits import RateLimits
from webhook.request.token_buckets import Buckets, Limit

log = structlog.get_logger(__name__)
MESSAGES_PER_SECOND = 20
_GOODBYE = 1.0
"""Seconds in which a reader may take the last message."""
_LONGEST_REASON = 120
_ONE = "one reader"


@dataclass(frozen=True, slots=True)
class Live:
    """What all readers share."""

    services: Services
    rate_limits: RateLimits
    readers: Readers
    frames: TickFrames


class Conversation:
    """Reads what one reader sends, and answers."""

    def __init__(self, live: Live, request: web.Request, socket: web.WebSocketResponse) -> None:
        self._live = live
        self._request = request
        self._socket = socket
        self._session: Session | None = None
        self._pace = Buckets(Limit.per_second(MESSAGES_PER_SECOND))
        self._tasks: set[asyncio.Task[Ending]] = set()
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    async def run(self, place: Place) -> None:
        """Converse until either side ends it."""
        self._begin(self._read(place))
        try:
            ending = await self._ended
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._session is not None:
                self._session.close()
        await self._close(ending)

    def stop(self) -> None:
        """End it, because the service stops."""
        self._end(STOP)

    def _begin(self, work: Coroutine[object, object, Ending]) -> None:
        task = asyncio.create_task(work, name="reader")
        self._tasks.add(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[Ending]) -> None:
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            log.error("live.failed", exc_info=fault)
        self._end(task.result() if fault is None else FAILED)

    def _end(self, ending: Ending) -> None:
        if not self._ended.done():
            self._ended.set_result(ending)

    async def _close(self, ending: Ending) -> None:
        reason = ending.reason.encode()[:_LONGEST_REASON]
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_GOODBYE):
                if ending.said is not None:
                    await self._socket.send_json(ending.said)
            await self._socket.close(code=ending.code, message=reason)
        transport = self._request.transport
        if transport is not None and transport.get_write_buffer_size():
            # It does not read: what is left would stay in memory for as long as it likes.
            transport.abort()

    async def _read(self, place: Place) -> Ending:
        try:
            async with asyncio.timeout(self._live.readers.limits.patience) as patience:
                async for message in self._socket:
                    ending = await self._take(message, place)
                    if ending is not None:
                        return ending
                    if self._session is not None:
                        patience.reschedule(None)
                    if wait := self._pace.take(_ONE, time.monotonic()):
                        await asyncio.sleep(wait)
        except TimeoutError:
            why = f"Authenticate within {self._live.readers.limits.patience:g} s."
            return ending_by(Unauthorized(why))
        return Ending()

    async def _take(self, message: WSMessage, place: Place) -> Ending | None:
        try:
            if message.type is not WSMsgType.TEXT:
                raise Refused("INVALID_JSON", "Messages are JSON text.")
            if len(message.data) > self._live.readers.limits.largest_message:
                most = self._live.readers.limits.largest_message // 1024
                raise Refused("TOO_LARGE", f"The message is larger than {most} kB.")
            request = parse_request(message.data)
            if request.action in ("authenticate", "auth"):
                return await self._authenticate(request.text("api_key"), place)
            if request.action == "ping":
                await self._answer(_pong(request))
            elif self._session is None:
                raise Refused("NOT_AUTHENTICATED", "Authenticate first.")
            else:
                self._session.act(request)
        except Refused as refused:
            await self._answer(shapes.error(refused.code, str(refused)))
        return None

    async def _authenticate(self, key: str, place: Place) -> Ending | None:
        if self._session is not None:
            if not hmac.compare_digest(key.encode(errors="replace"), self._session.key.encode()):
                return ending_by(Unauthorized("This connection has another key. Open a new one."))
            self._session.answer(shapes.welcome(self._session.account))
            return None
        try:
            if not key.isascii():
                raise Unauthorized("Invalid openalgo apikey")
            caller = await self._live.rate_limits.admit_key(
                self._live.services.keys.authenticate, key, self._request.remote, is_order=False
            )
            head = await self._live.services.events.head(caller.account.id)
            place.admit(caller.api_key_id)
        except CountersignError as fault:
            return ending_by(fault)
        self._welcome(place, caller, Listening(key, head, self._live.readers.limits.heartbeat))
        return None

    def _welcome(self, place: Place, caller: Caller, listening: Listening) -> None:
        self._request[ACCOUNT] = caller.account.id
        entry = Entry(place, self._request, caller, listening)
        session = self._session = Session(self._live.services, self._live.frames, entry)
        session.answer(shapes.welcome(caller.account))
        self._begin(ending_of(session.listen()))
        self._begin(ending_of(session.outbox.run()))

    async def _answer(self, message: shapes.Json) -> None:
        if self._session is not None:
            self._session.answer(message)
        else:
            await self._socket.send_json(message)


def _pong(request: LiveRequest) -> shapes.Json:
    echoed = {"client_timestamp": request.echo("timestamp"), "_pingId": request.echo("_pingId")}
    now = int(time.time() * 1000)
    given = {name: value for name, value in echoed.items() if value is not None}
    return {"type": "pong", "status": "success", "server_timestamp": now, **given}
