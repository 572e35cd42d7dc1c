"""Text and its entities in Telegram's normal form: trimmed, split around code, links and commands found."""

import re
from collections.abc import Iterable, Iterator

from bot.local_telegram.errors import Json
from bot.local_telegram.markup.utf16 import units

_BLANK = " \n"
_OUTER_TO_INNER = (
    "blockquote",
    "expandable_blockquote",
    "text_link",
    "text_mention",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
)
_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_VERBATIM = ("pre", "code")
_OPAQUE = (*_VERBATIM, "text_link", "text_mention", "custom_emoji")
_FOUND = {
    "url": re.compile(r"\b(?:https?://|www\.|t\.me/)[^\s<>\"]*[^\s<>\".,:;!?)\]}']"),
    "email": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}"),
    "cashtag": re.compile(r"(?<![\w$])\$[A-Z]{3,8}\b"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])"),
}

Span = tuple[int, int]


def tidy(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim blank ends, normalise `entities` and add those Telegram finds by itself."""
    text, kept = _trimmed(text, entities)
    kept = _split_around_code(kept)
    kept += _found_in(text, [entity for entity in kept if entity["type"] in _OPAQUE])
    return text, sorted(kept, key=_nesting)


def _nesting(entity: Json) -> tuple[int, int, int]:
    kind = entity["type"]
    rank = _OUTER_TO_INNER.index(kind) if kind in _OUTER_TO_INNER else len(_OUTER_TO_INNER)
    return entity["offset"], -entity["length"], rank


def _span(entity: Json) -> Span:
    return entity["offset"], entity["offset"] + entity["length"]


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Blank characters go at the end, and at the start as far as the first entity."""
    short = text.rstrip(_BLANK)
    first = min((entity["offset"] for entity in entities), default=len(short))
    cut = min(len(short) - len(short.lstrip(_BLANK)), first)
    limit = units(short)
    kept = []
    for entity in entities:
        begin, end = entity["offset"], min(_span(entity)[1], limit)
        if begin < end:
            kept.append({**entity, "offset": begin - cut, "length": end - begin})
    return short[cut:], kept


def _split_around_code(entities: list[Json]) -> list[Json]:
    """Nothing formats the inside of code, and the same format twice is once."""
    verbatim = [entity for entity in entities if entity["type"] in _VERBATIM]
    outer = _outermost(verbatim)
    holes = [_span(entity) for entity in outer]
    kept = list(outer)
    for entity in entities:
        is_inside = any(begin <= entity["offset"] and _span(entity)[1] <= end for begin, end in holes)
        if entity["type"] not in (*_SPLITTABLE, *_VERBATIM) and not is_inside:
            kept.append(entity)
    for kind in _SPLITTABLE:
        spans = [_span(entity) for entity in entities if entity["type"] == kind]
        kept += [
            {"type": kind, "offset": begin, "length": end - begin} for begin, end in _without(_merged(spans), holes)
        ]
    return kept


def _outermost(entities: list[Json]) -> list[Json]:
    kept: list[Json] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"], one["type"] != "pre")):
        if not kept or entity["offset"] >= _span(kept[-1])[1]:
            kept.append(entity)
    return kept


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _without(spans: list[Span], holes: list[Span]) -> Iterator[Span]:
    for begin, end in spans:
        for hole_begin, hole_end in holes:
            if begin < hole_begin < end:
                yield begin, hole_begin
            if hole_begin < end and hole_end > begin:
                begin = min(end, hole_end)
        if begin < end:
            yield begin, end


def _found_in(text: str, opaque: list[Json]) -> list[Json]:
    taken = [_span(entity) for entity in opaque]
    found = []
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            begin = units(text[: match.start()])
            end = begin + units(match.group())
            if all(end <= taken_begin or begin >= taken_end for taken_begin, taken_end in taken):
                taken.append((begin, end))
                found.append({"type": kind, "offset": begin, "length": end - begin})
    return found
