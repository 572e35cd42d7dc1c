"""A broker's WebSocket for order updates: joined, kept alive, and read for nothing but that an order moved."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp
from yarl import URL

from brokers.common.http_client import Address, fault_words, open_session
from brokers.common.json_text import parse_json, render_json
from brokers.common.rest.row_fields import Row, as_row
from core.errors import BrokerError, BrokerRefused, BrokerUnavailable

LARGEST_MESSAGE = 256 * 2**10
"""Bytes; an order update has two or three thousand."""
_PING_ANSWERED_WITHIN = 10.0
"""Seconds at most; less where the address is waited for less long."""
_CLOSED_WITHIN = 1.0
_NO_LOGIN = frozenset({401, 403})
_OVER = frozenset({aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED})


@dataclass(frozen=True, slots=True)
class Step:
    """One message that is sent to join. `verdict` reads the next ones: it was taken, refused, or None, not answered.

    Without a verdict no answer is waited for.
    """

    message: Mapping[str, object] = field(repr=False)
    verdict: Callable[[Row], bool | None] | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """How a connection is joined: where, with what, and what is sent once it is open. All of it may be secret."""

    path: str = field(default="", repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    steps: Sequence[Step] = ()


class OrderSocket:
    """One connection at a time to one address. A redirect is not followed: what joins it would go elsewhere."""

    def __init__(self, address: Address, tells_move: Callable[[Row], bool]) -> None:
        """`tells_move` says of a message whether an order moved."""
        self._address = address
        self._tells_move = tells_move

    async def follow(self, joining: Joining, moved: Callable[[], None]) -> None:
        """As core.ports.OrderStream.follow_orders. No error has anything of the address or the messages in it."""
        stays = aiohttp.TraceConfig()
        stays.on_request_redirect.append(_deny_redirect)
        try:
            async with open_session(self._address, aiohttp.TCPConnector(), stays) as session:
                await self._listen(session, joining, moved)
        except aiohttp.WSServerHandshakeError as no:
            raise self._denied(no.status) from None
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise self._away(fault_words(fault)) from None

    async def _listen(self, session: aiohttp.ClientSession, joining: Joining, moved: Callable[[], None]) -> None:
        base = self._address.base_url
        url = base.rstrip("/") + joining.path if joining.path else base
        async with session.ws_connect(
            # As it was given: who signed an address may have signed each of its signs.
            URL(url, encoded=True),
            params=joining.params or None,
            headers=joining.headers,
            heartbeat=2 * min(self._address.answer_within, _PING_ANSWERED_WITHIN),
            max_msg_size=LARGEST_MESSAGE,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSED_WITHIN),
        ) as socket:
            async with asyncio.timeout(self._address.answer_within):
                for step in joining.steps:
                    await self._take(socket, step)
            moved()
            while (row := await self._next(socket)) is not None:
                if self._tells_move(row):
                    moved()

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, step: Step) -> None:
        await socket.send_str(render_json(step.message))
        if step.verdict is None:
            return
        while (row := await self._next(socket)) is not None:
            is_taken = step.verdict(row)
            if is_taken is False:
                raise BrokerRefused(f"{self._address.name} does not take the login for order updates")
            if is_taken:
                return
        raise self._away("it hung up instead of an answer")

    async def _next(self, socket: aiohttp.ClientWebSocketResponse) -> Row | None:
        """The next message, empty when it is not one of the broker's form; None when there is none any more."""
        message = await socket.receive()
        if message.type in _OVER:
            return None
        if message.type is aiohttp.WSMsgType.ERROR:
            raise self._away(fault_words(message.data))
        try:
            return as_row(parse_json(message.data))
        except ValueError:
            return {}

    def _denied(self, status: int) -> BrokerError:
        words = f"{self._address.name} answered {status} when order updates were asked for"
        return BrokerRefused(words) if status in _NO_LOGIN else BrokerUnavailable(words)

    def _away(self, why: str) -> BrokerUnavailable:
        return BrokerUnavailable(f"{self._address.name} pushes no order updates ({why})")


async def _deny_redirect(
    session: aiohttp.ClientSession, request: SimpleNamespace, redirect: aiohttp.TraceRequestRedirectParams
) -> None:
    raise aiohttp.ClientConnectionError("it was redirected")
