"""A light HTTP/1.1 load generator: raw bytes over keep-alive connections, each waiting for its answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

from benchmarks.processes import Running
from benchmarks.wire import Wrong, split_answer


@dataclass(slots=True)
class Run:
    """What one run saw: the seconds of every exchange, and every body."""

    lasted: float = 0.0
    cpu: float = 0.0
    """The seconds of processor time that the server had meanwhile."""
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.bodies) / self.lasted


class _Connection(asyncio.Protocol):
    """Sends the request again as soon as its answer is there, until the deadline."""

    def __init__(self, request: bytes, run: Run, deadline: float, done: asyncio.Future[None]) -> None:
        self._request = request
        self._run = run
        self._deadline = deadline
        self._done = done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            body = split_answer(self._buffer)
        except Wrong as fault:
            self._finish(fault)
            return
        if body is None:
            return
        now = perf_counter()
        self._buffer = b""
        self._run.latencies.append(now - self._sent_at)
        self._run.bodies.append(body)
        if now < self._deadline:
            self._send()
        else:
            self._finish(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(Wrong(f"the connection was closed: {exc}"))

    def _send(self) -> None:
        self._sent_at = perf_counter()
        self._transport.write(self._request)

    def _finish(self, fault: Exception | None) -> None:
        if fault is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(fault)
        self._transport.close()


async def apply_load(server: Running, request: bytes, connections: int, seconds: float) -> Run:
    """Post over so many connections for so long. Raises Wrong for any answer that is not 200."""
    where, run, loop, had = urlsplit(server.url), Run(), asyncio.get_running_loop(), server.cpu()
    started = perf_counter()
    waits: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        connect = partial(_Connection, request, run, started + seconds, done)
        await loop.create_connection(connect, str(where.hostname), where.port or 80)
        waits.append(done)
    await asyncio.gather(*waits)
    run.lasted, run.cpu = perf_counter() - started, server.cpu() - had
    return run


def post_request(url: str, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of one POST of JSON."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
