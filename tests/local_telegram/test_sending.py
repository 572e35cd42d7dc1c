"""Messages are checked and stored as Telegram would."""

import struct

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, Forbidden

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, GROUP, RAVI, Api
from tests.local_telegram.pictures import a_png

PNG = a_png(320, 200)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 200, 320)


async def test_a_message_comes_back_with_text_and_entities(tg: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_message(ASHA, "<b>BUY</b> 5 × <code>A&amp;B</code>", parse_mode="HTML")

    assert sent.text == "BUY 5 × A&B"
    assert sent.text_html == "<b>BUY</b> 5 × <code>A&amp;B</code>"
    shown = tg.messages(ASHA)[-1]
    assert (shown["html"], shown["is_bot"]) == (sent.text_html, True)
    assert [version["text"] for version in shown["history"]] == ["BUY 5 × A&B"]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"text": "x", "chat_id": 99}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"chat_id": ASHA}, "message text is empty"),
        ({"chat_id": ASHA, "text": " \n "}, "text must be non-empty"),
        ({"chat_id": ASHA, "text": "<b> </b>", "parse_mode": "html"}, "text must be non-empty"),
        ({"chat_id": ASHA, "text": "a" * 4097}, "message is too long"),
        ({"chat_id": ASHA, "text": "😀" * 2049}, "message is too long"),
        ({"chat_id": ASHA, "text": "a", "entities": "{"}, "can't parse entities JSON object"),
        ({"chat_id": ASHA, "text": "a", "entities": [{}]}, "can't parse MessageEntity"),
        ({"chat_id": ASHA, "text": "a", "reply_to_message_id": 999}, "message to be replied not found"),
    ],
)
async def test_unacceptable_messages_are_refused(api: Api, params: dict[str, object], reason: str) -> None:
    assert await api.refusal("sendMessage", **params) == f"Bad Request: {reason}"


async def test_only_the_text_after_parsing_counts_against_4096(api: Api) -> None:
    source = "<b>" + "&lt;" * 2048 + "😀" * 1024 + "</b>  \n"

    result = (await api("sendMessage", chat_id=ASHA, text=source, parse_mode="HTML"))["result"]

    assert result["text"] == "<" * 2048 + "😀" * 1024
    assert result["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_markdown_is_not_read_here(api: Api) -> None:
    refusal = await api.refusal("sendMessage", chat_id=ASHA, text="*x*", parse_mode="MarkdownV2")

    assert refusal.startswith("Bad Request: unsupported parse_mode")


async def test_a_person_who_never_started_the_bot_cannot_be_written_to(tg: LocalTelegram, bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(RAVI, "hello")

    tg.send_text(RAVI, "/start")
    await bot.send_message(RAVI, "hello")


async def test_a_person_who_blocked_the_bot_gets_nothing(tg: LocalTelegram, bot: Bot) -> None:
    tg.block(ASHA)

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ASHA, "hello")

    tg.unblock(ASHA)
    await bot.send_message(ASHA, "hello")
    statuses = [
        update.my_chat_member.new_chat_member.status for update in await bot.get_updates() if update.my_chat_member
    ]
    assert statuses == ["kicked", "member"]


async def test_replies_and_flags_are_kept(tg: LocalTelegram, bot: Bot) -> None:
    asked = tg.send_text(ASHA, "funds?")

    sent = await bot.send_message(
        ASHA, "none", reply_parameters=ReplyParameters(asked), protect_content=True, disable_notification=True
    )

    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "funds?"
    assert sent.has_protected_content is True
    assert tg.messages(ASHA)[-1]["is_silent"] is True
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await bot.send_message(ASHA, "on its own", reply_parameters=lenient)).reply_to_message is None


async def test_a_link_to_a_known_person_is_a_mention(bot: Bot) -> None:
    source = f"<a href='tg://user?id={RAVI}'>Ravi</a> <a href='tg://user?id=404'>nobody</a>"

    sent = await bot.send_message(ASHA, source, parse_mode="HTML")

    assert [(entity.type, entity.user and entity.user.id) for entity in sent.entities] == [("text_mention", RAVI)]


async def test_photos_and_documents_are_stored_and_downloadable(tg: LocalTelegram, bot: Bot) -> None:
    photo = await bot.send_photo(ASHA, PNG, caption="<b>P&amp;L</b>", parse_mode="HTML")
    document = await bot.send_document(ASHA, b"a,b\n1,2\n", filename="trades.csv")

    assert (photo.photo[0].width, photo.photo[0].height, photo.caption) == (320, 200, "P&L")
    assert document.document is not None
    assert document.document.file_name == "trades.csv"
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
    assert (await bot.send_photo(ASHA, photo.photo[0].file_id)).photo[0].file_id == photo.photo[0].file_id
    assert tg.messages(ASHA)[-3]["text"] == "P&L"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"GIF89a", "Image_process_failed"), (PNG[:18], "Image_process_failed")]
)
async def test_a_photo_must_be_an_image(bot: Bot, content: bytes, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_photo(ASHA, content)


async def test_a_jpeg_knows_its_size(bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, JPEG)

    assert (sent.photo[0].width, sent.photo[0].height) == (320, 200)


async def test_a_caption_is_at_most_1024_long(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ASHA, PNG, caption="x" * 1025)


async def test_a_file_that_does_not_exist_is_refused(api: Api) -> None:
    wrong = "Bad Request: wrong file identifier/HTTP URL specified"

    assert await api.refusal("sendPhoto", chat_id=ASHA, photo="AgAD") == wrong
    assert await api.refusal("getFile", file_id="AgAD") == wrong
    assert await api.refusal("sendPhoto", chat_id=ASHA) == "Bad Request: there is no photo in the request"


async def test_a_chat_action_must_be_a_known_one(bot: Bot, api: Api) -> None:
    assert await bot.send_chat_action(ASHA, "typing")
    refusal = await api.refusal("sendChatAction", chat_id=ASHA, action="dancing")
    assert refusal == "Bad Request: wrong parameter action in request"


async def test_supergroups_number_their_own_messages(bot: Bot) -> None:
    private = await bot.send_message(ASHA, "here")
    group = await bot.send_message(GROUP, "there")

    assert (private.chat.type, group.chat.type) == ("private", "supergroup")
    assert (private.message_id, group.message_id) == (2, 1)


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(tg: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_message(GROUP, "listening")

    tg.send_text(RAVI, "good morning", chat_id=GROUP)
    tg.send_text(RAVI, "/pending", chat_id=GROUP)
    tg.send_text(RAVI, "hey @countersign_demo_bot", chat_id=GROUP)
    tg.send_text(ASHA, "yes", chat_id=GROUP, reply_to=sent.message_id)

    heard = [update.message.text for update in await bot.get_updates() if update.message]
    assert heard == ["/pending", "hey @countersign_demo_bot", "yes"]
