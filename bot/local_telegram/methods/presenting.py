"""Methods about the bot itself, its menus, and the chats and files it knows."""

import re
from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.params import Params
from bot.local_telegram.state.profile import scope_key
from bot.local_telegram.state.world import World

_MOST_COMMANDS = 100
_DESCRIPTION_LENGTH = 256
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_TEXTS = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> Json:
    """The bot's own user."""
    return {
        **world.profile.user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def confirm(world: World, params: Params) -> bool:
    """logOut and close: nothing to do here."""
    return True


def set_my_commands(world: World, params: Params) -> bool:
    """A command menu for a scope and a language; an empty one removes it."""
    commands = params.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(raw) for raw in commands]
    world.profile.commands[_menu(world, params)] = checked
    world.tell("menu", 0, {})
    return True


def delete_my_commands(world: World, params: Params) -> bool:
    """Remove the menu of this scope and language; the wider one is shown again."""
    world.profile.commands.pop(_menu(world, params), None)
    world.tell("menu", 0, {})
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """The menu of exactly this scope and language."""
    return world.profile.commands.get(_menu(world, params), [])


def set_my_text(world: World, params: Params, which: str) -> bool:
    """setMyName, setMyDescription and setMyShortDescription."""
    text = params.text(which)
    if len(text) > _TEXTS[which]:
        raise bad_request(f"bot {which.replace('_', ' ')} is too long")
    world.profile.texts[which, params.text("language_code")] = text
    world.tell("menu", 0, {})
    return True


def get_my_text(world: World, params: Params, which: str) -> Json:
    """getMyName, getMyDescription and getMyShortDescription."""
    language = params.text("language_code")
    return {which: world.profile.name if which == "name" else world.profile.text(which, language)}


def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the text box, for one private chat or (chat 0) for all."""
    button = params.structure("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: unsupported type specified")
    world.profile.menu_buttons[params.integer("chat_id")] = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    """The button beside the text box."""
    buttons = world.profile.menu_buttons
    return buttons.get(params.integer("chat_id")) or buttons.get(0) or {"type": "commands"}


def get_chat(world: World, params: Params) -> Json:
    """The chat's id, type and names."""
    chat = world.people.chat_wire(world.people.known_chat(params.text("chat_id")))
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_file(world: World, params: Params) -> Json:
    """The path under which a file can be downloaded."""
    stored = world.files.get(params.text("file_id"))
    return {**stored.wire(), "file_path": stored.path}


def _command(raw: Any) -> Json:
    command = raw.get("command") if isinstance(raw, dict) else None
    description = raw.get("description") if isinstance(raw, dict) else None
    if not isinstance(command, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: expected command and description")
    command = command.removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _DESCRIPTION_LENGTH:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _menu(world: World, params: Params) -> tuple[str, str]:
    raw = params.structure("scope") or {"type": "default"}
    if not isinstance(raw, dict) or raw.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    scope: Json = {"type": raw["type"]}
    for name in _SCOPES[raw["type"]]:
        if not str(raw.get(name, "")).removeprefix("-").isdecimal():
            raise bad_request(f"can't parse BotCommandScope: {name} is missing or no number")
        scope[name] = int(raw[name])
    if "chat_id" in scope:
        world.people.known_chat(str(scope["chat_id"]))
    return scope_key(scope), params.text("language_code")
