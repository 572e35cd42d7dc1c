"""Updates are pushed to the bot's webhook, in order, until they are taken."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, NOW, RAVI, Api


@dataclass
class Hook:
    """A bot's webhook: answers with the given statuses, then 200, and keeps what it took."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    reply: dict[str, Any] | None = None
    headers: list[str] = field(default_factory=list)
    taken: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert request.headers["Content-Type"] == "application/json"
        self.headers.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.taken.put_nowait(body)
        return web.json_response(self.reply) if self.reply else web.Response()

    async def texts(self, count: int) -> list[str]:
        """The texts of the next `count` messages."""
        async with asyncio.timeout(10):
            return [(await self.taken.get())["message"]["text"] for _ in range(count)]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A listening webhook."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret(tg: LocalTelegram, api: Api, hook: Hook) -> None:
    tg.send_text(ASHA, "before")
    await api("setWebhook", url=hook.url, secret_token="s3cret_-")
    tg.send_text(ASHA, "after")

    assert await hook.texts(2) == ["before", "after"]
    assert hook.headers == ["s3cret_-"] * 2
    await tg.wait_for(lambda: not tg.world.updates.pending())


async def test_a_refused_update_is_repeated_and_the_order_of_a_sender_kept(
    tg: LocalTelegram, api: Api, hook: Hook
) -> None:
    hook.statuses = [500, 302, 429]
    await api("setWebhook", url=hook.url)

    for text in ("one", "two"):
        tg.send_text(ASHA, text)

    assert await hook.texts(2) == ["one", "two"]
    info = (await api("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 429 Too Many Requests"
    assert info["last_error_date"] == NOW


async def test_an_unreachable_webhook_is_reported_and_keeps_the_updates(tg: LocalTelegram, api: Api) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook", max_connections=500, allowed_updates=["message"])
    tg.send_text(ASHA, "hello")
    await tg.wait_for(lambda: tg.world.webhook.last_error)

    info = (await api("getWebhookInfo"))["result"]

    assert info == {
        "url": "http://127.0.0.1:9/hook",
        "has_custom_certificate": False,
        "pending_update_count": 1,
        "last_error_date": int(NOW),
        "last_error_message": "Connection refused",
        "max_connections": 100,
        "allowed_updates": ["message"],
    }


async def test_the_webhook_may_answer_with_a_method(tg: LocalTelegram, api: Api, hook: Hook) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": ASHA, "text": "by reply"}
    await api("setWebhook", url=hook.url)

    tg.send_text(ASHA, "hello")

    await tg.wait_for(lambda: tg.messages(ASHA)[-1]["text"] == "by reply")


async def test_a_slow_person_does_not_hold_up_another(tg: LocalTelegram, api: Api, hook: Hook) -> None:
    hook.statuses = [503]
    await api("setWebhook", url=hook.url)

    tg.send_text(ASHA, "first")
    tg.send_text(RAVI, "second")

    assert sorted(await hook.texts(2)) == ["first", "second"]


async def test_a_webhook_is_set_deleted_and_forgets_on_request(tg: LocalTelegram, api: Api) -> None:
    tg.send_text(ASHA, "hello")

    said = [
        (await api("setWebhook", url="https://bot.example.com/hook"))["description"],
        (await api("setWebhook", url="https://bot.example.com/hook", drop_pending_updates=True))["description"],
        (await api("setWebhook", url=""))["description"],
        (await api("deleteWebhook"))["description"],
    ]

    assert said == [
        "Webhook was set",
        "Webhook is already set",
        "Webhook was deleted",
        "Webhook is already deleted",
    ]
    assert (await api("getWebhookInfo"))["result"]["pending_update_count"] == 0


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://example.com:x/"}, "invalid webhook URL specified"),
        ({"url": "https://e.com/", "secret_token": "no spaces"}, "secret token contains unallowed characters"),
        ({"url": "https://e.com/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_telegram_would_not_take_are_refused(api: Api, params: dict[str, str], reason: str) -> None:
    assert await api.refusal("setWebhook", **params) == f"Bad Request: {reason}"
