"""Every text has its translation, with the same placeholders and the same markup, and none is read too early."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from bot.text import messages
from bot.text.language.translation import path_of, plural, speaking, spoken, translated
from core.accounts import Language
from tools.catalogue import catalogue_of, expected

BOT = Path(messages.__file__).parents[1]
TRANSLATED = [language for language in Language if language is not Language.ENGLISH]
PLACEHOLDER, TAG = re.compile(r"\{[^}]*\}"), re.compile(r"</?[a-z][^>]*>")
COMMAND = re.compile(r"(?<![<\w])/[a-z]+")
"""What a reader taps must be the command that there is."""


def messages_of(language: Language) -> Iterator[Message]:
    """What the catalogue has, its header apart."""
    return (message for message in catalogue_of(language) if message.id)


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation beside the English that it stands for."""
    strings = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
    english = message.id if isinstance(message.id, str) else message.id[-1]
    yield from ((english, string or "") for string in strings)


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_has_exactly_what_is_said(language: Language) -> None:
    assert {message.id for message in messages_of(language)} == {*expected()}


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_untranslated_or_uncertain(language: Language) -> None:
    missing = [message.id for message in messages_of(language) if not all(string for _, string in forms(message))]

    assert missing == []
    assert [message.id for message in messages_of(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("part", [PLACEHOLDER, TAG, COMMAND], ids=["placeholders", "markup", "commands"])
def test_translations_keep_what_is_filled_in_and_marked_up(language: Language, part: re.Pattern[str]) -> None:
    differ = [
        (english, string)
        for message in messages_of(language)
        for english, string in forms(message)
        if Counter(part.findall(english)) != Counter(part.findall(string))
    ]

    assert differ == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translated_toasts_fit_into_an_answer(language: Language) -> None:
    filled = {"number": "#123456789", "exchange": "BSE_INDEX", "when": "30 Nov 09:15:00 IST"}

    with speaking(language):
        toasts = [*messages.TOASTS.values(), messages.APPROVED_WAITS, messages.APPROVED_CLOSED]
        assert [one for one in toasts if len(one.format(**filled)) > 200] == []


def test_texts_are_english_unless_another_language_is_spoken() -> None:
    with speaking(Language.HINDI):
        hindi = messages.APPROVE, messages.MODE_MARKS["live"], messages.READY_REASONS[0]
        assert plural("{count} order", "{count} orders", 2) == "{count} ऑर्डर"
        with speaking(Language.ENGLISH):
            assert messages.READY_REASONS[0] == "Price moved"

    assert hindi == ("✅ मंज़ूर करें", "🔴 <b>LIVE</b>", "भाव बदल गया")
    assert spoken() is Language.ENGLISH
    assert messages.APPROVE == "✅ Approve"


def test_what_has_no_translation_stays_as_it_is() -> None:
    with speaking(Language.HINDI):
        assert translated("RMS: blocked") == "RMS: blocked"
        assert translated("") == ""


def test_catalogues_are_part_of_the_package() -> None:
    assert all(path_of(language).is_file() for language in TRANSLATED)


def test_no_text_is_read_before_it_is_known_who_reads_it() -> None:
    modules = {path.stem for path in (BOT / "text").glob("*.py")} - {"amounts", "escaping"}
    early = [
        f"{path.relative_to(BOT)}:{line}"
        for path in sorted(BOT.rglob("*.py"))
        if "text" not in path.relative_to(BOT).parts
        for line in _read_early(ast.parse(path.read_text(encoding="utf-8")), modules)
    ]

    assert early == []


def _read_early(tree: ast.Module, modules: set[str]) -> Iterator[int]:
    """Lines that import a constant of a text module, or use one outside of any function."""
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "bot.text":
            names |= {alias.asname or alias.name for alias in node.names if alias.name in modules}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.text."):
            yield from (node.lineno for alias in node.names if alias.name.isupper())
    yield from _used_outside(tree, names)


def _used_outside(node: ast.AST, names: set[str]) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            # Its defaults are evaluated where it stands.
            for default in (*child.args.defaults, *filter(None, child.args.kw_defaults)):
                yield from _used_outside(default, names)
        elif isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name) and child.value.id in names:
            yield child.lineno
        elif not isinstance(child, ast.Lambda):
            yield from _used_outside(child, names)
