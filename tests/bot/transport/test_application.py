"""The application is put together so that it cannot leak, hang or be led astray."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import BotCommandScopeAllPrivateChats, Update
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.application import publish_commands
from bot.handlers.errors import tell_failure
from bot.text import messages as texts
from bot.transport.bot_client import build_bot
from bot.transport.telegram_request import TelegramRequest
from tests.bot.rig import ASHA, TOKEN, Rig


async def test_commands_and_descriptions_are_published(still: Rig) -> None:
    bot = still.application.bot
    await publish_commands(bot)

    published = await bot.get_my_commands(BotCommandScopeAllPrivateChats())
    assert {command.command for command in published} == {*texts.COMMANDS}
    assert (await bot.get_my_description()).description == texts.BOT_DESCRIPTION
    assert (await bot.get_my_short_description()).short_description == texts.BOT_SHORT_DESCRIPTION


async def test_the_token_is_in_no_log_line(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await rig.link(ASHA)
    await rig.ask(ASHA, "/help", "Countersign")

    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("url", "trusts"),
    [
        ("http://127.0.0.1:8081", False),
        ("http://localhost:8081/", False),
        ("http://[::1]:8081", False),
        ("https://api.telegram.org", True),
    ],
)
async def test_a_proxy_is_used_for_the_world_and_never_for_this_machine(url: str, trusts: bool) -> None:
    bot = build_bot(TOKEN, url, lambda _: None)

    request = bot.request
    assert isinstance(request, TelegramRequest)
    assert request.trusts_env is trusts
    assert bot.base_url == f"{url.rstrip('/')}/bot{TOKEN}"
    assert bot.base_file_url == f"{url.rstrip('/')}/file/bot{TOKEN}"
    await bot.shutdown()


async def test_telegrams_clock_is_observed(still: Rig) -> None:
    seen: list[datetime] = []
    bot = build_bot(TOKEN, still.base_url, seen.append)
    await bot.initialize()
    await bot.shutdown()

    assert seen
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("date", ["Mon, 23 Nov 2026 09:00:00 -0000", "Mon, 23 Nov 2026 09:00:00", "soon", ""])
async def test_a_date_that_says_nothing_for_sure_spoils_no_answer(still: Rig, date: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        bot = {"id": 1, "is_bot": True, "first_name": "Countersign", "username": "countersign_bot"}
        return web.json_response({"ok": True, "result": bot}, headers={"Date": date})

    seen: list[datetime] = []
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        bot = build_bot(TOKEN, str(server.make_url("")), seen.append)
        await bot.initialize()
        await bot.shutdown()

    assert bot.username == "countersign_bot"
    assert seen == []


@pytest.mark.parametrize(
    "payload", [b"<html>", b"[]", b"null", b'"x"', b"{}", b'{"message": "no route"}', b'{"ok": "yes"}', b"\xff"]
)
def test_only_telegrams_json_is_an_answer(payload: bytes) -> None:
    with pytest.raises(NetworkError, match="something else answered"):
        TelegramRequest.parse_json_payload(payload)


async def test_a_gateways_empty_page_is_a_network_fault(still: Rig) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(status=502, text="<html>Bad Gateway</html>")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    async with TestServer(app) as server:
        bot = build_bot(TOKEN, str(server.make_url("")), lambda _: None)
        with pytest.raises(NetworkError, match="something else answered"):
            await bot.get_me()
        await bot.shutdown()


async def test_a_telegram_that_does_not_answer_in_time_is_told_from_one_that_is_not_there(still: Rig) -> None:
    async def sleep(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sleep)
    async with TestServer(app) as server:
        bot = build_bot(TOKEN, str(server.make_url("")), lambda _: None)
        with pytest.raises(TimedOut):
            await bot.get_me(read_timeout=0.05)
    with pytest.raises(NetworkError, match="ClientConnectorError") as gone:
        await bot.get_me()
    await bot.shutdown()

    assert not isinstance(gone.value, TimedOut)
    assert TOKEN not in str(gone.value)


class Context:
    """What python-telegram-bot hands to an error handler."""

    def __init__(self, error: Exception) -> None:
        self.error = error


async def test_a_failure_outside_any_update_is_only_logged() -> None:
    await tell_failure(None, Context(ZeroDivisionError()))


async def test_a_command_that_fails_is_told_with_a_reference(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.services.insight.personal_lists.PersonalLists.page", broken)
    reply = await rig.ask(ASHA, "/orders", "Something went wrong")

    assert "Nothing was executed by this message. Reference " in reply["text"]


@pytest.mark.parametrize("fault", [NetworkError("gone"), TimedOut()])
async def test_an_unreachable_telegram_is_not_written_to(rig: Rig, fault: TelegramError) -> None:
    await rig.link(ASHA)
    await rig.ask(ASHA, "/help", "Countersign")
    before = len(rig.telegram.messages(ASHA))
    raw = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": ASHA, "type": "private"}}}
    await tell_failure(Update.de_json(raw, rig.application.bot), Context(fault))

    assert len(rig.telegram.messages(ASHA)) == before


async def test_a_rig_that_never_connected_closes_cleanly() -> None:
    bot = build_bot(TOKEN, "http://127.0.0.1:9", lambda _: None)
    with pytest.raises(NetworkError):
        await bot.delete_webhook()
    await bot.shutdown()
