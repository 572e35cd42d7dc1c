"""Which HTML tags Telegram knows and which entity each one becomes when it closes."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.local_telegram.errors import Json, bad_request

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_WITH_ARGUMENT = {"a", "tg-emoji", "tg-time"}
_PREFIXES = {("code", "class"): "language-", ("span", "class"): "tg-"}
_WHOLE = {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")}


@dataclass
class OpenTag:
    """A start tag waiting for its end: `offset` in UTF-16 units, `start` in characters."""

    name: str
    offset: int
    start: int
    argument: str = ""
    time_format: str = ""


def is_supported(name: str) -> bool:
    """Does Telegram know this tag?"""
    return name in _SIMPLE or name in _WITH_ARGUMENT


def read_attribute(tag: OpenTag, name: str, value: str) -> None:
    """Remember the attribute if it means something for this tag; others are ignored."""
    prefix = _PREFIXES.get((tag.name, name))
    if prefix is not None and value.startswith(prefix):
        tag.argument = value.removeprefix(prefix)
    elif (tag.name, name) in _WHOLE:
        tag.argument = value
    elif (tag.name, name) == ("tg-time", "format"):
        tag.time_format = value


def close_tag(entities: list[Json], tag: OpenTag, inner: str, end: int) -> None:
    """Add the entity that `tag` makes of the text up to `end` (UTF-16 units)."""
    span: Json = {"offset": tag.offset, "length": end - tag.offset}
    if tag.name == "a":
        _close_link(entities, span, tag.argument or inner)
    elif tag.name == "tg-emoji":
        entities.append({"type": "custom_emoji", **span, "custom_emoji_id": _emoji_id(tag.argument)})
    elif tag.name == "tg-time":
        entities.append({"type": "date_time", **span, "unix_time": _unix_time(tag.argument), **_format(tag)})
    elif tag.name in ("pre", "code"):
        _close_verbatim(entities, span, tag)
    elif tag.argument == "expandable":
        entities.append({"type": "expandable_blockquote", **span})
    else:
        entities.append({"type": _SIMPLE[tag.name], **span})


def _close_link(entities: list[Json], span: Json, url: str) -> None:
    checked = checked_link(url)
    if checked:
        entities.append({"type": "text_link", **span, "url": checked})


def _close_verbatim(entities: list[Json], span: Json, tag: OpenTag) -> None:
    """<pre><code class="language-x"> and its reverse are one block with a language."""
    last = entities[-1] if entities else {}
    is_same_range = (last.get("offset"), last.get("length")) == (span["offset"], span["length"])
    inner_type = "code" if tag.name == "pre" else "pre"
    language = last.get("language") if tag.name == "pre" else tag.argument
    if is_same_range and last["type"] == inner_type and language:
        last |= {"type": "pre", "language": language}
        return
    entity = {"type": tag.name, **span}
    entities.append(entity | {"language": tag.argument} if tag.argument else entity)


def _emoji_id(argument: str) -> str:
    if not argument.isdecimal() or int(argument) == 0:
        raise bad_request("can't parse entities: Invalid custom emoji identifier specified")
    return argument


def _unix_time(argument: str) -> int:
    if not argument.isdecimal():
        raise bad_request("can't parse entities: Invalid unix time specified")
    return int(argument)


def _format(tag: OpenTag) -> Json:
    return {"date_time_format": tag.time_format} if tag.time_format else {}


def checked_link(url: str) -> str:
    """The address as Telegram stores it, or nothing when Telegram would not link it."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        is_port_fine = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        return ""
    if parts.scheme.lower() in ("tg", "ton"):
        return url
    host = parts.hostname or ""
    if parts.scheme.lower() not in ("http", "https") or "." not in host.strip(".") or not is_port_fine:
        return ""
    return parts._replace(path=parts.path or "/").geturl()
