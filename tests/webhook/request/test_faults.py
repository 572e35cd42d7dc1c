"""Unknown paths, our own faults, clients that leave: in shape, logged, and without a word too many."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from core.errors import ConfigError, Unready
from core.services.intake.intake import OrderRequest
from tests.waiting import SOON, until
from tests.webhook.fakes import FakeServices
from tests.webhook.talking import ORDER, Http
from webhook.application import HttpSettings, build_application


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/", "/api/v1/placeorder/x", "/%00"])
async def test_an_unknown_path_is_not_found(http: Http, path: str) -> None:
    answer = await http.send(path, b"{}")

    assert answer.status == 404
    assert answer.body["message"] == "Not found"
    assert answer.body["status"] == "error"


@pytest.mark.parametrize("path", ["/api/v1/placeorder", "/api/v1/funds/", "/nowhere"])
async def test_another_method_is_not_found_either(http: Http, path: str) -> None:
    answer = await http.get(path)

    assert (answer.status, answer.body) == (404, {"message": "Not found", "path": path, "status": "error"})


@pytest.mark.parametrize("fault", [RuntimeError("secret detail"), ConfigError("secret detail"), OSError("secret")])
async def test_our_own_fault_is_a_reference_and_no_detail(
    http: Http, services: FakeServices, fault: Exception
) -> None:
    services.intake.answer = fault

    with capture_logs() as logs:
        answer = await http.post("placeorder", ORDER)

    assert answer.status == 500
    assert answer.body["status"] == "error"
    assert b"secret" not in answer.raw
    failed, answered = logs
    assert failed["reference"] in answer.body["message"]
    assert failed["exc_info"] is fault
    assert answered["status"] == 500


async def test_a_service_that_is_not_ready_says_why(http: Http, services: FakeServices) -> None:
    services.keys.fault = Unready("The database cannot be opened.")

    answer = await http.post("funds", ORDER)
    asked = await http.post("placeorder", ORDER)

    assert answer.status == 400
    assert (asked.status, asked.body["message"]) == (503, "The database cannot be opened.")


async def test_one_log_line_tells_the_request_but_neither_body_nor_key(http: Http) -> None:
    with capture_logs() as logs:
        await http.post("placeorder", ORDER | {"strategy": "Hidden"}, Idempotency_Key="hidden-key")
        await http.post("placeorder", ORDER | {"quantity": "hidden"})

    fine, wrong = logs
    assert (fine["event"], fine["log_level"]) == ("http.request_answered", "debug")
    assert (fine["method"], fine["path"], fine["status"]) == ("POST", "/api/v1/placeorder", 200)
    assert (fine["account"], fine["ms"] >= 0) == (1, True)
    assert (wrong["status"], wrong["log_level"], wrong["account"]) == (400, "info", None)
    assert "key-live" not in str(logs)
    assert "idden" not in str(logs)


async def test_a_path_that_is_not_ours_stays_out_of_the_log(http: Http) -> None:
    with capture_logs() as logs:
        await http.get("/webhook/a-secret-token")

    assert "a-secret-token" not in str(logs)


HEAD = "POST /api/v1/placeorder HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


@asynccontextmanager
async def real_server(services: FakeServices) -> AsyncIterator[tuple[web.Server, str, int]]:
    """It and where it listens; run as the real process does it, for aiohttp's TestServer cancels handlers."""
    runner = web.AppRunner(build_application(services.as_services(), HttpSettings()))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    assert runner.server is not None
    yield runner.server, *runner.addresses[0][:2]
    await runner.cleanup()


async def test_an_order_is_finished_although_its_client_has_gone(services: FakeServices) -> None:
    reached, released, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()
    submit = services.intake.submit

    async def slow(request: OrderRequest) -> object:
        reached.set()
        await released.wait()
        answer = await submit(request)
        finished.set()
        return answer

    services.intake.submit = slow  # type: ignore[method-assign, assignment]
    async with real_server(services) as (server, host, port):
        _, writer = await asyncio.open_connection(host, port)
        raw = json.dumps(ORDER).encode()
        writer.write(HEAD.format(len(raw)).encode() + raw)
        await reached.wait()

        writer.close()
        await until(lambda: all(connection.transport is None for connection in server.connections))
        released.set()

        await asyncio.wait_for(finished.wait(), SOON)
    assert len(services.intake.requests) == 1


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_fault_of_ours(services: FakeServices) -> None:
    with capture_logs() as logs:
        async with real_server(services) as (server, host, port):
            _, writer = await asyncio.open_connection(host, port)
            writer.write(HEAD.format(500).encode() + b"{")
            await until(lambda: bool(server.connections))
            writer.close()
            await until(lambda: bool(logs))

    assert services.intake.requests == []
    assert [(line["event"], line["status"]) for line in logs] == [("http.request_answered", 400)]


async def test_telegrams_updates_are_handed_on_with_their_secret(services: FakeServices) -> None:
    received: list[tuple[bytes, str | None]] = []

    async def receive(raw: bytes, secret: str | None) -> int:
        received.append((raw, secret))
        return 200 if secret == "right" else 401

    app = build_application(services.as_services(), HttpSettings(telegram_webhook=receive))
    async with TestClient(TestServer(app)) as client:
        right = await client.post(
            "/telegram/webhook", data=b"\xff{", headers={"X-Telegram-Bot-Api-Secret-Token": "right"}
        )
        without = await client.post("/telegram/webhook", data=b"{}")

    assert (right.status, without.status) == (200, 401)
    assert received == [(b"\xff{", "right"), (b"{}", None)]


async def test_without_a_receiver_there_is_no_telegram_webhook(http: Http) -> None:
    answer = await http.send("/telegram/webhook", b"{}")

    assert answer.status == 404
