"""Texts in the language of whoever reads them.

The program is written in English. A module of sentences ends with `translate_here(__name__)`: from then on its
constants read as they stand while English is spoken, and translated inside `speaking(Language.HINDI)`.
"""

import gettext
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Any

from core.accounts import Language

DOMAIN = "countersign"
_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.ENGLISH)
_MODULES: list[ModuleType] = []


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write in this language inside the block, and in tasks that are begun in it."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """The language of who reads what is written now."""
    return _spoken.get()


def translated(text: str) -> str:
    """An English text in the language that is spoken; as it is where there is no translation."""
    return _catalogue(_spoken.get()).gettext(text) if text else text


def plural(one: str, many: str, count: int) -> str:
    """The English form for this count, or the form that the language spoken has for it."""
    return _catalogue(_spoken.get()).ngettext(one, many, count)


class _Sentences(ModuleType):
    """A module whose constants are sentences."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return _in_language(value) if name.isupper() and _spoken.get() is not Language.ENGLISH else value


def translate_here(name: str) -> None:
    """Have the constants of this module read in the language that is spoken."""
    module = sys.modules[name]
    module.__class__ = _Sentences
    _MODULES.append(module)


def modules_of_sentences() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The modules that are translated, each with its constants in English."""
    for module in _MODULES:
        yield module.__name__, {name: value for name, value in vars(module).items() if name.isupper()}


def _in_language(value: Any) -> Any:
    """A text, or every text in a table; anything else as it is."""
    if isinstance(value, str):
        # A word of the program, not of a sentence: an enumeration's member stays one.
        return translated(value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(map(_in_language, value))
    if isinstance(value, Mapping):
        return {key: _in_language(one) for key, one in value.items()}
    return value


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    # Only needed where somebody reads another language, and it takes a while to import.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path_of(language).open("rb") as written:
        write_mo(compiled, read_po(written, locale=str(language), domain=DOMAIN))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def path_of(language: Language) -> resources.abc.Traversable:
    """The catalogue of a language: every English text with its translation."""
    folder = resources.files("bot.text") / "locales" / language / "LC_MESSAGES"
    return folder / f"{DOMAIN}.po"
