"""What Dhan, Upstox and Alpaca are told to push order updates, and what of their messages is a hint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from brokers.alpaca.alpaca import AlpacaBroker
from brokers.alpaca.alpaca_stream import AlpacaStream
from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.common.rest.rest_broker import RestBroker
from brokers.dhan.dhan import DhanBroker
from brokers.upstox.upstox import UpstoxBroker
from core.errors import BrokerRefused, BrokerUnavailable
from core.ports import OrderStream
from tests.brokers.streams import following, listening
from tests.factories import SettableClock

SECRET = "asecret0123456789"
KEYS = {"api_key": "akey", "api_secret": SECRET}
AUTHORIZED = {"stream": "authorization", "data": {"status": "authorized", "action": "authenticate"}}
LISTENING = {"stream": "listening", "data": {"streams": ["trade_updates"]}}
MOVE = {"Type": "order_alert", "update_type": "order", "stream": "trade_updates", "data": {}, "Data": {}}
OTHER = {"Type": "heart", "update_type": "position", "stream": "listening", "data": {"streams": []}}


@dataclass
class Pushing:
    """A broker that answers each message with the next of these, then says the last ones, and hangs up on nobody."""

    answers: Sequence[dict[str, Any]] = ()
    says: Sequence[dict[str, Any]] = (OTHER, MOVE)
    is_binary: bool = False
    tells: str = ""
    """Where Upstox sends its clients instead."""
    heard: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, or Upstox' question for an address."""
        self.asked.append(request.path_qs)
        if request.path.endswith("/authorize"):
            url = self.tells or f"ws://{request.host}/feed?code={SECRET}%2F1"
            return web.json_response({"status": "success", "data": {"authorized_redirect_uri": url}})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for answer in self.answers:
            self.heard.append(json.loads((await socket.receive()).data))
            await self._say(socket, answer)
        for one in self.says:
            await self._say(socket, one)
        async for message in socket:
            self.heard.append(json.loads(message.data))
        return socket

    async def _say(self, socket: web.WebSocketResponse, one: dict[str, Any]) -> None:
        text = json.dumps(one)
        await (socket.send_bytes(text.encode()) if self.is_binary else socket.send_str(text))


def opened(kind: type[RestBroker], url: str, folder: Path, **credentials: str) -> Any:
    """An adapter at this address."""
    address = Address(kind.TITLE, url.replace("ws:", "http:"), 2, 1)
    return kind(Opening(credentials, address, SettableClock(), folder))  # type: ignore[call-arg]


async def test_dhan_is_sent_the_login_and_its_order_alerts_are_hints(tmp_path: Path) -> None:
    pushing = Pushing(says=(OTHER, MOVE, MOVE))
    async with listening(pushing.handle) as url:
        broker = opened(DhanBroker, url, tmp_path, client_id="1100003626", access_token=SECRET)
        async with following(broker) as watched:
            await watched.moved(at_least=3)
        await broker.close()

    login = {"MsgCode": 42, "ClientId": "1100003626", "Token": SECRET}
    assert pushing.heard == [{"LoginReq": login, "UserType": "SELF"}]
    assert pushing.asked == ["/"]
    assert watched.moves == 3


async def test_upstox_is_asked_where_to_listen(tmp_path: Path) -> None:
    pushing = Pushing()
    async with listening(pushing.handle) as url:
        broker = opened(UpstoxBroker, url, tmp_path, access_token="atoken")
        async with following(broker) as watched:
            await watched.moved(at_least=2)
        await broker.close()

    assert pushing.asked == [
        "/v2/feed/portfolio-stream-feed/authorize?update_types=order",
        f"/feed?code={SECRET}%2F1",
    ]
    assert watched.moves == 2


@pytest.mark.parametrize("tells", ["http://127.0.0.1:1/x", "ftp://127.0.0.1/", "nothing", "wss://127.0.0.1:1/x"])
async def test_an_address_of_upstox_that_is_no_good_is_not_used(tmp_path: Path, tells: str) -> None:
    pushing = Pushing(tells=tells)
    async with listening(pushing.handle) as url:
        broker = opened(UpstoxBroker, url, tmp_path, access_token="atoken")
        with pytest.raises(BrokerUnavailable, match="no good"):
            await broker.follow_orders(lambda: None)
        await broker.close()


@pytest.mark.parametrize("is_binary", [True, False])
async def test_alpaca_is_logged_in_at_and_listened_to(tmp_path: Path, is_binary: bool) -> None:
    pushing = Pushing((AUTHORIZED, LISTENING), is_binary=is_binary)
    async with listening(pushing.handle) as url:
        broker = opened(AlpacaBroker, url, tmp_path, **KEYS)
        async with following(broker) as watched:
            await watched.moved(at_least=2)
        await broker.close()

    assert pushing.asked == ["/stream"]
    assert pushing.heard == [
        {"action": "authenticate", "data": {"key_id": "akey", "secret_key": SECRET}},
        {"action": "listen", "data": {"streams": ["trade_updates"]}},
    ]


@pytest.mark.parametrize(
    "answers",
    [
        ({"stream": "authorization", "data": {"status": "unauthorized"}},),
        ({"stream": "authorization", "data": None},),
        (AUTHORIZED, {"stream": "listening", "data": {"streams": []}}),
        (AUTHORIZED, {"stream": "listening"}),
    ],
)
async def test_alpaca_s_no_is_told(tmp_path: Path, answers: Sequence[dict[str, Any]]) -> None:
    async with listening(Pushing(answers).handle) as url:
        opening = Opening(KEYS, Address("Alpaca", "http://127.0.0.1:1", 2, 1), SettableClock(), tmp_path, None, url)
        with pytest.raises(BrokerRefused) as fault:
            await AlpacaStream(opening).follow_orders(lambda: None)

    assert SECRET not in str(fault.value)


@pytest.mark.parametrize("kind", [DhanBroker, UpstoxBroker, AlpacaBroker])
async def test_each_of_them_pushes(kind: type[RestBroker], tmp_path: Path) -> None:
    broker = opened(kind, "http://127.0.0.1:1", tmp_path, client_id="1", access_token="2", **KEYS)

    is_one = isinstance(broker, OrderStream)
    await broker.close()

    assert is_one
