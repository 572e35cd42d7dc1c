"""Messages change in place, under Telegram's conditions."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, RAVI, Api

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("✅ Approve", callback_data="a")]])
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def test_an_edit_replaces_the_text_and_drops_the_buttons(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "pending", reply_markup=KEYS)
    tg.advance(60)

    edited = await bot.edit_message_text("filled", ASHA, card.message_id)

    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("filled", None)
    assert edited.edit_date is not None
    shown = tg.messages(ASHA)[-1]
    assert [version["text"] for version in shown["history"]] == ["pending", "filled"]
    assert shown["history"][1]["at"] - shown["history"][0]["at"] == 60


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, api: Api) -> None:
    card = await bot.send_message(ASHA, "<b>pending</b>", parse_mode="HTML", reply_markup=KEYS)
    same = {"chat_id": ASHA, "message_id": card.message_id, "parse_mode": "HTML"}

    assert (
        await api.refusal("editMessageText", **same, text="<strong>pending</strong>\n", reply_markup=KEYS.to_dict())
        == SAME
    )
    assert await api.refusal("editMessageReplyMarkup", **same, reply_markup=KEYS.to_json()) == SAME
    assert (await api("editMessageText", **same, text="pending", reply_markup=KEYS.to_dict()))["ok"]


async def test_markup_can_be_edited_alone(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "pending", reply_markup=KEYS)

    await bot.edit_message_reply_markup(ASHA, card.message_id)

    assert tg.messages(ASHA)[-1]["reply_markup"] is None
    assert tg.messages(ASHA)[-1]["text"] == "pending"


async def test_only_the_bots_own_existing_messages_can_be_edited(tg: LocalTelegram, api: Api) -> None:
    theirs = tg.send_text(ASHA, "mine")

    async def refusal(message_id: int) -> str:
        return await api.refusal("editMessageText", chat_id=ASHA, message_id=message_id, text="x")

    assert await refusal(999) == "Bad Request: message to edit not found"
    assert await refusal(theirs) == "Bad Request: message can't be edited"
    assert await refusal(0) == "Bad Request: message identifier is not specified"
    inline = await api.refusal("editMessageText", inline_message_id="abc", text="x")
    assert inline == "Bad Request: MESSAGE_ID_INVALID"


async def test_a_caption_is_edited_as_a_caption(tg: LocalTelegram, bot: Bot) -> None:
    text = await bot.send_message(ASHA, "text")
    document = await bot.send_document(ASHA, b"x", filename="x.csv", caption="old")

    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("new", ASHA, document.message_id)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(ASHA, text.message_id, caption="new")
    edited = await bot.edit_message_caption(ASHA, document.message_id, caption="new")

    assert not isinstance(edited, bool)
    assert (edited.caption, edited.document) == ("new", document.document)


async def test_an_edit_takes_inline_keyboards_only(bot: Bot, api: Api) -> None:
    card = await bot.send_message(ASHA, "pending")

    refusal = await api.refusal(
        "editMessageText",
        chat_id=ASHA,
        message_id=card.message_id,
        text="x",
        reply_markup={"force_reply": True},
    )

    assert refusal == "Bad Request: inline keyboard expected"


async def test_messages_can_be_deleted_for_48_hours(tg: LocalTelegram, bot: Bot, api: Api) -> None:
    theirs, own = tg.send_text(ASHA, "my api key"), await bot.send_message(ASHA, "secret")
    late = await bot.send_message(ASHA, "late")

    assert await bot.delete_message(ASHA, theirs)
    assert await own.delete()

    assert [message["text"] for message in tg.messages(ASHA)] == ["/start", "late"]
    gone = await api.refusal("deleteMessage", chat_id=ASHA, message_id=theirs)
    assert gone == "Bad Request: message to delete not found"
    tg.advance(48 * 3600 + 1)
    assert "can't be deleted" in await api.refusal("deleteMessage", chat_id=ASHA, message_id=late.message_id)


async def test_in_a_group_others_messages_cannot_be_deleted(tg: LocalTelegram, api: Api) -> None:
    theirs = tg.send_text(RAVI, "/pending", chat_id=GROUP)

    assert "can't be deleted" in await api.refusal("deleteMessage", chat_id=GROUP, message_id=theirs)
