"""Which texts the catalogues must translate; run, it adds what a catalogue misses and drops what nothing says.

`python -m tools.catalogue`; a text that it added is translated by hand, in the catalogue itself.
"""

import ast
import importlib
import io
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

import bot.text
from bot.text.language.translation import DOMAIN, modules_of_sentences, path_of
from core.accounts import Language

ROOT = Path(__file__).parents[1]
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Countersign\\n"
"Language: {language}\\n"
"Plural-Forms: {forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
MessageId = str | tuple[str, str]
"""A text, or its singular and plural."""
_SAYS_NOTHING = re.compile(r"\{[^}]*\}|<[^>]*>")
_COUNTING = ("bot/cards", "bot/handlers", "bot/pages")
"""Where things are counted for a reader."""


def expected() -> dict[MessageId, str]:
    """Every text that is said to people, with where it comes from."""
    for module in pkgutil.walk_packages(bot.text.__path__, "bot.text."):
        importlib.import_module(module.name)
    found: dict[MessageId, str] = {}
    for module_name, constants in modules_of_sentences():
        for name, value in constants.items():
            for text in _texts(value):
                found.setdefault(text, f"{module_name.removeprefix('bot.text.')} {name}")
    for thing in counted_things():
        found[f"{{count}} {thing}", f"{{count}} {thing}s"] = "counted"
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and type(value) is str:
        if any(letter.isalpha() for letter in _SAYS_NOTHING.sub("", value)):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def counted_things() -> list[str]:
    """What `counted` is called with. Raises TypeError for what is no literal."""
    things = dict[str, None]()
    for folder in _COUNTING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "counted"
                ):
                    thing = node.args[1]
                    if not isinstance(thing, ast.Constant):
                        raise TypeError(f"{path}:{node.lineno} counts what is not written there")
                    things[str(thing.value)] = None
    return [*things]


def catalogue_of(language: Language) -> Catalog:
    """The catalogue as it is written."""
    with path_of(language).open("rb") as written:
        return read_po(written, locale=str(language), domain=DOMAIN, abort_invalid=True)


def _complete(language: Language) -> Catalog:
    """The catalogue with exactly the texts that are said, in their order."""
    written = catalogue_of(language)
    whole = Catalog(language, DOMAIN)
    for message_id, place in expected().items():
        known = written.get(message_id if isinstance(message_id, str) else message_id[0])
        string = known.string if known is not None else ("" if isinstance(message_id, str) else ("", ""))
        whole.add(message_id, string, auto_comments=[place])
    return whole


def main() -> None:
    """Write the catalogue of every language but English."""
    for language in Language:
        if language is not Language.ENGLISH:
            written = io.BytesIO()
            write_po(written, _complete(language), width=0, no_location=True, omit_header=True)
            header = HEADER.format(language=language, forms=get_plural(language).plural_forms)
            Path(str(path_of(language))).write_text(header + written.getvalue().decode(), encoding="utf-8")


if __name__ == "__main__":
    main()
