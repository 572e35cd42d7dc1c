"""No text of others adds a line to a card, breaks its HTML, or changes a figure."""

import html.parser
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram.markup.html_entities import parse_html
from bot.local_telegram.markup.utf16 import units
from bot.text.language.translation import speaking
from core.accounts import Language
from core.orders.states import BrokerStatus
from tests.bot.orders import (
    ACCOUNT,
    CHECK,
    LIMIT,
    approved,
    draw,
    lines,
    make_leg,
    make_order,
    rejected,
)

NASTY = st.one_of(
    st.text(max_size=200),
    st.text("<>&_*[]`\n\r\u202e\u2066\u200b\u2028/@#.:"),
    st.sampled_from(["</b>", "<a href='x'>", "&lt;", "&#0;", "x\n✅ <b>Approved</b>", "A" * 4000, "😀" * 400]),
)


@given(NASTY, NASTY, NASTY, NASTY)
def test_no_text_of_others_adds_a_line_or_breaks_the_html(
    symbol: str, strategy: str, name: str, message: str
) -> None:
    ours = _skeleton("S", "S", "S", "S")
    theirs = _skeleton(symbol, strategy, name, message)

    assert [line.split(":")[0].split(" ")[0] for line in theirs] == [
        line.split(":")[0].split(" ")[0] for line in ours
    ]


@given(NASTY, NASTY)
def test_a_reason_or_a_name_adds_no_line(name: str, reason: str) -> None:
    order = replace(rejected(rejected_reason=reason or "x"), rejected_by=name)
    plain, _ = parse_html(draw(order).html)

    assert len(plain.splitlines()) == len(lines(rejected(rejected_reason="x")))


@given(NASTY, st.sampled_from(Language))
def test_the_markup_is_balanced_and_all_ours(text: str, language: Language) -> None:
    order = make_order(make_leg(terms=replace(LIMIT, symbol=text)), strategy=text, note=text)
    seen = Tags()
    with speaking(language):
        seen.feed(draw(order, check=replace(CHECK, made_by=text, unknown=text, warnings=(text,))).html)

    assert seen.open == []
    assert seen.used <= {"b", "code", "blockquote", "tg-time"}


@given(st.integers(1, 60), NASTY)
def test_a_card_always_fits_a_message(count: int, text: str) -> None:
    legs = [make_leg(n, replace(LIMIT, symbol=text), message=text, broker_order_id=text) for n in range(1, count)]
    order = replace(approved(), legs=tuple(legs) or (make_leg(),), strategy=text, note=text[:280])
    check = replace(CHECK, made_by=text, unknown=text, warnings=(text, text))

    for one in (replace(order, checked=check.dump()), make_order(*legs, note=text[:280], notice=text, outage="x")):
        for language in Language:
            with speaking(language):
                card = draw(one, account=replace(ACCOUNT, name=text), many=True, check=check)
            assert units(card.plain) <= 4096


@given(st.decimals(min_value="0.0001", max_value="9999999", places=4))
def test_a_price_is_shown_exactly(price: Decimal) -> None:
    card = lines(make_order(make_leg(terms=replace(LIMIT, price=price))))

    assert Decimal(card[0].partition("LIMIT ₹")[2].replace(",", "")) == price


class Tags(html.parser.HTMLParser):
    """Which tags are used, and which are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.used: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """One more."""
        assert [name for name, _ in attrs] == (["unix", "format"] if tag == "tg-time" else [])
        self.open.append(tag)
        self.used.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """One less."""
        assert self.open.pop() == tag


def _skeleton(symbol: str, strategy: str, name: str, message: str) -> list[str]:
    leg = make_leg(terms=replace(LIMIT, symbol=symbol), broker_status=BrokerStatus.REJECTED, message=message or "x")
    order = replace(approved(leg, strategy=strategy, note=message or "x"), approved_by=name)
    plain, _ = parse_html(draw(order, account=replace(ACCOUNT, name=name), many=True).html)
    assert units(plain) <= 4096
    strategy_line = next(number for number, line in enumerate(plain.splitlines()) if line.startswith("Strategy:"))
    return [line for number, line in enumerate(plain.splitlines()) if number != strategy_line + 1]  # the note is free
