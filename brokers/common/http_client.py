"""HTTP to a broker: one request that places, sent once at most, and what is known when it failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

import aiohttp

from brokers.common.json_text import parse_json, render_json
from core.clock import Clock
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.orders.broker_order import LATE, NotSent, Unknown

LARGEST_ANSWER = 64 * 2**20
"""Bytes. Symbol masters are the largest."""
_TURNED_AWAY = frozenset({301, 302, 303, 307, 308})
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""Refused, no such host, no TLS, no connection in time: not one byte of the request was written."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `form` and `body` (sent as JSON) exclude each other; `params` go into the address."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
    form: Mapping[str, str] | None = None
    body: object = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole, whatever its status."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    def parsed(self) -> object:
        """The body as JSON. Raises ValueError when it is something else."""
        return parse_json(self.raw)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens, and for how many seconds an answer and a connection are waited for."""

    name: str
    base_url: str
    answer_within: float = 10.0
    connect_within: float = 4.0


def open_session(
    address: Address, connector: aiohttp.TCPConnector, *traces: aiohttp.TraceConfig
) -> aiohttp.ClientSession:
    """A session with this address's patience, which keeps no cookies and asks no proxy."""
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=address.answer_within, sock_connect=address.connect_within),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        trace_configs=list(traces),
    )


class HttpClient:
    """Follows no redirects and keeps no cookies; requests that may change something use a connection of their own.

    A connection that is used again may be closed by the other side just then, and nobody knows what it read.
    """

    def __init__(self, address: Address, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._reading: aiohttp.ClientSession | None = None

    async def place(self, call: Call, deadline: datetime) -> Answer | NotSent | Unknown:
        """Send a request that places an order, once, unless the deadline has passed. Never raises."""
        if self._clock.now() >= deadline:
            return NotSent(LATE)
        try:
            async with self._open_once() as session:
                # Looked at once more: a process that was stopped may come back much later.
                if self._clock.now() >= deadline:
                    return NotSent(LATE)
                answer = await self._exchange(session, call)
        except _NEVER_LEFT as fault:
            return NotSent(self._unreachable(fault))
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            return Unknown(f"{self._address.name} did not answer ({fault_words(fault)})")
        if answer.status in _TURNED_AWAY:
            return Unknown(f"{self._address.name} answered with a redirect ({answer.status}), which was not followed")
        return answer

    async def change(self, call: Call) -> Answer:
        """Send a request that changes an order, once. Raises BrokerUnavailable (never left us), OutcomeUnknown."""
        try:
            async with self._open_once() as session:
                return await self._exchange(session, call)
        except _NEVER_LEFT as fault:
            raise BrokerUnavailable(self._unreachable(fault)) from None
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise OutcomeUnknown(f"{self._address.name} did not answer ({fault_words(fault)})") from None

    async def read(self, call: Call) -> Answer:
        """Send a request that only asks. Raises BrokerUnavailable."""
        if self._reading is None:
            self._reading = open_session(self._address, aiohttp.TCPConnector(limit=8))
        try:
            return await self._exchange(self._reading, call)
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise BrokerUnavailable(self._unreachable(fault)) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._reading is not None:
            await self._reading.close()
            self._reading = None

    def _open_once(self) -> aiohttp.ClientSession:
        # aiohttp repeats a PUT or DELETE by itself when its connection breaks; the second connection is denied.
        once = aiohttp.TraceConfig()
        once.on_connection_create_start.append(_deny_second)
        return open_session(self._address, aiohttp.TCPConnector(force_close=True), once)

    async def _exchange(self, session: aiohttp.ClientSession, call: Call) -> Answer:
        async with session.request(
            call.method,
            self._address.base_url.rstrip("/") + call.path,
            params=call.params or None,
            headers=call.headers if call.body is None else {"Content-Type": "application/json", **call.headers},
            data=call.form if call.body is None else render_json(call.body).encode(),
            allow_redirects=False,
        ) as response:
            raw = bytearray()
            async for chunk in response.content.iter_chunked(2**16):
                raw += chunk
                if len(raw) > LARGEST_ANSWER:
                    raise aiohttp.ClientPayloadError("too large")
            return Answer(response.status, bytes(raw), response.headers)

    def _unreachable(self, fault: BaseException) -> str:
        return f"{self._address.name} cannot be reached ({fault_words(fault)}); nothing was sent"


async def _deny_second(
    session: aiohttp.ClientSession, request: SimpleNamespace, start: aiohttp.TraceConnectionCreateStartParams
) -> None:
    if hasattr(request, "has_connected"):
        raise aiohttp.ClientConnectionError("it was sent once")
    request.has_connected = True


def fault_words(fault: BaseException) -> str:
    """What went wrong, in words of our own: what a client error says may hold anything that was sent."""
    return next((words for kind, words in _WORDS if isinstance(fault, kind)), type(fault).__name__)


_WORDS: Sequence[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = (
    (TimeoutError, "no answer in time"),
    (aiohttp.ClientSSLError, "its certificate is not good"),
    (aiohttp.ClientConnectorDNSError, "its name is not known"),
    (aiohttp.ClientConnectorError, "nobody answers at its address"),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionError), "the line was cut"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
)
"""What people are told, the first kind that fits."""
