"""Other people's words are shown literally and can never pretend to be ours."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram.markup.html_entities import parse_html
from bot.text.escaping import one_line, shown, visible

INVISIBLE = ["\u202e", "\u2066", "\u200b", "\u200f", "\u2028", "\x00", "\x1b", "\u00ad", "\u2800", "\u3164"]


@given(st.text(), st.integers(4, 60))
def test_it_is_one_line_of_bounded_length(text: str, limit: int) -> None:
    safe = one_line(text, limit)

    assert len(safe.splitlines()) == 1
    assert len(safe) <= limit + 2


@given(st.text())
def test_nothing_in_it_is_invisible(text: str) -> None:
    safe = one_line(text, 60).removeprefix("\u2068").removesuffix("\u2069")

    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for character in safe)
    assert "  " not in safe


@given(st.text())
def test_telegram_reads_back_what_was_meant(text: str) -> None:
    plain, entities = parse_html(shown(text, 60))

    assert plain == one_line(text, 60)
    assert [entity["type"] for entity in entities] in (["bold"], ["code"])


@pytest.mark.parametrize("hidden", INVISIBLE)
def test_what_cannot_be_seen_leaves_a_mark(hidden: str) -> None:
    assert one_line(f"RELI{hidden}ANCE", 40) == "RELI�ANCE"


@pytest.mark.parametrize("text", ["/closeall", "@admin", "http://evil.com", "evil.com", "#1", "$TSLA", "M&M"])
def test_what_telegram_would_link_is_code(text: str) -> None:
    assert shown(text).startswith("<code>")


def test_ordinary_names_are_bold() -> None:
    assert shown("BAJAJ-AUTO") == "<b>BAJAJ-AUTO</b>"


def test_names_in_indian_scripts_are_bold() -> None:
    assert shown("आशा शर्मा") == "<b>आशा शर्मा</b>"
    assert shown("கவிதா") == "<b>கவிதா</b>"


def test_right_to_left_text_keeps_to_itself() -> None:
    assert one_line("שלום 10", 40) == "\u2068שלום 10\u2069"


@given(st.text(), st.integers(4, 60))
def test_what_was_made_visible_once_stays_as_it_is(text: str, limit: int) -> None:
    once = visible(text, limit)

    assert visible(once, limit) == once


def test_towers_of_accents_are_cut() -> None:
    assert len(one_line("Z" + "\u0301" * 300, 40)) == 4 + 1


def test_what_is_too_long_says_so() -> None:
    assert one_line("A" * 4000, 20) == "A" * 19 + "…"


def test_nothing_is_shown_as_a_dash() -> None:
    assert one_line("  ", 20) == "—"
