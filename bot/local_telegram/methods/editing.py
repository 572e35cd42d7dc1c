"""Methods that change or delete a message, or answer a press."""

from dataclasses import replace

from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.methods.content import CAPTION, TEXT, markup_for, require_content
from bot.local_telegram.methods.media import input_media
from bot.local_telegram.params import Params
from bot.local_telegram.state.messages import Content, Message
from bot.local_telegram.state.world import World

_DELETABLE_FOR = 48 * 3600
_TOAST_LENGTH = 200
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Json:
    """Replace text and markup; leaving the markup out removes it."""
    chat_id = _edited_chat(world, params)
    content = require_content(world, params, chat_id, TEXT)
    message = _editable(world, params, chat_id)
    if message.content.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, content)


def edit_message_caption(world: World, params: Params) -> Json:
    """Replace caption and markup under the same photo or document."""
    chat_id = _edited_chat(world, params)
    caption = require_content(world, params, chat_id, CAPTION)
    message = _editable(world, params, chat_id)
    if not message.content.media:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, message, replace(caption, media=message.content.media))


def edit_message_media(world: World, params: Params) -> Json:
    """Another photo or document with another caption; leaving caption or markup out removes it."""
    chat_id = _edited_chat(world, params)
    media, caption_params = input_media(world, params)
    caption = require_content(world, caption_params, chat_id, CAPTION)
    message = _editable(world, params, chat_id)
    if not message.content.media:
        raise bad_request("there is no media in the message to edit")
    return _edit(world, message, replace(caption, media=media))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Replace the markup under the same text."""
    chat_id = _edited_chat(world, params)
    markup = markup_for(world, params, chat_id)
    message = _editable(world, params, chat_id)
    return _edit(world, message, replace(message.content, markup=markup))


def delete_message(world: World, params: Params) -> bool:
    """Take away the bot's own message, or anybody's in a private chat, while it is younger than 48 hours."""
    chat_id = world.people.known_chat(params.text("chat_id"))
    message = world.messages.find(chat_id, _message_id(params))
    if message is None:
        raise bad_request("message to delete not found")
    is_foreign = message.sender_id is not None and chat_id not in world.people.users
    if is_foreign or world.clock.now() - message.date > _DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Stop the spinner on a pressed button, with a toast or an alert."""
    text = params.text("text")
    if len(text) > _TOAST_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
    query = world.queries.answer(params.text("callback_query_id"), answer)
    world.tell("answer", query.chat_id, {"query_id": query.id, "user_id": query.user_id, **answer})
    return True


def _edited_chat(world: World, params: Params) -> int:
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    return world.people.writable_chat(params.text("chat_id"))


def _message_id(params: Params) -> int:
    message_id = params.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    return message_id


def _editable(world: World, params: Params, chat_id: int) -> Message:
    message = world.messages.find(chat_id, _message_id(params))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, message: Message, content: Content) -> Json:
    if content.markup and "inline_keyboard" not in content.markup:
        raise ApiError(400, "Bad Request: inline keyboard expected")
    if content == message.content:
        raise bad_request(_NOT_MODIFIED)
    is_private = message.chat_id in world.people.users
    world.limits.charge(message.chat_id, is_private=is_private, is_edit=True)
    world.edit(message, content)
    return world.wire(message)
