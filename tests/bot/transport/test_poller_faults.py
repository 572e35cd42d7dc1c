"""Whatever stands between the poller and Telegram is named in a sentence, and waited out or obeyed."""

import asyncio

import pytest
from aiohttp import web

from bot.local_telegram.server.server import LocalTelegram
from bot.transport import connection_texts as texts
from bot.transport.bot_client import build_bot
from core.errors import ConfigError
from core.services.operations.health import TelegramConnection
from tests.bot.polling import FakeApplication, Naps, address_of, poller_of, polling, until
from tests.bot.rig import ASHA, TOKEN
from tests.waiting import SOON

OTHER_TOKEN = "54321:ANOTHER-TOKEN-OF-SOMEBODY"


async def test_another_poller_is_named_and_outlasted(telegram: LocalTelegram, application: FakeApplication) -> None:
    naps = Naps()
    connection = TelegramConnection()
    poller = poller_of(application, naps, connection=connection)
    telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=3)
    async with polling(poller):
        await until(lambda: len(naps.asked) >= 2, telegram)
        problem = connection.problem
        telegram.send_text(ASHA, "hello")
        await until(lambda: application.seen, telegram)

    assert problem == texts.OTHER_POLLER
    assert connection.problem == ""


@pytest.mark.parametrize(
    ("token", "why"), [(OTHER_TOKEN, "well-formed"), ("12345:x", "malformed")], ids=["401", "404"]
)
async def test_a_token_that_telegram_refuses_stops_everything(telegram: LocalTelegram, token: str, why: str) -> None:
    bot = build_bot(token, address_of(telegram), lambda _: None)
    poller = poller_of(FakeApplication(bot))

    with pytest.raises(ConfigError, match="does not accept the bot token") as refused:
        await asyncio.wait_for(poller.run(), SOON)
    assert token not in str(refused.value)
    await bot.shutdown()


async def test_a_token_refused_later_stops_too(telegram: LocalTelegram, application: FakeApplication) -> None:
    telegram.fail_next("getUpdates", 401, "Unauthorized")

    with pytest.raises(ConfigError):
        await asyncio.wait_for(poller_of(application).run(), SOON)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 502, 200])
async def test_a_gateways_page_is_not_telegrams_word(status: int) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>Not Found</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    bot = build_bot(TOKEN, f"http://{host}:{port}", lambda _: None)
    naps = Naps()
    connection = TelegramConnection()
    poller = poller_of(FakeApplication(bot), naps, connection=connection)
    async with polling(poller) as task:
        await asyncio.wait_for(naps.third.wait(), SOON)
        assert not task.done()

    assert connection.problem.startswith("Telegram cannot be reached")
    assert TOKEN not in connection.problem
    await bot.shutdown()
    await runner.cleanup()


async def test_an_outage_is_waited_out_longer_and_longer(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    naps = Naps()
    connection = TelegramConnection()
    poller = poller_of(application, naps, connection=connection)
    telegram.outage()
    async with polling(poller):
        await until(lambda: len(naps.asked) >= 8, telegram)
        problem = connection.problem
        telegram.outage(False)
        telegram.send_text(ASHA, "back")
        await until(lambda: application.seen, telegram)

    assert problem.startswith("Telegram cannot be reached: ")
    assert 1.0 <= naps.asked[0] <= 1.25
    assert 30.0 <= naps.asked[7] <= 37.5
    assert connection.problem == ""


async def test_a_foreign_webhook_is_named_by_its_host_and_left_alone(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    connection = TelegramConnection()
    poller = poller_of(application, connection=connection)
    async with polling(poller):
        await until(lambda: telegram.world.updates.is_polled, telegram)
        await application.bot.set_webhook("https://thief.example/secret-path", allowed_updates=["message"])
        await until(lambda: connection.problem, telegram)
        problem = connection.problem

    assert problem == texts.FOREIGN_WEBHOOK.format(host="thief.example")
    assert telegram.world.webhook.url == "https://thief.example/secret-path"


async def test_with_the_owners_setting_the_updates_are_taken_back(
    telegram: LocalTelegram, application: FakeApplication
) -> None:
    connection = TelegramConnection()
    poller = poller_of(application, takes_back=True, connection=connection)
    async with polling(poller):
        await until(lambda: telegram.world.updates.is_polled, telegram)
        await application.bot.set_webhook("https://thief.example/hook", allowed_updates=["message"])
        telegram.send_text(ASHA, "hello")
        await until(lambda: application.seen and not connection.problem, telegram)

    assert telegram.world.webhook.url == ""
    assert application.seen == ["hello"]


async def test_an_idle_bot_is_ready_at_once(telegram: LocalTelegram, application: FakeApplication) -> None:
    connection = TelegramConnection()
    poller = poller_of(application, connection=connection)
    async with polling(poller):
        await until(lambda: not connection.problem, telegram)
        telegram.outage()
        await until(lambda: connection.problem, telegram)
        telegram.outage(False)
        await until(lambda: not connection.problem, telegram)

    assert application.seen == []
