"""Faults on order happen as described, once, and to the right call."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, Api


def texts(tg: LocalTelegram) -> list[str]:
    """What the bot has said to Asha."""
    return [message["text"] for message in tg.messages(ASHA) if message["is_bot"]]


async def test_a_call_fails_as_ordered_and_the_next_one_works(tg: LocalTelegram, bot: Bot) -> None:
    tg.fail_next("sendMessage", 429, "Too Many Requests: retry after 3", parameters={"retry_after": 3})

    with pytest.raises(RetryAfter):
        await bot.send_message(ASHA, "lost")
    await bot.send_message(ASHA, "kept")

    assert texts(tg) == ["kept"]


async def test_a_failure_can_be_for_one_chat_and_several_times(tg: LocalTelegram, api: Api) -> None:
    tg.fail_next("*", 500, "Internal Server Error", times=2, chat_id=GROUP)

    answers = [(await api("sendMessage", chat_id=chat, text="x"))["ok"] for chat in (GROUP, ASHA, GROUP, GROUP)]

    assert answers == [False, True, False, True]


@pytest.mark.parametrize(("after_effect", "said"), [(False, []), (True, ["card"])])
async def test_a_connection_is_cut_before_or_after_the_effect(
    tg: LocalTelegram, bot: Bot, after_effect: bool, said: list[str]
) -> None:
    tg.drop_connection_next("sendMessage", after_effect=after_effect)

    with pytest.raises(NetworkError):
        await bot.send_message(ASHA, "card")

    assert texts(tg) == said
    assert [call["status"] for call in tg.calls if call["method"] == "sendMessage"] == [0]


async def test_a_hanging_call_takes_effect_after_the_bot_gave_up(tg: LocalTelegram, bot: Bot) -> None:
    tg.hang_next("sendMessage", 0.3)

    with pytest.raises(TimedOut):
        await bot.send_message(ASHA, "late", read_timeout=0.1)

    assert texts(tg) == []
    await tg.wait_for(lambda: texts(tg) == ["late"])


async def test_an_outage_refuses_everything_and_ends_waiting_polls(tg: LocalTelegram, api: Api) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=30))
    await tg.wait_for(lambda: tg.world.updates.is_polled)

    tg.outage(True)

    gateway = {"ok": False, "error_code": 502, "description": "Bad Gateway"}
    assert await poll == await api("getMe") == gateway
    tg.outage(False)
    assert (await api("getMe"))["ok"]


async def test_every_call_is_written_down_without_the_token(tg: LocalTelegram, bot: Bot, api: Api) -> None:
    await bot.send_document(ASHA, b"a,b", filename="t.csv")
    await api("sendMessage", chat_id=404, text="x")

    sent, refused = tg.calls[-2:]

    assert sent["params"]["document"] == {"file_name": "t.csv", "file_size": 3}
    assert (sent["status"], refused["status"]) == (200, 400)
    assert refused["description"] == "Bad Request: chat not found"
    assert refused["at"] == tg.world.clock.now()
    assert tg.world.token not in str(tg.calls)
