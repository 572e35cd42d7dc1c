"""/pending, /orders, /order and the broker's books: only one's own, page by page."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.cards.card import plain_text
from bot.local_telegram.markup.utf16 import units
from bot.pages.portfolio import fitting, in_pages
from bot.pages.positions import Section, section_lines
from bot.text import messages as texts
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.errors import BrokerUnavailable
from core.orders.order import Action, Product
from core.portfolio.positions import Position
from tests.bot.orders import ACCOUNT
from tests.bot.rig import ASHA, RAVI, RELIANCE, Rig, buttons
from tests.waiting import SOON


async def fill(rig: Rig, user_id: int = ASHA) -> None:
    """One filled order."""
    await rig.order()
    await rig.press(user_id, await rig.message(user_id, "waits for you"), "Approve")
    await rig.message(user_id, "FILLED")


async def test_pending_lists_what_waits_and_opens_it(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()
    await rig.order(replace(RELIANCE, symbol="TCS", action=Action.SELL, price=Decimal(3100)))
    await rig.message(ASHA, "· #2\n")

    listed = await rig.ask(ASHA, "/pending", "Orders that wait")
    await rig.press(ASHA, listed, "#2")
    opened = await rig.message(ASHA, "· #2\n", after=listed["message_id"])

    assert buttons(listed)[:2] == ["#1 BUY RELIANCE", "#2 SELL TCS"]
    assert opened["message_id"] > listed["message_id"]
    assert buttons(opened) == ["✅ Approve", "❌ Reject", "Part…"]


async def test_an_opened_card_decides_and_stays_true(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()
    first = await rig.message(ASHA, "waits for you")
    opened = await rig.ask(ASHA, "/order 1", "waits for you")

    await rig.press(ASHA, opened, "Approve")

    for message_id in (first["message_id"], opened["message_id"]):
        await rig.telegram.wait_for(lambda wanted=message_id: is_filled(rig, wanted), SOON)  # type: ignore[misc]


def is_filled(rig: Rig, message_id: int) -> bool:
    """Whether this message of Asha's tells of a fill."""
    found = rig.telegram.world.messages.find(ASHA, message_id)
    return found is not None and "FILLED" in found.content.text


async def test_orders_turn_their_pages_in_place(rig: Rig) -> None:
    await rig.link(ASHA)
    for _ in range(12):
        await rig.order()
    newest = await rig.ask(ASHA, "/orders", "Newest orders")
    assert buttons(newest)[0] == "#12 BUY RELIANCE"
    assert buttons(newest)[10] == "Next ▶"

    await rig.press(ASHA, newest, "Next")
    older = await rig.message(ASHA, "#1 BUY")
    assert older["message_id"] == newest["message_id"]
    assert buttons(older)[:3] == ["#2 BUY RELIANCE", "#1 BUY RELIANCE", "⏮ First"]

    await rig.press(ASHA, older, "First")
    again = await rig.message(ASHA, "#12 BUY")
    assert buttons(again) == buttons(newest)


async def test_nothing_waits(rig: Rig) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, "/pending", "Nothing waits for you")
    await rig.ask(ASHA, "/orders", "There are no orders yet")
    await rig.ask(ASHA, "/order", "There are no orders yet")


@pytest.mark.parametrize("text", ["/order 1", "/order #1"])
async def test_another_accounts_order_does_not_exist(rig: Rig, text: str) -> None:
    await rig.link(ASHA)
    other = await rig.runtime.services.accounts.add(
        "other", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, SYSTEM
    )
    await rig.link(RAVI, account=other)
    await rig.order()
    await rig.message(ASHA, "waits for you")

    await rig.ask(RAVI, text, "There is no such order.")
    await rig.ask(RAVI, "/orders", "There are no orders yet")


@pytest.mark.parametrize("text", ["/order x", "/order 1 2", "/order -1", "/order ١"])
async def test_order_explains_itself(rig: Rig, text: str) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, text, "for example /order 42")


async def test_order_without_a_number_offers_the_newest(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()

    offered = await rig.ask(ASHA, "/order", "Which order?")

    assert buttons(offered) == ["#1 BUY RELIANCE"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/holdings", "No holdings."),
        ("/funds", "Available: ₹"),
        ("/orderbook", "✅ filled"),
        ("/tradebook", "BUY 10 RELIANCE"),
    ],
)
async def test_books_show_their_mode_and_refresh_in_place(rig: Rig, command: str, expected: str) -> None:
    await rig.link(ASHA)
    await fill(rig)
    page = await rig.ask(ASHA, command, expected)
    edits = len(page["history"])

    await rig.press(ASHA, page, "Refresh")
    await rig.polled()

    assert "main  🧪 SANDBOX" in page["text"]
    assert "Updated " in page["text"]
    assert buttons(page) == ["🔄 Refresh"]
    assert edits == 1


