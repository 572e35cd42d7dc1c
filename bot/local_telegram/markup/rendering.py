"""Text and entities written back as Telegram's HTML."""

from html import escape

from bot.local_telegram.errors import Json
from bot.local_telegram.markup.utf16 import character_index

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def render_html(text: str, entities: list[Json]) -> str:
    """`text` escaped, with a tag around each formatting entity; links and commands found in it stay plain."""
    marks: list[tuple[int, int, int, str]] = []
    for order, entity in enumerate(entities):
        begin = character_index(text, entity["offset"])
        end = character_index(text, entity["offset"] + entity["length"])
        opening, closing = _tags(entity)
        marks.append((begin, 1, order, opening))
        marks.append((end, 0, -order, closing))
    pieces, at = [], 0
    for position, _, _, tag in sorted(marks):
        pieces += [escape(text[at:position], quote=False), tag]
        at = position
    return "".join([*pieces, escape(text[at:], quote=False)])


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "pre" and "language" in entity:
        return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
    name = _TAGS.get(kind)
    return (f"<{name}>", f"</{name}>") if name else ("", "")
