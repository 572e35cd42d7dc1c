"""Telegram's HTML is read as Telegram reads it."""

from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.markup.entities import tidy
from bot.local_telegram.markup.html_entities import parse_html
from bot.local_telegram.markup.rendering import render_html
from bot.local_telegram.markup.utf16 import units

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
TAGS = ["b", "/b", "i", "/i", "a href='x.in'", "a", "/a", "pre", "/pre", "code class=language-py", "/code", "u/", ""]
SOUP = st.lists(st.sampled_from([*(f"<{tag}>" for tag in TAGS), "<", ">", "&", "&lt;", "&#60;", "₹", "😀", " ", "x"]))


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 2)]),
        ("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", 0, 1), ("underline", 2, 1)]),
        ("<s>a</s> <strike>b</strike> <del>c</del>", "a b c", [("strikethrough", at, 1) for at in (0, 2, 4)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b>😀</b>", "😀", [("bold", 0, 2)]),
        ("&lt;b&gt; &amp; &quot;q&quot; &#8377;&#x20B9;", '<b> & "q" ₹₹', []),
        ("a &copy; b & c", "a &copy; b & c", []),
        ("  <b>x</b> \n", "x", [("bold", 0, 1)]),
        ("<b>a<code>c</code>d</b>", "acd", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<pre><b>x</b></pre>", "x", [("pre", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("tab\there\r", "tab here", []),
    ],
)
def test_markup_becomes_text_and_entities(source: str, text: str, kinds: list[tuple[str, int, int]]) -> None:
    read, entities = tidy(*parse_html(source))

    assert read == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == kinds


@pytest.mark.parametrize(
    "source",
    [
        '<pre><code class="language-python">x = 1</code></pre>',
        '<code class="language-python"><pre>x = 1</pre></code>',
    ],
)
def test_code_inside_pre_gives_its_language(source: str) -> None:
    _, entities = parse_html(source)

    assert entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_links_keep_their_checked_address() -> None:
    _, entities = parse_html(
        "<a href=\"https://e.com?a=1&amp;b=2\">x</a><a>e.com</a><a href='http://localhost'>y</a>"
    )

    assert [entity["url"] for entity in entities] == ["https://e.com/?a=1&b=2", "http://e.com/"]


def test_custom_emoji_needs_a_number() -> None:
    _, entities = parse_html('<tg-emoji emoji-id="53">👍</tg-emoji>')

    assert entities == [{"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "53"}]
    with pytest.raises(ApiError, match="Invalid custom emoji identifier specified"):
        parse_html("<tg-emoji>👍</tg-emoji>")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<x>", 'Unsupported start tag "x" at byte offset 0'),
        ("₹ < 5", 'Unsupported start tag "" at byte offset 4'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=e.com/x>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b ", "Unclosed end tag at byte offset 4"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("&#xD83D;", "Text contains invalid Unicode characters after decoding HTML entities, check for"),
    ],
)
def test_malformed_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)

    assert refusal.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


@given(PLAIN)
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(escape(text)) == (text, []) or "'" in text
    assert parse_html(escape(text, quote=False)) == (text, [])


def outcome(source: str) -> tuple[str, list[Json]] | str:
    """Text and entities, or the description of the refusal."""
    try:
        return tidy(*parse_html(source))
    except ApiError as refusal:
        return refusal.description


@given(SOUP)
@example(["<a href='x.in'>", "😀", "</a>"])
def test_any_soup_is_read_or_refused_and_reads_the_same_again(pieces: list[str]) -> None:
    read = outcome("".join(pieces))

    if isinstance(read, str):
        assert read.startswith("Bad Request: can't parse entities: ")
    else:
        text, entities = read
        assert all(entity["offset"] + entity["length"] <= units(text) for entity in entities)
        assert outcome(render_html(text, entities)) == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see /help, or /order_7@demo_bot.", [("bot_command", "/help"), ("bot_command", "/order_7@demo_bot")]),
        ("page 2/5 and/or /api/v1", []),
        ("https://e.com/a?b=c. www.e.com", [("url", "https://e.com/a?b=c"), ("url", "www.e.com")]),
        ("ask @asha_k or a@e.com", [("mention", "@asha_k"), ("email", "a@e.com")]),
        ("#nifty #50 $INFY $infy", [("hashtag", "#nifty"), ("cashtag", "$INFY")]),
    ],
)
def test_links_and_commands_are_found_in_plain_text(text: str, found: list[tuple[str, str]]) -> None:
    _, entities = tidy(text, [])

    spans = [(one["type"], text[one["offset"] : one["offset"] + one["length"]]) for one in entities]
    assert spans == found


def test_nothing_is_found_inside_code() -> None:
    assert [one["type"] for one in tidy(*parse_html("<code>/help @asha_k</code>"))[1]] == ["code"]


def test_a_moment_carries_its_time_and_how_to_show_it() -> None:
    text, entities = parse_html('until <tg-time unix="1764235020" format="t">14:47 IST</tg-time>')

    assert text == "until 14:47 IST"
    assert entities == [
        {"type": "date_time", "offset": 6, "length": 9, "unix_time": 1764235020, "date_time_format": "t"}
    ]
    with pytest.raises(ApiError, match="Invalid unix time"):
        parse_html('<tg-time unix="soon">x</tg-time>')
