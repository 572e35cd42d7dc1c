"""OpenAlgo's WebSocket, in the words that an OpenAlgo was seen to use."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.openalgo.openalgo_broker import OpenAlgoBroker
from brokers.openalgo.openalgo_stream import beside
from core.errors import BrokerRefused
from tests.brokers.openalgo.fake_openalgo import KEY
from tests.brokers.streams import following, listening
from tests.factories import SettableClock

WELCOME = {"type": "auth", "status": "success", "message": "Authentication successful", "broker": "zerodha"}
SUBSCRIBED = {"type": "subscribe_orders", "status": "success", "message": "Subscribed to order updates"}
NO_KEY = {"status": "error", "code": "AUTHENTICATION_ERROR", "message": "Invalid API key"}
NO_ACTION = {"status": "error", "code": "INVALID_ACTION", "message": "Invalid action: subscribe_orders"}
MOVE = {"type": "order_update", "mode": "live", "orderid": "26112758024097", "order_status": "complete"}
PRICE = {"type": "market_data", "symbol": "SBIN"}


class Gateway:
    """Answers each message with the next of these, then says a price and an order update."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self._answers: Sequence[dict[str, Any]] = answers
        self.heard: list[Any] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for answer in self._answers:
            self.heard.append(json.loads((await socket.receive()).data))
            await socket.send_json(answer)
        for one in (PRICE, MOVE):
            await socket.send_json(one)
        await socket.receive()
        return socket


def opened(stream_url: str, folder: Path) -> OpenAlgoBroker:
    """An adapter whose OpenAlgo pushes there."""
    address = Address("OpenAlgo", "http://127.0.0.1:1", 2, 1)
    return OpenAlgoBroker(Opening({"api_key": KEY}, address, SettableClock(), folder, None, stream_url))


async def test_the_key_is_sent_and_order_updates_are_hints(tmp_path: Path) -> None:
    gateway = Gateway(WELCOME, SUBSCRIBED)
    async with listening(gateway.handle) as url:
        broker = opened(url, tmp_path)
        async with following(broker) as watched:
            await watched.moved(at_least=2)
        await broker.close()

    assert gateway.heard == [{"action": "authenticate", "api_key": KEY}, {"action": "subscribe_orders"}]
    assert watched.moves == 2


@pytest.mark.parametrize("answers", [(NO_KEY,), (WELCOME, NO_ACTION)])
async def test_a_no_is_told_without_the_key(tmp_path: Path, answers: Sequence[dict[str, Any]]) -> None:
    async with listening(Gateway(*answers).handle) as url:
        broker = opened(url, tmp_path)
        with pytest.raises(BrokerRefused) as fault:
            await broker.follow_orders(lambda: None)
        await broker.close()

    assert KEY not in str(fault.value)


@pytest.mark.parametrize(
    ("base_url", "place"),
    [
        ("http://127.0.0.1:5000", "ws://127.0.0.1:8765"),
        ("https://algo.example.com", "wss://algo.example.com:8765"),
        ("http://[::1]:5000/", "ws://[::1]:8765"),
    ],
)
def test_it_is_beside_the_server(base_url: str, place: str) -> None:
    assert beside(base_url) == place
