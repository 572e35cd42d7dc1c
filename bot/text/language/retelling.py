"""What the core said in English, told in the language of whoever reads it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bot.text.language import core_sentences
from bot.text.language.translation import modules_of_sentences, spoken, translated
from core.accounts import Language
from core.limits.bound_text import title
from core.limits.limits import UNITS

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PARTS = frozenset({"why", "pause", "limit", "number_name", "size", "size_most", "orders", "symbols", "span", "by"})
"""Placeholders in which a sentence is looked for again; the others keep what stands there."""
_LISTS = {"reasons": "; ", "number_names": ", "}
"""Placeholders that take several, and what stands between them."""
_DATES = frozenset({"when", "day", "length", "day_of_year"})
"""Placeholders that take dates and lengths of time."""
_ONLY = {
    "limit": "|".join(title(name) for name in UNITS),
    "day": "|".join(core_sentences.WEEKDAYS),
    "amount_of": r"[\d,.]+",
    "amount_to": r"[\d,.]+",
    "orders": "[^;]+",
    "symbols": "[^;]+",
}
"""Placeholders that take only what matches this; the others take anything."""
_MOST_DEEP = 4
"""Sentences inside of sentences."""


def retold(said: str, depth: int = _MOST_DEEP) -> str:
    """A known sentence in the language that is spoken; as it is what is not known, such as a broker's own words."""
    if spoken() is Language.ENGLISH or not said or not depth:
        return said
    whole = translated(said)
    if whole != said:
        return whole
    for template, pattern in _patterns():
        found = pattern.fullmatch(said)
        if found is not None:
            return translated(template).format(**_told_parts(found.groupdict(), depth))
    return "; ".join(retold(one, depth - 1) for one in said.split("; ")) if "; " in said else said


def retold_date(written: str) -> str:
    """A date such as `Mon 30 Nov 09:15` in the language that is spoken."""
    return " ".join(translated(word) for word in written.split(" "))


def _told_parts(found: Mapping[str, str], depth: int) -> dict[str, str]:
    return {name: _part(name, value, depth) for name, value in found.items()}


def _part(name: str, value: str, depth: int) -> str:
    if name in _DATES:
        return retold_date(value)
    if name in _LISTS:
        between = _LISTS[name]
        return between.join(retold(one, depth - 1) for one in value.split(between))
    return retold(value, depth - 1) if name in _PARTS else value


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each template with what it looks like when it is filled in; the wordiest first, so that none hides another."""
    templates = sorted(_templates(), key=lambda one: -len(_PLACEHOLDER.sub("", one)))
    return [(one, re.compile(_PLACEHOLDER.sub(_group, _quoted(one)), re.DOTALL)) for one in templates]


def _templates() -> Iterator[str]:
    constants = next(found for name, found in modules_of_sentences() if name == core_sentences.__name__)
    for value in constants.values():
        if isinstance(value, tuple):
            yield from (one for one in value if "{" in one)


def _quoted(template: str) -> str:
    """The template as a regular expression, but for its placeholders."""
    return re.escape(template).replace(r"\{", "{").replace(r"\}", "}")


def _group(placeholder: re.Match[str]) -> str:
    name = placeholder[1]
    return f"(?P<{name}>{_ONLY.get(name, '.+?')})"
