"""Escapes text from strategies, brokers and people: shown literally, on one line, never like our own words."""

import html
import re
import unicodedata

_MARK = "\N{REPLACEMENT CHARACTER}"
_BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0")
"""Letters and symbols without a visible glyph."""
_MOST_ACCENTS = 3
_LINKED = re.compile(r"[@/$]|#[^\W\d]|://|\.[^\W\d]")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def one_line(text: str, limit: int) -> str:
    """`text` as `visible` makes it, kept from turning the rest of its line around; `—` for nothing."""
    return _isolated(visible(text, limit)) or "—"


def visible(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters; what cannot be seen is shown as a mark.

    Line breaks, control, direction and zero-width characters become `�`, runs of spaces one space, towers
    of accents are cut. What is too long ends in `…`.
    """
    seen = text[: limit * 4 + 16]
    if not (seen.isascii() and seen.isprintable()):
        seen = _level(re.sub(f"{_MARK}+", _MARK, "".join(map(_drawn, seen))))
    seen = re.sub(" +", " ", seen).strip()
    is_cut = len(seen) > limit or len(text) > limit * 4 + 16
    return seen[: limit - 1].rstrip() + "…" if is_cut else seen


def shown(text: str, limit: int = 40) -> str:
    """Foreign text as HTML: bold, or as code when Telegram could make a link or a command of it."""
    safe = one_line(text, limit)
    tag = "b" if all(map(_is_plain, safe)) else "code"
    return f"<{tag}>{html.escape(safe, quote=False)}</{tag}>"


def quoted(text: str, limit: int) -> str:
    """Foreign text as a quotation; as code in it when Telegram could make a link or a command of it."""
    safe = html.escape(one_line(text, limit), quote=False)
    inside = f"<code>{safe}</code>" if _LINKED.search(safe) else safe
    return f"<blockquote>{inside}</blockquote>"


def quoted_lines(text: str, limit: int) -> str:
    """Foreign text as a quotation that keeps its lines; as code in it when Telegram could make a link of it."""
    lines = [_isolated(visible(line, limit)) for line in text[:limit].splitlines()]
    safe = html.escape("\n".join(lines).strip() or "—", quote=False)
    inside = f"<code>{safe}</code>" if _LINKED.search(safe) else safe
    return f"<blockquote>{inside}</blockquote>"


def _is_plain(character: str) -> bool:
    """Whether it makes no link and no command: a letter, a digit, or a sign that Indian scripts put on letters."""
    return character.isalnum() or character in " _-…" or unicodedata.category(character) in {"Mn", "Mc"}


def _drawn(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category[0] == "C" or category in {"Zl", "Zp"} or character in _BLANKS:
        return _MARK
    return character


def _level(text: str) -> str:
    kept, tower = [], 0
    for character in text:
        tower = tower + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if tower <= _MOST_ACCENTS:
            kept.append(character)
    return "".join(kept)


def _isolated(text: str) -> str:
    if not text.isascii() and any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text


def units(markup: str) -> int:
    """How many UTF-16 units of a message our own HTML takes once Telegram has read it."""
    return len(html.unescape(re.sub(r"</?[a-z][^>]*>", "", markup)).encode("utf-16-le")) // 2
