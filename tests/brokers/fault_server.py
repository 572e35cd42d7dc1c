"""A proxy between an adapter and a local stand-in for its broker, which goes wrong in one way at a time.

async with FaultServer(upstream_url) as server:
    await server.play(DOUBTFUL["half-a-body"])   # from now on, for the requests that `strikes` picks
    ...                                          # the adapter's base_url is server.url
    await server.play(NONE)                      # calm again
    await server.arrive()                        # what was to arrive late, arrives now
"""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.brokers.faults import NONE, Delivery, Ending, Fault, Said

_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Heard:
    """One request that was read, and what it met."""

    method: str
    path: str
    """With its query."""
    raw: bytes
    fault: Fault

    @property
    def body(self) -> bytes:
        """What follows the head."""
        return self.raw.partition(b"\r\n\r\n")[2]


def placing(method: str, path: str) -> bool:
    """Requests that change something; what a server picks unless it is told otherwise."""
    return method != "GET"


class FaultServer:
    """Listens on a port of its own, which stays its own while nobody listens on it."""

    def __init__(self, upstream: str, strikes: Callable[[str, str], bool] = placing) -> None:
        address = urlsplit(upstream)
        self._upstream = str(address.hostname), int(address.port or 80)
        self.strikes = strikes
        """Which requests, by method and path, meet the fault; others pass. A connection has neither yet."""
        self.heard: list[Heard] = []
        """Every request that was read, in turn."""
        self.connections = 0
        self._fault = NONE
        self._late: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where the adapter asks."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def struck(self) -> list[Heard]:
        """The requests that `strikes` picks."""
        return [one for one in self.heard if self.strikes(one.method, one.path)]

    async def __aenter__(self) -> Self:
        # Bound and never listening: the port refuses, and is nobody else's, when the listener is closed.
        self._reserved = _bound(0)
        self._port = int(self._reserved.getsockname()[1])
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hush()
        self._reserved.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def play(self, fault: Fault) -> None:
        """Go wrong like this from now on; with NONE, be calm."""
        self._fault = fault
        if fault.ending is Ending.REFUSED:
            self._hush()
        else:
            await self._listen()

    async def arrive(self) -> int:
        """Bring the broker what was to arrive late, and wait until it has answered; how many there were."""
        waiting, self._late = self._late, []
        for raw in waiting:
            await self._deliver(raw)
        return len(waiting)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, sock=_bound(self._port))

    def _hush(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._start(self._serve(reader, writer))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        try:
            if self._fault.ending is Ending.UNREAD:
                _reset(writer)
                return
            await self._answer(await _read_request(reader), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, raw: bytes, writer: StreamWriter) -> None:
        method, path = raw.split(b" ", 2)[:2]
        heard = Heard(method.decode(), path.decode(), raw, self._fault)
        if not self.strikes(heard.method, heard.path):
            heard = Heard(heard.method, heard.path, raw, NONE)
        self.heard.append(heard)
        own = b""
        if heard.fault.delivery is Delivery.AT_ONCE:
            own = await self._deliver(raw)
        elif heard.fault.delivery is Delivery.LATE:
            self._keep(raw, heard.fault.after)
        await _end(heard.fault, own, writer)

    def _keep(self, raw: bytes, after: float | None) -> None:
        self._late.append(raw)
        if after is not None:
            self._start(self._arrive_after(after))

    async def _arrive_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.arrive()

    async def _deliver(self, raw: bytes) -> bytes:
        """The broker's own answer to a request, whole."""
        reader, writer = await asyncio.open_connection(*self._upstream)
        head, _, body = raw.partition(b"\r\n\r\n")
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        writer.write(b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body)
        try:
            return await reader.read()
        finally:
            writer.close()


async def _read_request(reader: StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
    }
    return head + await reader.readexactly(int(fields.get(b"content-length", 0)))


async def _end(fault: Fault, own: bytes, writer: StreamWriter) -> None:
    match fault.ending:
        case Ending.RESET:
            _reset(writer)
            return
        case Ending.HANG:
            await asyncio.Event().wait()
        case Ending.HALF:
            head, _, body = own.partition(b"\r\n\r\n")
            writer.write(head + b"\r\n\r\n" + body[: len(body) // 2])
        case Ending.SAID:
            writer.write(_render(fault.said))
        case Ending.OWN:
            writer.write(own)
    await writer.drain()


def _render(said: Said) -> bytes:
    fields = {
        "Content-Type": said.content_type,
        "Content-Length": str(len(said.body)),
        "Connection": "close",
        **said.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {said.status} Said\r\n{head}\r\n".encode() + said.body


def _reset(writer: StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


def _bound(port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(("127.0.0.1", port))
    return one
