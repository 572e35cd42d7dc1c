"""Methods that put a new message into a chat."""

from dataclasses import replace

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.methods.content import CAPTION, TEXT, require_content
from bot.local_telegram.methods.media import MEDIA
from bot.local_telegram.params import Params
from bot.local_telegram.state.messages import Content, Message
from bot.local_telegram.state.world import World

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(world: World, params: Params) -> Json:
    """Send a text message."""
    chat_id = world.people.writable_chat(params.text("chat_id"))
    return _send(world, params, require_content(world, params, chat_id, TEXT))


def send_photo(world: World, params: Params) -> Json:
    """Send a picture with a caption."""
    return _send_media(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    """Send a file with a caption."""
    return _send_media(world, params, "document")


def send_chat_action(world: World, params: Params) -> bool:
    """Show for some seconds that the bot is typing, or the like."""
    chat_id = world.people.writable_chat(params.text("chat_id"))
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.tell("action", chat_id, {"action": params.text("action")})
    return True


def _send_media(world: World, params: Params, kind: str) -> Json:
    chat_id = world.people.writable_chat(params.text("chat_id"))
    caption = require_content(world, params, chat_id, CAPTION)
    upload = params.upload(kind)
    if upload is None and not params.text(kind):
        raise bad_request(f"there is no {kind} in the request")
    return _send(world, params, replace(caption, media=MEDIA[kind](world, upload, params.text(kind))))


def _send(world: World, params: Params, content: Content) -> Json:
    chat_id = world.people.writable_chat(params.text("chat_id"))
    reply_to = _reply_to(world, params, chat_id)
    world.limits.charge(chat_id, is_private=chat_id in world.people.users)
    message = Message(
        world.messages.next_id(chat_id, world.people.chat_wire(chat_id)["type"]),
        chat_id,
        None,
        world.clock.now(),
        content,
        reply_to,
        {"has_protected_content": True} if params.flag("protect_content") else {},
        params.flag("disable_notification"),
    )
    return world.wire(world.post(message))


def _reply_to(world: World, params: Params, chat_id: int) -> int | None:
    reply = params.structure("reply_parameters") or {}
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    reply_to = reply.get("message_id") or params.integer("reply_to_message_id")
    if not isinstance(reply_to, int) or reply_to == 0:
        return None
    if world.messages.find(chat_id, reply_to):
        return reply_to
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
