"""Text and entities written back as Telegram's HTML."""

from html import escape

from bot.local_telegram.errors import Json
from bot.local_telegram.markup.utf16 import split_at

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
        opening, closing = _tags(entity)
        marks.append((entity["offset"], 1, order, opening))
        marks.append((entity["offset"] + entity["length"], 0, -order, closing))
    marks.sort()
    first, *rest = split_at(text, [offset for offset, *_ in marks])
    pieces = [tag + escape(piece, quote=False) for (*_, tag), piece in zip(marks, rest, strict=True)]
    return "".join([escape(first, quote=False), *pieces])


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    if kind == "date_time":
        shape = f' format="{escape(entity["date_time_format"])}"' if "date_time_format" in entity else ""
        return f'<tg-time unix="{entity["unix_time"]}"{shape}>', "</tg-time>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "pre" and "language" in entity:
        return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
    name = _TAGS.get(kind)
    return (f"<{name}>", f"</{name}>") if name else ("", "")
