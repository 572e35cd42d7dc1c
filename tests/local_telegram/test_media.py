"""Photos are taken, refused, replaced and handed out as Telegram does it."""

import struct

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, Message
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.local_telegram.server.server import LocalTelegram
from tests.local_telegram.conftest import ASHA, Api
from tests.local_telegram.pictures import a_png, size_of

PNG, OTHER = a_png(320, 200), a_png(200, 320)
TEN_MB = 10 * 1024 * 1024
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("7 days", callback_data="a")]])


def photo(message: Message | bool) -> tuple[int, int]:
    """The size that Telegram says a message's photo has."""
    assert isinstance(message, Message)
    return message.photo[-1].width, message.photo[-1].height


async def test_media_and_caption_are_replaced_in_place(tg: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, PNG, caption="one", reply_markup=KEYS)

    edited = await bot.edit_message_media(
        InputMediaPhoto(OTHER, caption="<b>two</b> &amp; more", parse_mode="HTML"), ASHA, sent.message_id
    )

    assert photo(edited) == (200, 320)
    shown = tg.messages(ASHA)[-1]
    assert (shown["message_id"], shown["html"], shown["reply_markup"]) == (
        sent.message_id,
        "<b>two</b> &amp; more",
        None,
    )
    assert [version["text"] for version in shown["history"]] == ["one", "two & more"]


async def test_a_photo_sent_before_is_named_by_its_id_and_can_be_downloaded(bot: Bot) -> None:
    first = await bot.send_photo(ASHA, PNG)
    second = await bot.send_photo(ASHA, OTHER)

    edited = await bot.edit_message_media(InputMediaPhoto(first.photo[-1].file_id), ASHA, second.message_id)

    assert isinstance(edited, Message)
    file = await bot.get_file(edited.photo[-1].file_id)
    assert size_of(bytes(await file.download_as_bytearray())) == (320, 200)


async def test_the_same_once_more_is_refused(bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, PNG, caption="one", reply_markup=KEYS)
    same = InputMediaPhoto(sent.photo[-1].file_id, caption="one")

    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_media(same, ASHA, sent.message_id, reply_markup=KEYS)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_caption(ASHA, sent.message_id, caption="one", reply_markup=KEYS)


async def test_a_text_has_no_media_to_replace_and_a_photo_no_text(bot: Bot) -> None:
    text, picture = await bot.send_message(ASHA, "text"), await bot.send_photo(ASHA, PNG)

    with pytest.raises(BadRequest, match="There is no media in the message to edit"):
        await bot.edit_message_media(InputMediaPhoto(PNG), ASHA, text.message_id)
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("text", ASHA, picture.message_id)


async def test_a_photo_may_become_a_document(tg: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, PNG)

    await bot.edit_message_media(InputMediaDocument(b"a,b", filename="pnl.csv"), ASHA, sent.message_id)

    shown = tg.messages(ASHA)[-1]
    assert ("photo" in shown, shown["document"]["file_name"]) == (False, "pnl.csv")


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (20, 1), (5000, 5000), (9500, 500)], ids=["dot", "strip", "large", "wide"]
)
async def test_unusual_shapes_that_telegram_takes(bot: Bot, width: int, height: int) -> None:
    assert photo(await bot.send_photo(ASHA, a_png(width, height))) == (width, height)


@pytest.mark.parametrize(("width", "height"), [(21, 1), (1, 21), (5000, 5001), (9600, 401)])
async def test_shapes_that_telegram_refuses(bot: Bot, width: int, height: int) -> None:
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await bot.send_photo(ASHA, a_png(width, height))


@pytest.mark.parametrize(
    "content",
    [
        PNG[:-1],
        PNG[:40],
        PNG.replace(b"IDAT", b"IDAX"),
        b"\xff\xd8\xff",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**31),
    ],
)
async def test_a_damaged_picture_is_refused(bot: Bot, content: bytes) -> None:
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ASHA, content)


async def test_a_photo_is_at_most_ten_megabytes(bot: Bot) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_photo(ASHA, PNG + b"\0" * TEN_MB)

    size = len(PNG) + TEN_MB
    limit = "the maximum size is 10485760 bytes"
    assert refused.value.message == f"File of size {size} bytes is too big for a photo; {limit}"


async def test_a_document_is_no_photo(bot: Bot, api: Api) -> None:
    sent = await bot.send_document(ASHA, PNG, filename="a.png")
    assert sent.document is not None

    refusal = await api.refusal("sendPhoto", chat_id=ASHA, photo=sent.document.file_id)

    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_a_new_caption_is_at_most_1024_long(bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, PNG)

    await bot.edit_message_media(InputMediaPhoto(PNG, caption="😀" * 512), ASHA, sent.message_id)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.edit_message_media(InputMediaPhoto(PNG, caption="😀" * 512 + "x"), ASHA, sent.message_id)


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        ({}, 'parameter "media" is required'),
        ({"media": "{"}, "can't parse media JSON object"),
        ({"media": "[]"}, "can't parse InputMedia: expected an Object"),
        ({"media": {"type": "sticker", "media": "x"}}, "can't parse InputMedia: unsupported type specified"),
        ({"media": {"type": "photo"}}, "can't parse InputMedia: media not found"),
        ({"media": {"type": "photo", "media": "attach://none"}}, "can't parse InputMedia: media not found"),
        ({"media": {"type": "photo", "media": "AgAD"}}, "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_media_that_cannot_be_read_is_refused(
    bot: Bot, api: Api, media: dict[str, object], reason: str
) -> None:
    sent = await bot.send_photo(ASHA, PNG)

    refusal = await api.refusal("editMessageMedia", chat_id=ASHA, message_id=sent.message_id, **media)

    assert refusal == f"Bad Request: {reason}"


async def test_edits_of_media_count_against_the_limits_and_need_an_open_chat(tg: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, PNG)
    for width in range(3, 8):
        await bot.edit_message_media(InputMediaPhoto(a_png(width, 2)), ASHA, sent.message_id)

    with pytest.raises(RetryAfter):
        await bot.edit_message_media(InputMediaPhoto(a_png(8, 2)), ASHA, sent.message_id)
    tg.block(ASHA)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.edit_message_media(InputMediaPhoto(PNG), ASHA, sent.message_id)
