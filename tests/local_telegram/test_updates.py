"""Updates wait for the bot, are confirmed by the next offset, and grow old."""

import asyncio

import pytest
from telegram import Bot, Update
from telegram.error import Conflict
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler
from telegram.request import HTTPXRequest

from bot.local_telegram.server.server import Address, LocalTelegram
from tests.local_telegram.conftest import ASHA, TOKEN, Api


async def test_an_update_is_delivered_until_it_is_confirmed(tg: LocalTelegram, bot: Bot) -> None:
    tg.send_text(ASHA, "one")
    tg.send_text(ASHA, "two")

    first = await bot.get_updates()
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)

    assert [update.update_id for update in first] == [update.update_id for update in again]
    assert [update.effective_message.text for update in rest if update.effective_message] == ["two"]


async def test_a_negative_offset_keeps_only_the_newest(tg: LocalTelegram, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        tg.send_text(ASHA, text)

    kept = await bot.get_updates(offset=-2)

    assert len(kept) == len(await bot.get_updates()) == 2


async def test_the_limit_is_kept_between_1_and_100(tg: LocalTelegram, api: Api) -> None:
    for _ in range(101):
        tg.send_text(ASHA, "x")

    sizes = [len((await api("getUpdates", limit=limit))["result"]) for limit in (1, 0, 1000)]

    assert sizes == [1, 1, 100]


async def test_a_waiting_poll_answers_as_soon_as_something_happens(tg: LocalTelegram, api: Api) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=50))
    await tg.wait_for(lambda: tg.world.updates.is_polled)

    tg.send_text(ASHA, "/pending now")

    update = (await poll)["result"][0]
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 8}]
    assert update["message"]["from"]["id"] == update["message"]["chat"]["id"] == ASHA


async def test_a_poll_ends_empty_after_its_timeout(api: Api) -> None:
    assert (await api("getUpdates", timeout=1))["result"] == []


async def test_the_older_of_two_pollers_gets_the_conflict(tg: LocalTelegram, bot: Bot, api: Api) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await tg.wait_for(lambda: tg.world.updates.is_polled)

    newer = asyncio.create_task(api("getUpdates", timeout=30))

    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
        await older
    tg.send_text(ASHA, "hello")
    assert len((await newer)["result"]) == 1


async def test_a_press_is_forgotten_after_150_seconds_and_a_message_after_a_day(
    tg: LocalTelegram, bot: Bot, api: Api
) -> None:
    card = await api("sendMessage", chat_id=ASHA, text="card")
    tg.send_text(ASHA, "hello")
    tg.press(ASHA, ASHA, card["result"]["message_id"], data="a")

    tg.advance(149)
    assert len(await bot.get_updates()) == 2
    tg.advance(2)
    assert [update.callback_query for update in await bot.get_updates()] == [None]
    tg.advance(24 * 3600)
    assert await bot.get_updates() == ()


async def test_allowed_updates_are_remembered_and_only_concern_what_comes_later(tg: LocalTelegram, api: Api) -> None:
    card = (await api("sendMessage", chat_id=ASHA, text="card"))["result"]["message_id"]
    tg.send_text(ASHA, "before")
    await api("getUpdates", allowed_updates=["callback_query"])

    tg.send_text(ASHA, "after")
    tg.press(ASHA, ASHA, card, data="a")

    kinds = [list(update)[1] for update in (await api("getUpdates"))["result"]]
    assert kinds == ["message", "callback_query"]
    await api("getUpdates", allowed_updates=[])
    tg.send_text(ASHA, "wanted again")
    assert len((await api("getUpdates"))["result"]) == 3


async def test_polling_is_refused_while_a_webhook_is_set(api: Api) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")

    assert await api.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )


async def test_setting_a_webhook_ends_a_waiting_poll(tg: LocalTelegram, api: Api) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=30))
    await tg.wait_for(lambda: tg.world.updates.is_polled)

    await api("setWebhook", url="http://127.0.0.1:9/hook")

    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_stopping_the_server_answers_a_waiting_poll(tg: LocalTelegram, api: Api) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=50))
    await tg.wait_for(lambda: tg.world.updates.is_polled)

    await tg.stop()

    assert (await poll)["result"] == []


async def test_a_bot_that_polls_and_stops_leaves_nothing_behind(tg: LocalTelegram, address: Address) -> None:
    heard: list[str] = []

    async def hear(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        heard.append(update.message.text or "")

    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    poller = HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot = Bot(TOKEN, f"{address.url}/bot", request=request, get_updates_request=poller)
    application = ApplicationBuilder().bot(bot).build()
    application.add_handler(MessageHandler(None, hear))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=30)
        await tg.wait_for(lambda: tg.world.updates.is_polled)
        tg.send_text(ASHA, "hello")
        await tg.wait_for(lambda: heard)
        await tg.wait_for(lambda: tg.world.updates.is_polled)
        await application.updater.stop()
        await application.stop()

    assert heard == ["hello"]
    assert tg.world.updates.pending() == []
    assert 409 not in [call["status"] for call in tg.calls]