async def test_every_account_has_its_own_section(rig: Rig) -> None:
    await rig.link(ASHA)
    other = await rig.runtime.services.accounts.add("other", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    await rig.runtime.open_books()
    await rig.link(ASHA, account=other)

    page = await rig.ask(ASHA, "/positions", "Positions")

    assert "main  🧪 SANDBOX\nNo positions" in page["text"]
    assert "other  🔵 LIVE (PAPER)\nNo positions" in page["text"]


async def test_a_broker_that_is_away_spoils_only_its_section(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)

    async def away(*_: Any) -> None:
        raise BrokerUnavailable("no route <to> broker")

    monkeypatch.setattr("core.services.portfolio.broker_books.BrokerBooks.positions", away)

    page = await rig.ask(ASHA, "/positions", "Could not be read")
    assert "no route <to> broker" in page["text"]


async def test_a_slow_broker_is_not_waited_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.handlers.portfolio.PATIENCE", 0.0)
    monkeypatch.setattr("core.services.portfolio.broker_books.BrokerBooks.funds", hang)
    await rig.link(ASHA)

    await rig.ask(ASHA, "/funds", "the broker takes too long")


def test_many_positions_fit_one_message() -> None:
    one = Position("NSE", "<&>" * 40, Product.MIS, Decimal(-5), Decimal(10), ltp=Decimal(9))
    held = [one] * 89
    lines = section_lines(Section(ACCOUNT, tuple(held)), held)

    shown = plain_text("\n".join(fitting(lines, 1000)))
    assert units(shown) < 1030
    assert shown.splitlines()[-1].startswith("… and ")


@pytest.mark.parametrize("count", [0, 1, 30, 300])
def test_every_entry_of_every_account_is_on_one_page(count: int) -> None:
    sections = [(f"account {n}", [[f"entry {n}-{m}", "    <b>detail</b>"] for m in range(count)]) for n in range(3)]

    pages = in_pages(sections, 1000)

    seen = [line for page in pages for line in page if line.startswith("entry")]
    assert seen == [f"entry {n}-{m}" for n in range(3) for m in range(count)]
    assert all(page[0].startswith("account") for page in pages if page)
    assert max(units(plain_text("\n".join(page))) for page in pages) <= 1000
    assert max(sum(line.startswith("entry") for line in page) for page in pages) <= 12


async def test_the_order_book_turns_its_pages_in_place(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.runtime.services.accounts.set("main", SYSTEM, order_mode=OrderMode.AUTO)
    for number in range(30):
        await rig.order(replace(RELIANCE, price=Decimal(1000 + number)))

    page = await rig.ask(ASHA, "/orderbook", "Page 1 of 3")
    await rig.press(ASHA, page, "▶")
    await rig.message(ASHA, "Page 2 of 3")
    await rig.press(ASHA, await rig.message(ASHA, "Page 2 of 3"), "▶")
    last = await rig.message(ASHA, "Page 3 of 3")

    assert last["message_id"] == page["message_id"]
    assert last["text"].count("BUY 10") == 6
    assert buttons(last) == ["◀", "🔄 Refresh"]


async def test_help_lists_exactly_the_commands_there_are(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    text = (await rig.ask(ASHA, "/help", "Countersign"))["text"]
    commands = [line.split(" ")[0] for line in text.splitlines() if line.startswith("/")]

    assert commands == [f"/{name}" for name in texts.COMMANDS]
    for command in commands:
        rig.telegram.send_text(ASHA, command)
    await rig.polled()
    assert not [m for m in rig.telegram.messages(ASHA) if "do not know that command" in m["text"]]


async def test_unknown_words_are_answered_politely(rig: Rig) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, "/sellall", "I do not know that command")
    await rig.ask(ASHA, "buy everything", "I only understand buttons")


@pytest.mark.parametrize("openalgo", ["", "0123456789abcdef" * 4, "0123456789ABCDEF" * 4])
async def test_a_pasted_api_key_is_removed(rig: Rig, openalgo: str) -> None:
    key = openalgo or rig.key
    await rig.link(ASHA)

    await rig.ask(ASHA, f"my key:{key}", "looked like an API key")

    assert not [message for message in rig.telegram.messages(ASHA) if key in message["text"]]
