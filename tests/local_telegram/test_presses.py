"""Buttons: what may be under a message, what a press sends, and how it is answered."""

import asyncio
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, RAVI, Api

KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("✅ Approve", callback_data="a:1"),
            InlineKeyboardButton("❌ Reject", callback_data="r:1"),
        ],
        [InlineKeyboardButton("Chart", url="https://example.com/chart")],
    ]
)
TOO_OLD = "Query is too old and response timeout expired or query id is invalid"


async def test_a_press_reaches_the_bot_with_its_message(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)

    query_id = tg.press(ASHA, ASHA, card.message_id, button_text="Approve")

    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (query_id, "a:1", ASHA)
    assert query.message is not None
    assert query.message.message_id == card.message_id


async def test_the_person_sees_the_bots_answer(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)
    press = asyncio.create_task(tg.press_and_wait(ASHA, ASHA, card.message_id, button_text="Reject"))

    update = (await bot.get_updates(timeout=5))[0]
    assert update.callback_query is not None
    await update.callback_query.answer("Rejected.", show_alert=True)

    assert await press == {"text": "Rejected.", "show_alert": True, "url": ""}


async def test_a_press_nobody_answers_times_out(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)

    with pytest.raises(TimeoutError):
        await tg.press_and_wait(ASHA, ASHA, card.message_id, timeout=0.01, data="a:1")


async def test_a_press_is_answered_once_in_time_and_briefly(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)
    first, second = (tg.press(ASHA, ASHA, card.message_id, data="a:1") for _ in range(2))

    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(first, "x" * 201)
    assert await bot.answer_callback_query(first, "x" * 200)
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query(first)
    tg.advance(31)
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query(second)
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query("12345")


async def test_a_forged_client_may_send_any_data(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)

    tg.press(ASHA, ASHA, card.message_id, data="mode:auto")

    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert query.data == "mode:auto"


async def test_a_press_on_a_deleted_message_comes_without_its_content(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)
    await card.delete()

    tg.press(ASHA, ASHA, card.message_id, data="a:1")

    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_what_is_not_there_cannot_be_pressed(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "card", reply_markup=KEYS)
    group_card = await bot.send_message(GROUP, "card", reply_markup=KEYS)
    tg.add_user(9, "Stranger")

    with pytest.raises(LookupError, match="no button"):
        tg.press(ASHA, ASHA, card.message_id, button_text="Chart")
    with pytest.raises(LookupError, match="no message 999"):
        tg.press(ASHA, ASHA, 999, data="a:1")
    with pytest.raises(LookupError, match="is not in chat"):
        tg.press(9, GROUP, group_card.message_id, data="a:1")
    with pytest.raises(LookupError, match="no user 404"):
        tg.press(404, ASHA, card.message_id, data="a:1")


async def test_any_member_of_a_group_may_press(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(GROUP, "card", reply_markup=KEYS)

    tg.press(RAVI, GROUP, card.message_id, button_text="Approve")

    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.from_user.id, query.message.chat.id) == (RAVI, GROUP)


def button(**fields: Any) -> dict[str, Any]:
    """Markup of one inline button."""
    return {"inline_keyboard": [[{"text": "x", **fields}]]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(callback_data="₹" * 22), "BUTTON_DATA_INVALID"),
        (button(callback_data=7), "BUTTON_DATA_INVALID"),
        (button(text=" ", callback_data="a"), "inline keyboard button text must be non-empty"),
        (button(text=None), 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        (button(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (button(teleport=1), "can't parse inline keyboard button: Text buttons are unallowed"),
        (button(url="http://localhost/x"), "inline keyboard button URL 'http://localhost/x' is invalid"),
        (button(url="javascript:alert(1)"), "inline keyboard button URL"),
        (button(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (button(web_app={"url": "http://e.com"}), "inline keyboard button Web App URL 'http://e.com' is invalid"),
        (button(callback_data="a", style="pink"), "can't parse inline keyboard button: invalid button style"),
        ({"inline_keyboard": [[7]]}, "can't parse inline keyboard button"),
        ({"inline_keyboard": 7}, "can't parse inline keyboard"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 101]}, "reply markup is too long"),
        ({"keyboard": []}, "can't parse keyboard"),
        ({"keyboard": [[{"text": ""}]]}, "can't parse keyboard button"),
        ([], "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ],
)
async def test_markup_telegram_would_not_take_is_refused(api: Api, markup: object, reason: str) -> None:
    refusal = await api.refusal("sendMessage", chat_id=ASHA, text="x", reply_markup=markup)

    assert refusal.startswith(f"Bad Request: {reason}")


@pytest.mark.parametrize(
    "markup",
    [
        button(callback_data="₹" * 21, style="success"),
        button(url="https://example.com/"),
        button(copy_text={"text": "ORDER-1"}),
        button(web_app={"url": "https://example.com/app"}),
        button(switch_inline_query=""),
    ],
)
async def test_every_kind_of_inline_button_comes_back(api: Api, markup: dict[str, object]) -> None:
    sent = await api("sendMessage", chat_id=ASHA, text="x", reply_markup=markup)

    assert sent["result"]["reply_markup"] == markup


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": [["Yes", {"text": "No"}]], "one_time_keyboard": True},
        {"remove_keyboard": True},
        {"force_reply": True},
        {"inline_keyboard": [[]]},
    ],
)
async def test_other_markup_is_taken_but_not_returned(api: Api, markup: dict[str, object]) -> None:
    sent = await api("sendMessage", chat_id=ASHA, text="x", reply_markup=markup)

    assert "reply_markup" not in sent["result"]


async def test_web_apps_open_in_private_chats_only(api: Api) -> None:
    app = button(web_app={"url": "https://example.com/app"})

    refusal = await api.refusal("sendMessage", chat_id=GROUP, text="x", reply_markup=app)
    assert refusal == "Bad Request: BUTTON_TYPE_INVALID"
