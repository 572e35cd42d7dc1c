"""A stream is a hint and nothing else: whatever a server does, it ends in words without a secret, and is over."""

import asyncio
import logging

import pytest
from aiohttp import WSMsgType, web

from brokers.common.http_client import Address
from brokers.common.rest.order_socket import LARGEST_MESSAGE, Joining, OrderSocket, Step
from brokers.common.rest.row_fields import Row
from core.errors import BrokerRefused, BrokerUnavailable
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import REFUSED
from tests.brokers.streams import Handler, listening

SECRET = "asecret0123456789"
PATIENCE = 0.3
JOINING = Joining("/updates", {"token": SECRET}, {"X-Token": SECRET})


def is_welcome(row: Row) -> bool | None:
    """What the answer to our login says; None for other messages."""
    return bool(row["welcome"]) if "welcome" in row else None


LOGIN = Step({"login": SECRET}, is_welcome)


async def follow(url: str, *steps: Step) -> int:
    """Follow to the end; how often something was said to have moved."""
    moves: list[None] = []
    socket = OrderSocket(Address("Kite", url, PATIENCE, PATIENCE), lambda row: row.get("type") == "order")
    joining = Joining(JOINING.path, JOINING.params, JOINING.headers, steps)
    async with asyncio.timeout(20):
        await socket.follow(joining, lambda: moves.append(None))
    return len(moves)


def saying(*messages: str | bytes) -> Handler:
    """A server that says these and hangs up."""

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for one in messages:
            await (socket.send_str(one) if isinstance(one, str) else socket.send_bytes(one))
        await socket.close()
        return socket

    return handler


def answering(status: int, **headers: str) -> Handler:
    """A server that does not open a connection."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers, text=SECRET)

    return handler


async def hang(request: web.Request) -> web.StreamResponse:
    """Open, and never read: a ping has no answer."""
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    await asyncio.sleep(20)
    return socket


async def vanish(request: web.Request) -> web.StreamResponse:
    """Open, and cut the line without a word."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    assert request.transport is not None
    request.transport.abort()
    return socket


async def say_nothing(request: web.Request) -> web.StreamResponse:
    """Take the connection, and never answer the request for it."""
    await asyncio.sleep(20)
    return web.Response()


async def test_it_tells_when_it_stands_and_for_each_message_about_an_order() -> None:
    async with listening(saying('{"type": "order"}', '{"type": "news"}', b'{"type": "order"}')) as url:
        assert await follow(url) == 3


@pytest.mark.parametrize(
    "message", ["", "{", "[]", "null", "[" * 100_000, b"\x00", b"\xff\xfe", '{"type": ["order"]}']
)
async def test_garbage_is_no_move_and_ends_nothing(message: str | bytes) -> None:
    async with listening(saying(message, '{"type": "order"}')) as url:
        assert await follow(url) == 2


async def test_a_line_that_is_cut_is_over() -> None:
    async with listening(vanish) as url:
        assert await follow(url) == 1


async def test_a_message_that_is_too_large_ends_it() -> None:
    async with listening(saying("x" * (LARGEST_MESSAGE + 1))) as url:
        with pytest.raises(BrokerUnavailable, match="Kite pushes no order updates"):
            await follow(url)


async def test_no_answer_to_a_ping_ends_it() -> None:
    async with listening(hang) as url:
        with pytest.raises(BrokerUnavailable, match="no answer in time"):
            await follow(url)


async def test_who_does_not_open_a_connection_in_time_is_left() -> None:
    async with listening(say_nothing) as url:
        with pytest.raises(BrokerUnavailable, match="no answer in time"):
            await follow(url)


async def test_nobody_there() -> None:
    async with FaultServer("http://127.0.0.1:1") as server:
        await server.play(REFUSED)
        with pytest.raises(BrokerUnavailable, match="nobody answers"):
            await follow(server.url)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_login_that_is_not_taken_is_told_apart(status: int) -> None:
    async with listening(answering(status)) as url:
        with pytest.raises(BrokerRefused, match=str(status)):
            await follow(url)


@pytest.mark.parametrize("status", [200, 404, 429, 502])
async def test_any_other_answer_is_no_connection(status: int) -> None:
    async with listening(answering(status)) as url:
        with pytest.raises(BrokerUnavailable, match=str(status)):
            await follow(url)


async def test_a_redirect_is_not_followed() -> None:
    reached: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        reached.append(request.path_qs)
        return web.Response()

    async with listening(elsewhere) as other, listening(answering(302, Location=other)) as url:
        with pytest.raises(BrokerUnavailable):
            await follow(url)

    assert reached == []


async def test_the_login_is_sent_and_its_answer_waited_for() -> None:
    heard: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        heard.extend([request.path, request.query["token"], request.headers["X-Token"]])
        heard.append(str((await socket.receive()).data))
        await socket.send_str('{"motd": 1}')
        await socket.send_str('{"welcome": true}')
        await socket.close()
        return socket

    async with listening(handler) as url:
        moves = await follow(url, LOGIN)

    assert (heard, moves) == (["/updates", SECRET, SECRET, f'{{"login":"{SECRET}"}}'], 1)


async def test_a_refused_login_is_told_and_nothing_stands() -> None:
    async with listening(saying('{"welcome": false}')) as url:
        with pytest.raises(BrokerRefused, match="does not take the login"):
            await follow(url, LOGIN)


async def test_to_hang_up_on_a_login_is_no_answer() -> None:
    async with listening(saying("{}")) as url:
        with pytest.raises(BrokerUnavailable, match="hung up"):
            await follow(url, LOGIN)


async def test_a_login_without_an_answer_is_not_waited_for_long() -> None:
    async def chatter(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        while not socket.closed:
            await socket.send_str('{"type": "order"}')
            await asyncio.sleep(0.05)
        return socket

    async with listening(chatter) as url:
        with pytest.raises(BrokerUnavailable, match="no answer in time"):
            await follow(url, LOGIN)


async def test_who_is_told_to_stop_says_goodbye() -> None:
    ended: asyncio.Queue[WSMsgType] = asyncio.Queue()
    stood = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        ended.put_nowait((await socket.receive()).type)
        return socket

    async with listening(handler) as url:
        socket = OrderSocket(Address("Kite", url, PATIENCE, PATIENCE), bool)
        task = asyncio.create_task(socket.follow(JOINING, stood.set))
        await stood.wait()
        task.cancel()

        assert await ended.get() is WSMsgType.CLOSE
        assert task.cancelled()


@pytest.mark.parametrize("handler", [answering(403), answering(500), answering(302, Location="/x"), say_nothing])
async def test_no_secret_is_in_an_error_or_the_log(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(handler) as url:
        with caplog.at_level(logging.DEBUG), pytest.raises((BrokerUnavailable, BrokerRefused)) as fault:
            await follow(url, LOGIN)

    assert SECRET not in f"{fault.value!r} {caplog.text} {JOINING!r} {LOGIN!r}"
