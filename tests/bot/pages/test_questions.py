"""A question names every order it is about, and fits a message at its worst."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.callbacks.buttons import keyboard
from bot.callbacks.codec import Codec
from bot.cards.card import plain_text
from bot.local_telegram.markup.utf16 import units
from bot.pages.positions import PAGE, Section, pages_of, position_buttons, section_lines
from bot.pages.questions import cancel_question, change_question, close_question
from bot.text.language.translation import speaking
from core.accounts import Language, TradingMode
from core.client.closing import closing_terms
from core.client.plans import Target
from core.ids import BrokerOrderId, ChatId
from core.orders.gtt import Gtt, Side
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.positions import Position
from core.services.trading.client_cancels import CancelQuestion
from core.services.trading.client_changes import ChangeQuestion
from core.services.trading.client_closes import CloseQuestion
from core.services.trading.client_context import MOST_AT_ONCE
from core.services.trading.waiting_orders import Waiting
from tests.bot.orders import ACCOUNT, LIMIT

TOKEN = "0123456789abcdef"
LONG = "<NIFTY&BANK>30DEC25126000CE"
BIG = Decimal(9_999_999)
WORST = replace(ACCOUNT, name="<&>" * 26)
HELD = Position("NFO", LONG, Product.NRML, BIG, Decimal("9999.95"), ltp=Decimal("9999.90"))
STOP = LegTerms("NFO", LONG, Action.BUY, BIG, PriceType.SL, Product.NRML, Decimal("9999.95"), Decimal("9999.90"))
OCO = Gtt("NFO", LONG, Action.SELL, BIG, Product.NRML, PriceType.LIMIT, (Side(BIG, BIG), Side(BIG + 1, BIG + 1)))
CODEC = Codec(b"k" * 32)


def fits(text: str) -> bool:
    """Whether Telegram takes it."""
    return units(plain_text(text)) <= 4096


def a_close(count: int, **other: object) -> CloseQuestion:
    """A question about so many positions."""
    held = tuple(replace(HELD, symbol=f"{LONG}{number:03}") for number in range(count))
    legs = tuple(closing_terms(one, one.quantity) for one in held)
    asked = CloseQuestion(TOKEN, WORST, TradingMode.LIVE, legs, held, ())
    return replace(asked, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, MOST_AT_ONCE])
def test_every_order_that_would_be_sent_is_named(count: int) -> None:
    text, rows = close_question(a_close(count, left_out=260))

    assert fits(text)
    assert all(f"{number:03}" in text for number in range(count))
    assert "260 more do not fit here and stay" in text
    assert keyboard(rows, CODEC, ChatId(2**52)) is not None


@pytest.mark.parametrize("count", [1, 2, MOST_AT_ONCE])
@pytest.mark.parametrize("terms", [STOP, OCO])
def test_every_order_that_would_be_cancelled_is_named(count: int, terms: LegTerms | Gtt) -> None:
    waiting = tuple(
        Waiting(Target(BrokerOrderId(str(number))), replace(terms, symbol=f"S{number:03}{LONG}"), Decimal(1))
        for number in range(count)
    )
    text, rows = cancel_question(CancelQuestion(TOKEN, WORST, TradingMode.LIVE, waiting, triggers=3, left_out=9))

    assert fits(text)
    assert all(f"S{number:03}" in text for number in range(count))
    assert "3 triggers (GTT) stay" in text
    assert keyboard(rows, CODEC, ChatId(2**52)) is not None


def test_the_longest_questions_fit_in_every_language() -> None:
    waiting = tuple(
        Waiting(Target(BrokerOrderId(str(number))), replace(STOP, symbol=f"S{number:03}{LONG}"), Decimal(1))
        for number in range(MOST_AT_ONCE)
    )
    cancel = CancelQuestion(TOKEN, WORST, TradingMode.LIVE, waiting, triggers=3, left_out=9)
    change = ChangeQuestion(
        TOKEN, WORST, TradingMode.LIVE, Waiting(Target(BrokerOrderId("1")), OCO), OCO, Decimal(1), 75
    )

    for language in Language:
        with speaking(language):
            pages = (
                close_question(a_close(MOST_AT_ONCE, left_out=260)),
                cancel_question(cancel),
                change_question(change),
            )
        assert all(fits(text) and keyboard(rows, CODEC, ChatId(2**52)) for text, rows in pages)


@pytest.mark.parametrize("terms", [STOP, OCO, LIMIT])
def test_a_change_shows_what_is_and_what_would_be(terms: LegTerms | Gtt) -> None:
    waiting = Waiting(Target(BrokerOrderId("1")), terms)
    asked = ChangeQuestion(TOKEN, WORST, TradingMode.LIVE, waiting, terms, Decimal("0.05"), 75)

    before, first = change_question(asked)
    after, second = change_question(replace(asked, becomes=replace(terms, quantity=terms.quantity + 75)))

    assert "What do you want to change?" in before
    assert "New:" not in before
    assert "New:" in after
    assert len(second) == len(first) + 1
    assert fits(after)
    for rows in (first, second):
        assert keyboard(rows, CODEC, ChatId(2**52)) is not None


def test_a_close_without_a_price_says_that_its_value_is_not_known() -> None:
    asked = a_close(1)
    unpriced = replace(asked.positions[0], ltp=Decimal(0))

    text, _ = close_question(replace(asked, positions=(unpriced,)))

    assert "Value: not known, no price" in text


@pytest.mark.parametrize("count", [0, 1, PAGE, 30, 300])
@pytest.mark.parametrize("accounts", [1, 3, 30])
def test_every_position_stands_on_one_page(count: int, accounts: int) -> None:
    held = tuple(replace(HELD, symbol=f"{LONG}{number:03}", quantity=Decimal(number + 1)) for number in range(count))
    sections = [Section(replace(WORST, id=number), held, True) for number in range(accounts)]  # type: ignore[arg-type]

    pages = pages_of(sections)

    shown = [(section.account.id, one.symbol) for page in pages for section, part in page for one in part]
    assert len(shown) == len({*shown}) == count * accounts
    assert {section.account.id for page in pages for section, _ in page} == {*range(accounts)}
    for page in pages:
        assert sum(len(part) for _, part in page) <= PAGE
        assert fits("\n\n".join("\n".join(section_lines(section, part)) for section, part in page))
        rows = [row for section, part in page for row in position_buttons(section, part, True)]
        assert len(rows) <= PAGE
        keyboard(rows, CODEC, ChatId(2**52))


def test_the_most_valuable_position_comes_first() -> None:
    cheap, dear = replace(HELD, symbol="A", quantity=Decimal(1)), replace(HELD, symbol="B", quantity=Decimal(-9))

    assert [one.symbol for one in Section(ACCOUNT, (cheap, dear)).open] == ["B", "A"]
