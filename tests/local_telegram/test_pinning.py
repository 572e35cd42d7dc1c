"""Messages are pinned to the top of their chat, and taken from there."""

from telegram import Bot

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, Api


async def test_a_pin_is_told_to_the_bot_itself_once(tg: LocalTelegram, bot: Bot) -> None:
    card = await bot.send_message(ASHA, "5 orders wait")

    assert await bot.pin_chat_message(ASHA, card.message_id, disable_notification=True)
    assert await bot.pin_chat_message(ASHA, card.message_id, disable_notification=True)

    assert tg.world.pinned[ASHA] == [card.message_id]
    (told,) = [one.message for one in await bot.get_updates(timeout=0) if one.message]
    assert told.from_user is not None
    assert told.from_user.is_bot
    assert told.pinned_message is not None
    assert told.pinned_message.message_id == card.message_id


async def test_what_is_not_there_is_neither_pinned_nor_unpinned(tg: LocalTelegram, bot: Bot, api: Api) -> None:
    card = await bot.send_message(ASHA, "5 orders wait")
    await bot.pin_chat_message(ASHA, card.message_id)

    assert await bot.unpin_chat_message(ASHA, message_id=card.message_id)

    assert tg.world.pinned[ASHA] == []
    there = {"chat_id": ASHA, "message_id": card.message_id}
    assert await api.refusal("unpinChatMessage", **there) == "Bad Request: message to unpin not found"
    gone = {"chat_id": ASHA, "message_id": 999}
    assert await api.refusal("pinChatMessage", **gone) == "Bad Request: message to pin not found"
