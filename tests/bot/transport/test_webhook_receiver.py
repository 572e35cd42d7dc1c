"""In webhook mode an update is handled fully before Telegram is told so, and only once."""

import asyncio
import json

import pytest

from bot.transport.webhook_receiver import WebhookReceiver
from core.orders.states import QueueStatus
from tests.bot.rig import ASHA, Json, Rig, data_of

SECRET = "the-secret-that-telegram-sends-along"


@pytest.fixture
async def receiver(still: Rig) -> WebhookReceiver:
    """A receiver of a connected application."""
    await still.application.initialize()
    return WebhookReceiver(still.application, SECRET)


def message(update_id: int, text: str) -> bytes:
    """A message of Asha's, as posted."""
    person = {"id": ASHA, "is_bot": False, "first_name": "Asha"}
    chat = {"id": ASHA, "type": "private"}
    content = {"message_id": update_id, "date": 1790000000, "from": person, "chat": chat, "text": text}
    return json.dumps({"update_id": update_id, "message": content}).encode()


def press(update_id: int, card: Json, data: str) -> bytes:
    """A press of Asha's, as posted."""
    person = {"id": ASHA, "is_bot": False, "first_name": "Asha"}
    shown = {"message_id": card["message_id"], "date": 1790000000, "chat": {"id": ASHA, "type": "private"}}
    query = {"id": str(update_id), "from": person, "message": shown, "chat_instance": "1", "data": data}
    return json.dumps({"update_id": update_id, "callback_query": query}).encode()


async def test_the_decision_stands_when_200_is_answered(still: Rig, receiver: WebhookReceiver) -> None:
    await still.link(ASHA)
    order_id = await still.order()
    await still.look()
    card = still.telegram.messages(ASHA)[0]

    status = await receiver.receive_webhook(press(1, card, data_of(card, "Approve")), SECRET)

    assert status == 200
    assert (await still.read(order_id)).status is QueueStatus.APPROVED


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "é"])
async def test_without_the_secret_nothing_is_read(still: Rig, receiver: WebhookReceiver, secret: str | None) -> None:
    await still.link(ASHA)

    assert await receiver.receive_webhook(message(1, "/help"), secret) == 403
    assert still.telegram.messages(ASHA) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"update_id": "1"}', b"\xff", b"[" * 100_000])
async def test_garbage_is_refused(receiver: WebhookReceiver, body: bytes) -> None:
    assert await receiver.receive_webhook(body, SECRET) == 400


async def test_an_update_that_cannot_be_parsed_is_done_with(receiver: WebhookReceiver) -> None:
    assert await receiver.receive_webhook(b'{"update_id": 1, "message": {"from": 7}}', SECRET) == 200


async def test_a_repeat_is_handled_once(still: Rig, receiver: WebhookReceiver) -> None:
    await still.link(ASHA)

    statuses = await asyncio.gather(*(receiver.receive_webhook(message(5, "/help"), SECRET) for _ in range(3)))

    assert statuses == [200, 200, 200]
    assert len(still.telegram.messages(ASHA)) == 1


async def test_what_comes_too_early_must_come_again(still: Rig) -> None:
    receiver = WebhookReceiver(still.application, SECRET)

    assert await receiver.receive_webhook(message(1, "/help"), SECRET) == 503


async def test_what_is_remembered_is_bounded(
    still: Rig, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transport.webhook_receiver._REMEMBERED", 10)
    for update_id in range(50):
        await receiver.receive_webhook(message(update_id, "hello"), SECRET)

    assert len(receiver._seen) == 10


async def test_telegram_is_told_the_address_and_the_secret(still: Rig, receiver: WebhookReceiver) -> None:
    await receiver.register("http://127.0.0.1:9/hook")

    assert still.telegram.world.webhook.url == "http://127.0.0.1:9/hook"
    assert still.telegram.world.webhook.secret_token == SECRET
    assert still.telegram.world.updates.allowed == ["message", "callback_query"]


async def test_a_number_is_remembered_no_longer_than_telegram_repeats_it(still: Rig) -> None:
    now = [0.0]
    await still.application.initialize()
    receiver = WebhookReceiver(still.application, SECRET, lambda: now[0])
    await still.link(ASHA)

    await receiver.receive_webhook(message(1, "/help"), SECRET)
    now[0] += 86_000
    await receiver.receive_webhook(message(1, "/help"), SECRET)
    once = len(still.telegram.messages(ASHA))
    now[0] += 8 * 86_400
    await receiver.receive_webhook(message(1, "/help"), SECRET)

    assert once == 1
    assert len(still.telegram.messages(ASHA)) == 2
