"""Telegram posts the updates instead of being polled for them."""

import json
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.e2e.people import approve, buttons, card, local_telegram, readiness, talking, until_ready
from tests.e2e.program import Installation
from tests.factories import ASHA


@pytest.fixture
def hooked(home: Installation) -> Installation:
    """An installation that Telegram reaches at the service's own address."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    env = {
        "COUNTERSIGN_SERVER__PORT": str(port),
        "COUNTERSIGN_TELEGRAM__MODE": "webhook",
        "COUNTERSIGN_TELEGRAM__PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    return Installation(home.folder, home.nursery, env, home.key)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody on the network."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_an_order_is_approved_by_a_posted_tap(hooked: Installation) -> None:
    async with (
        local_telegram() as (telegram, url),
        hooked.at(url).running() as service,
        talking(service, hooked.key) as strategy,
    ):
        number = await strategy.queue()
        toast = await approve(telegram, ASHA, number)
        outcome = await strategy.outcome(number)
        filled = await card(telegram, ASHA, number, "FILLED")
        ready, _ = await readiness(service)
        stopped = await service.stop()

    assert toast == f"✅ Approved order #{number}. Sending it now."
    assert (outcome["status"], outcome["broker_status"]) == ("approved", "complete")
    assert not buttons(filled)
    assert ready == 200
    assert stopped[0] == 0
    assert not [call for call in telegram.calls if call["method"].lower() == "getupdates"]


async def test_a_tap_posted_while_the_service_was_down_is_taken_at_the_next_start(hooked: Installation) -> None:
    async with local_telegram() as (telegram, url):
        async with hooked.at(url).running() as service, talking(service, hooked.key) as strategy:
            number = await strategy.queue()
            shown = await card(telegram, ASHA, number, "waits for you")
            await service.kill()
        query = telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")
        async with hooked.at(url).running() as service, talking(service, hooked.key) as strategy:
            answer = await telegram.answer_of(query, 20)
            outcome = await strategy.outcome(number)

    assert answer["text"] == f"✅ Approved order #{number}. Sending it now."
    assert outcome["broker_status"] == "complete"
    assert hooked.sql("SELECT count(*) FROM paper_orders") == [(1,)]


@pytest.mark.parametrize("secret", [None, "", "wrong", "é"], ids=["none", "empty", "wrong", "not ascii"])
async def test_an_update_without_telegrams_secret_is_refused_and_does_nothing(
    hooked: Installation, session: aiohttp.ClientSession, secret: str | None
) -> None:
    async with (
        local_telegram() as (telegram, url),
        hooked.at(url).running() as service,
        talking(service, hooked.key) as strategy,
    ):
        await until_ready(service, "telegram", "ok")
        number = await strategy.queue()
        shown = await card(telegram, ASHA, number, "waits for you")
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        forged = {"id": "1", "from": {"id": ASHA, "is_bot": False, "first_name": "Asha"}, "chat_instance": "1"}
        tap = forged | {"message": shown, "data": buttons(shown)[0]["callback_data"]}
        body = json.dumps({"update_id": 900_000_001, "callback_query": tap})
        async with session.post(f"{service.address}/telegram/webhook", data=body, headers=headers) as answer:
            status = answer.status
        outcome = await strategy.outcome(number, wait=0)

    assert status == 403
    assert outcome["status"] == "pending"


async def test_a_start_in_polling_mode_takes_the_webhook_away(hooked: Installation) -> None:
    async with local_telegram() as (telegram, url):
        async with hooked.at(url).running() as service:
            await until_ready(service, "telegram", "ok")
            was = telegram.world.webhook.url
            await service.stop()
        polling = hooked.at(url).running(COUNTERSIGN_TELEGRAM__MODE="polling")
        async with polling as service, talking(service, hooked.key) as strategy:
            toast = await approve(telegram, ASHA, await strategy.queue())

    assert was.endswith("/telegram/webhook")
    assert telegram.world.webhook.url == ""
    assert toast.startswith("✅ Approved")
