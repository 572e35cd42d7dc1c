"""Reads what a message shall say from a call's parameters, checked as Telegram checks it."""

from dataclasses import dataclass
from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.markup.entities import tidy
from bot.local_telegram.markup.html_entities import parse_html
from bot.local_telegram.markup.keyboards import read_markup
from bot.local_telegram.markup.utf16 import cleaned, units
from bot.local_telegram.params import Params
from bot.local_telegram.state.messages import Content
from bot.local_telegram.state.world import World


@dataclass(frozen=True)
class Kind:
    """Which parameters hold the text, how long it may be, and what Telegram says if it is not."""

    text: str
    entities: str
    limit: int
    too_long: str
    is_required: bool


TEXT = Kind("text", "entities", 4096, "message is too long", is_required=True)
CAPTION = Kind("caption", "caption_entities", 1024, "message caption is too long", is_required=False)

_USER_LINK = "tg://user?id="


def require_content(world: World, params: Params, chat_id: int, kind: Kind) -> Content:
    """Text, entities and markup for a chat; raises ApiError when any of them is not acceptable."""
    source = params.text(kind.text)
    if kind.is_required and not source:
        raise bad_request("message text is empty")
    text, entities = _formatted(params, kind, source)
    if kind.is_required and not text:
        raise bad_request("text must be non-empty")
    if units(text) > kind.limit:
        raise bad_request(kind.too_long)
    return Content(text, tuple(_with_people(world, entities)), markup_for(world, params, chat_id))


def markup_for(world: World, params: Params, chat_id: int) -> Json | None:
    """The reply markup of the call."""
    return read_markup(params.structure("reply_markup"), is_private=chat_id in world.people.users)


def _formatted(params: Params, kind: Kind, source: str) -> tuple[str, list[Json]]:
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return tidy(*parse_html(source))
    if mode:
        raise bad_request(f"unsupported parse_mode: this server reads HTML only, not {mode}")
    return tidy(cleaned(source), _given(params.structure(kind.entities)))


def _given(raw: Any) -> list[Json]:
    entities = raw or []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    for entity in entities:
        is_whole = isinstance(entity, dict) and isinstance(entity.get("type"), str)
        if not is_whole or not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
            raise bad_request("can't parse MessageEntity")
    return entities


def _with_people(world: World, entities: list[Json]) -> list[Json]:
    """A link to a known person is a mention; a link to a stranger is nothing."""
    kept = []
    for entity in entities:
        url = entity.get("url", "")
        if not url.startswith(_USER_LINK):
            kept.append(entity)
            continue
        number = url.removeprefix(_USER_LINK)
        user = world.people.users.get(int(number)) if number.isdecimal() else None
        if user:
            span = {name: entity[name] for name in ("offset", "length")}
            kept.append({"type": "text_mention", **span, "user": user.wire()})
    return kept
