"""Telegram's sending limits, at their exact edges."""

from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import ApiError
from bot.local_telegram.server.server import LocalTelegram
from bot.local_telegram.state.limits import Limits
from tests.local_telegram.conftest import ASHA, GROUP, NOW, Api


def charge(limits: Limits, chat_ids: range, *, is_private: bool = True) -> int:
    """Send once to each chat; returns the seconds to wait that the first refusal names, 0 for none."""
    try:
        for chat_id in chat_ids:
            limits.charge(chat_id, is_private=is_private)
    except ApiError as refusal:
        return int((refusal.parameters or {})["retry_after"])
    return 0


async def test_a_private_chat_takes_five_at_once_and_then_one_a_second(tg: LocalTelegram, bot: Bot) -> None:
    for number in range(5):
        await bot.send_message(ASHA, f"message {number}")

    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(ASHA, "too much")

    assert refusal.value.retry_after == timedelta(seconds=1)
    tg.advance(1)
    await bot.send_message(ASHA, "in time")


async def test_the_refusal_has_telegrams_shape_and_no_effect(tg: LocalTelegram, api: Api) -> None:
    for number in range(5):
        await api("sendMessage", chat_id=ASHA, text=f"message {number}")

    assert await api("sendMessage", chat_id=ASHA, text="too much") == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert [message["text"] for message in tg.messages(ASHA)][-1] == "message 4"


async def test_edits_count_beside_new_messages_and_answers_do_not(tg: LocalTelegram, api: Api) -> None:
    for number in range(5):
        card = (await api("sendMessage", chat_id=ASHA, text=f"card {number}"))["result"]["message_id"]
    for text in ("one", "two", "three", "four", "five"):
        await api("editMessageText", chat_id=ASHA, message_id=card, text=text)

    for _ in range(5):
        query_id = tg.press(ASHA, ASHA, card, data="a")
        assert (await api("answerCallbackQuery", callback_query_id=query_id))["ok"]
    refusal = await api.refusal("editMessageText", chat_id=ASHA, message_id=card, text="six")

    assert refusal == "Too Many Requests: retry after 1"


def test_edits_count_with_everything_else_in_a_group_and_for_the_whole_bot() -> None:
    limits = Limits(Clock(lambda: NOW), is_strict=True)
    for _ in range(10):
        limits.charge(GROUP, is_private=False)
        limits.charge(GROUP, is_private=False, is_edit=True)

    with pytest.raises(ApiError):
        limits.charge(GROUP, is_private=False, is_edit=True)
    assert charge(limits, range(1, 11)) == 0
    with pytest.raises(ApiError):
        limits.charge(11, is_private=True, is_edit=True)


async def test_a_group_takes_twenty_a_minute(tg: LocalTelegram, api: Api) -> None:
    for number in range(20):
        assert (await api("sendMessage", chat_id=GROUP, text=str(number)))["ok"]

    refused = await api("sendMessage", chat_id=GROUP, text="too much")

    assert refused["parameters"] == {"retry_after": 60}
    tg.advance(60)
    assert (await api("sendMessage", chat_id=GROUP, text="again"))["ok"]


def test_the_whole_bot_sends_thirty_a_second() -> None:
    clock = Clock(lambda: NOW)
    limits = Limits(clock, is_strict=True)

    assert charge(limits, range(30)) == 0
    assert charge(limits, range(30, 31)) == 1
    clock.advance(1)
    assert charge(limits, range(30, 60)) == 0


def test_what_was_refused_does_not_count() -> None:
    clock = Clock(lambda: NOW)
    limits = Limits(clock, is_strict=True)
    charge(limits, range(-20, 0), is_private=False)

    for _ in range(100):
        charge(limits, range(1, 30))

    clock.advance(1.001)
    assert charge(limits, range(1, 2)) == 0


def test_without_strict_limits_anything_goes() -> None:
    limits = Limits(Clock(lambda: NOW), is_strict=False)

    assert all(charge(limits, range(1, 2)) == 0 for _ in range(100))
