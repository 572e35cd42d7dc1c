"""Methods that pin a message to the top of its chat, and take it from there."""

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.params import Params
from bot.local_telegram.state.world import World


def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message; the bot is told of its own pin, as of anybody's."""
    chat_id = world.people.writable_chat(params.text("chat_id"))
    message = world.messages.find(chat_id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    pinned = world.pinned.setdefault(chat_id, [])
    if message.id in pinned:
        return True
    pinned.append(message.id)
    told: Json = {
        "message_id": world.messages.next_id(chat_id, "private"),
        "from": world.profile.user(),
        "chat": world.people.chat_wire(chat_id),
        "date": int(world.clock.now()),
        "pinned_message": world.wire(message, with_reply=False),
    }
    world.deliver("message", told, chat_id)
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """Take a message from the top, the newest when none is named."""
    chat_id = world.people.writable_chat(params.text("chat_id"))
    pinned = world.pinned.get(chat_id, [])
    message_id = params.integer("message_id") or (pinned[-1] if pinned else 0)
    if message_id not in pinned:
        raise bad_request("message to unpin not found")
    pinned.remove(message_id)
    return True
