"""Hooks, streams and webhook addresses, as their users meet them: by the command line and a running service."""

import asyncio
import socket
from datetime import UTC, datetime

import aiohttp

from tests.e2e.people import local_telegram, talking
from tests.e2e.program import Installation
from tests.services.outcomes.hook_rig import a_receiver, key_of
from tests.signatures import verify
from tests.waiting import until

ALERT = {"symbol": "SBIN", "exchange": "NSE", "action": "buy", "quantity": "10", "product": "MIS"}
PRIVATE = {"COUNTERSIGN_HOOKS__ALLOW_PRIVATE": "true"}


async def test_an_alert_reaches_the_client_and_its_end_reaches_the_hook_and_the_stream(home: Installation) -> None:
    made = await home.json("key", "create", "main", "--webhook", "--strategy", "breakout")
    async with local_telegram() as (_, telegram), a_receiver() as receiver, aiohttp.ClientSession() as session:
        hook = (await home.cli("hook", "set", "main", receiver.url, "--json", **PRIVATE)).data
        async with home.at(telegram).running(**PRIVATE) as service, talking(service, home.key) as strategy:
            stream = await session.get(f"{service.address}/api/v1/events", headers={"X-API-KEY": home.key})
            alert = await session.post(service.address + made["path"], json=ALERT)
            number = (await alert.json())["pending_order_id"]
            withdrawn, _ = await strategy.ask("withdraw", pending_order_id=number)
            await until(lambda: len(receiver.got) == 2)
            # A stop before an answer is recorded has it sent again later, which is not what is told here.
            await until(lambda: home.sql("SELECT count(*) FROM deliveries WHERE status = 'delivered'") == [(2,)])
            told = await asyncio.wait_for(_names(stream, 2), 10)
            status, seconds = await service.stop()
            stream.close()
    listed = await home.json("hook", "deliveries", "main")

    assert (alert.status, withdrawn, status) == (200, 200, 0)
    assert seconds < 10
    assert told == receiver.events() == ["queued", "withdrawn"]
    headers, body = receiver.got[-1]
    verify(key_of(hook["secret"]), headers, body, datetime.now(UTC))
    assert [row["status"] for row in listed] == ["delivered", "delivered"]


async def test_what_the_command_line_prints_once_it_never_prints_again(home: Installation) -> None:
    made = await home.json("key", "create", "main", "--webhook", "--label", "tv")
    hook = await home.json("hook", "set", "main", "https://example.com/in")
    again = await home.json("hook", "set", "main", "https://example.com/other")
    listed, shown = await home.cli("key", "list", "main"), await home.cli("hook", "show", "main")
    rotated = await home.cli("key", "rotate", "main", str(made["id"]))

    assert made["path"].startswith("/webhook/csw_")
    assert (hook["secret"][:6], again["secret"]) == ("whsec_", None)
    assert "webhook" in listed.out
    assert "https://example.com/other\nactive\n" in shown.out
    assert not {made["path"][9:], hook["secret"]} & {*listed.out.split(), *shown.out.split()}
    assert (rotated.status, "cannot be rotated" in rotated.err) == (1, True)


async def test_a_secret_is_not_logged(home: Installation) -> None:
    made = await home.json("key", "create", "main", "--webhook", "--strategy", "breakout")
    debug = {"COUNTERSIGN_LOGGING__LEVEL": "debug"}
    async with (
        local_telegram() as (_, telegram),
        aiohttp.ClientSession() as session,
        home.at(telegram).running(**debug) as service,
    ):
        await (await session.post(service.address + made["path"], json=ALERT)).read()
        await (await session.post(f"{service.address}{made['path']}x", json=ALERT)).read()
        await service.stop()

    assert "/webhook/{token}" in service.log
    assert "csw_" not in service.log


async def _names(stream: aiohttp.ClientResponse, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        line = (await stream.content.readline()).decode()
        if line.startswith("event: "):
            names.append(line[7:].strip())
    return names


async def test_openalgo_s_port_for_prices_is_used_when_it_is_free(home: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as openalgo:
        port = openalgo.getsockname()[1]
        async with home.running(COUNTERSIGN_SERVER__WEBSOCKET_PORT=str(port)) as taken:
            beside = await _first_words(f"{taken.address}/ws", home.key)
    async with home.running(COUNTERSIGN_SERVER__WEBSOCKET_PORT=str(port)) as free:
        there = await _first_words(f"http://127.0.0.1:{port}", home.key)

    assert beside["status"] == there["status"] == "success"
    assert "live.only_at_ws" in taken.log
    assert f"server.websocket_port: 127.0.0.1:{port} cannot be listened on" in taken.log
    assert "live.only_at_ws" not in free.log


async def _first_words(address: str, key: str) -> dict[str, str]:
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as live:
        await live.send_json({"action": "authenticate", "api_key": key})
        return dict(await live.receive_json(timeout=10))
