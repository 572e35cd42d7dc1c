"""Who is let in, what is refused in words, and when a connection ends."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import ClientSession

from core.audit import SYSTEM
from tests.runtime import Spine
from tests.waiting import until
from tests.webhook.live.live_reading import SBIN, LiveApi, LiveReader, live_api
from webhook.application import HttpSettings, build_application, build_live_application
from webhook.live.readers import STRANGERS_PER_ADDRESS, LiveLimits
from webhook.server import serving

REFUSED = 1008
AGAIN = 1013
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize("key", ["", "wrong", "schl\u00fcssel", 5, None])
async def test_a_wrong_or_missing_key_is_told_and_the_connection_ends(live: LiveApi, key: Any) -> None:
    async with live.connected() as reader:
        answer = await reader.ask("authenticate", api_key=key)

        assert answer == {
            "type": "auth",
            "status": "error",
            "code": "AUTHENTICATION_ERROR",
            "message": "Invalid openalgo apikey",
        }
        assert await reader.end() == (REFUSED, "Invalid openalgo apikey")


@pytest.mark.parametrize("action", ["subscribe", "subscribe_orders", "unsubscribe_all", "nonsense"])
async def test_who_has_not_shown_a_key_gets_nothing(live: LiveApi, action: str) -> None:
    async with live.connected() as reader:
        answer = await reader.ask(action, **SBIN, mode=1)
        welcome = await reader.ask("authenticate", api_key=live.spine.secret)

    assert (answer["status"], answer["code"]) == ("error", "NOT_AUTHENTICATED")
    assert welcome["status"] == "success"


async def test_the_welcome_names_account_and_broker(live: LiveApi) -> None:
    async with live.connected() as reader:
        for _ in range(2):
            assert await reader.ask("authenticate", api_key=live.spine.secret) == {
                "type": "auth",
                "status": "success",
                "message": "Authentication successful",
                "broker": "paper",
                "user_id": "main",
                "supported_features": {"ltp": True, "quote": True, "depth": True},
            }


async def test_a_connection_keeps_the_key_that_it_began_with(live: LiveApi) -> None:
    other = await live.spine.services.keys.create(live.spine.account.id, "x", SYSTEM)
    async with live.reading() as reader:
        answer = await reader.ask("authenticate", api_key=other.secret)

        assert answer["message"] == "This connection has another key. Open a new one."
        assert (await reader.end())[0] == REFUSED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "INVALID_JSON"),
        ("[1]", "INVALID_JSON"),
        ('{"action": "subscribe", "mode": NaN}', "INVALID_JSON"),
        ('{"action": "ping", "action": "ping"}', "INVALID_JSON"),
        ('"\\ud800"', "INVALID_JSON"),
        ("{}", "INVALID_ACTION"),
        ('{"action": ["subscribe"]}', "INVALID_ACTION"),
        ('{"action": "fly"}', "INVALID_ACTION"),
        ('{"action": "subscribe", "exchange": "NSE"}', "INVALID_PARAMETERS"),
        ('{"action": "subscribe", "symbols": {"symbol": "SBIN"}}', "INVALID_PARAMETERS"),
        ('{"action": "subscribe", "symbols": ["SBIN"]}', "INVALID_PARAMETERS"),
        ('{"action": "subscribe", "exchange": "NSE", "symbol": "SBIN", "mode": 9}', "INVALID_MODE"),
        ('{"action": "subscribe", "exchange": "NSE", "symbol": "SBIN", "mode": true}', "INVALID_MODE"),
        ('{"action": "subscribe", "exchange": "NSE", "symbol": "SBIN", "mode": [1]}', "INVALID_MODE"),
        (json.dumps({"action": "ping", "pad": "x" * 70_000}), "TOO_LARGE"),
    ],
)
async def test_what_cannot_be_carried_out_is_told_and_the_connection_stays(
    live: LiveApi, text: str, code: str
) -> None:
    async with live.reading() as reader:
        await reader.socket.send_str(text)
        answer = await reader.next()
        pong = await reader.ask("ping", timestamp=5)

    assert (answer["status"], answer["code"]) == ("error", code)
    assert answer["message"].endswith(".")
    assert (pong["type"], pong["client_timestamp"]) == ("pong", 5)


async def test_bytes_are_told_to_be_none_of_it(live: LiveApi) -> None:
    async with live.reading() as reader:
        await reader.socket.send_bytes(b"{}")

        assert (await reader.next())["code"] == "INVALID_JSON"


async def test_a_message_beyond_all_size_ends_the_connection(live: LiveApi) -> None:
    async with live.reading() as reader:
        await reader.socket.send_str("x" * 300_000)

        assert (await reader.end())[0] == 1009


async def test_a_revoked_key_ends_the_connection(live: LiveApi) -> None:
    async with live.reading() as reader:
        await live.spine.services.keys.revoke(live.spine.account.id, live.spine.key_id, SYSTEM)

        assert await reader.end() == (REFUSED, "Invalid openalgo apikey")
        assert reader.seen[-1]["code"] == "AUTHENTICATION_ERROR"


async def test_a_disabled_account_is_disconnected(live: LiveApi) -> None:
    async with live.reading() as reader:
        await live.spine.switch(enabled=False)

        code, reason = await reader.end()
    assert (code, reason[:26]) == (REFUSED, "This account is disabled: ")


async def test_who_does_not_say_who_it_is_is_disconnected(spine: Spine) -> None:
    async with live_api(spine, LiveLimits(patience=0.05)) as live, live.connected() as reader:
        assert await reader.end() == (REFUSED, "Authenticate within 0.05 s.")


async def test_only_so_many_connections_with_one_key_and_one_that_ended_makes_room(spine: Spine) -> None:
    async with live_api(spine, LiveLimits(connections_per_key=2)) as live, live.reading():
        async with live.reading(), live.connected() as third:
            answer = await third.ask("authenticate", api_key=spine.secret)
            assert (answer["code"], answer["message"]) == (
                "TOO_MANY",
                "At most 2 connections with one key. Close one first.",
            )
            assert (await third.end())[0] == AGAIN
        await until(lambda: live.readers.count == 1)
        async with live.reading():
            pass


async def test_only_so_many_strangers_from_one_address(live: LiveApi) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(STRANGERS_PER_ADDRESS):
            await stack.enter_async_context(live.connected())
        async with live.client.get("/ws", headers=UPGRADE) as response:
            assert (response.status, (await response.json())["status"]) == (429, "error")


async def test_who_does_not_speak_websocket_is_told_to(live: LiveApi) -> None:
    async with live.client.get("/ws") as response:
        assert (response.status, (await response.json())["message"]) == (426, "Connect with a WebSocket here.")


async def test_a_stop_ends_every_connection_at_once(spine: Spine) -> None:
    async with ClientSession() as client:
        async with serving(build_application(spine.services, HttpSettings()), "127.0.0.1", 0) as address:
            reader = LiveReader(await client.ws_connect(f"{address}/ws"))
            await reader.ask("authenticate", api_key=spine.secret)
            end = asyncio.ensure_future(reader.end())
        assert await end == (1001, "The service stops. Connect again.")


async def test_openalgos_own_port_has_the_websocket_at_every_path_and_nothing_else(spine: Spine) -> None:
    application = build_application(spine.services, HttpSettings())
    async with (
        serving(application, "127.0.0.1", 0),
        serving(build_live_application(application), "127.0.0.1", 0) as address,
        ClientSession(address) as client,
    ):
        for path in ("/", "/ws", "/any/other"):
            async with client.ws_connect(path) as socket:
                await socket.send_json({"action": "ping"})
                assert (await socket.receive_json())["type"] == "pong"
        async with client.get("/metrics") as response:
            assert response.status == 426
