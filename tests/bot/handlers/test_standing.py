"""/standing shows what is approved in advance, the owner gives it after one question, who decides stops it."""

from datetime import date
from decimal import Decimal

import pytest

from bot.cards.card import plain_text
from bot.pages import standing as pages
from bot.text.escaping import units
from bot.text.language.translation import speaking
from core.accounts import Language, Role, TradingMode
from core.ids import AccountId, UserId
from core.orders.order import Action, LegTerms
from core.orders.order_view import order_as_json
from core.orders.states import QueueStatus
from core.services.limits.standing_book import AskedTerms, InForce
from core.standing.approvals import Bound, Size, StandingApproval, StandingId, Terms, Unit
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons, data_of
from tests.factories import START, an_account

ADD = "/standing add momentum buy SBIN order=₹20000 day=₹50000 until=tomorrow"
SBIN = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10))
YES = "Yes, approve in advance"


async def give(rig: Rig, text: str = ADD) -> Json:
    """Asha types it and says yes; the message of that."""
    question = await rig.ask(ASHA, text, "Approve in advance?")
    await rig.press(ASHA, question, YES)
    return await rig.message(ASHA, "is in force")


async def numbers(rig: Rig) -> list[int]:
    """What is in force."""
    return [one.approval.id for one in await rig.runtime.services.standing_book.list(rig.account)]


async def test_without_any_the_owner_is_told_what_to_send(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.APPROVER)

    hers = await rig.ask(ASHA, "/standing", "Standing approvals")
    his = await rig.ask(RAVI, "/standing", "Standing approvals")

    assert "/standing add momentum buy SBIN,INFY order=₹20000 day=₹50000 until=31-12" in hers["text"]
    assert "Only the owner can approve orders in advance." in his["text"]
    assert buttons(hers) == ["➕ Approve in advance…", "🔄 Refresh"]
    assert buttons(his) == ["🔄 Refresh"]


async def test_the_question_shows_the_exact_terms_and_yes_gives_them_once(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    rig.runtime.feed.pin("NSE", "SBIN", Decimal(800))  # type: ignore[attr-defined]

    question = await rig.ask(ASHA, ADD, "Approve in advance?")
    for words in ("SANDBOX", "Strategy momentum", "BUY NSE:SBIN", "at most ₹20,000", "a day: at most ₹50,000 in all"):
        assert words in question["text"]
    yes = data_of(question, YES)
    await rig.press_data(ASHA, question, yes)
    await rig.message(ASHA, "Standing approval 1 is in force")
    again = await rig.press_data(ASHA, question, yes)

    assert again["text"] == "This question was already answered or is too old."
    assert await numbers(rig) == [1]


async def test_no_gives_nothing(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    question = await rig.ask(ASHA, ADD, "Approve in advance?")

    await rig.press(ASHA, question, "No")

    assert "Nothing was changed." in (await rig.message(ASHA, "Nothing was changed."))["text"]
    assert await numbers(rig) == []


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER])
async def test_only_the_owner_is_asked(rig: Rig, role: Role) -> None:
    await rig.link(RAVI, role)

    await rig.ask(RAVI, ADD, "Only the account's owner may approve in advance.")

    assert await numbers(rig) == []


async def test_what_is_not_clear_is_said_with_examples(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)

    answer = await rig.ask(
        ASHA, "/standing add momentum buy SBIN order=20000 day=₹1 until=today", "Say what 20000 is"
    )

    assert "Nothing was approved." in answer["text"]
    assert "/standing add momentum exits all until=today" in answer["text"]
    await rig.ask(ASHA, "/standing add momentum <b>x", "'<b>x' is not buy, sell or exits.")


async def test_a_card_says_under_what_it_was_sent_and_stops_it(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.APPROVER)
    rig.runtime.feed.pin("NSE", "SBIN", Decimal(800))  # type: ignore[attr-defined]
    await give(rig)

    order_id = await rig.order(SBIN)
    card = await rig.message(RAVI, "FILLED")
    order = await rig.read(order_id)

    assert order.status is QueueStatus.APPROVED
    assert order_as_json(order)["approved_by"] == order_as_json(order)["decided_by"] == "standing approval 1"
    assert "under your standing approval 1, ₹8,000 of ₹50,000 used today" in card["text"]
    assert buttons(card) == ["⏹ Stop this standing approval"]
    assert "stopped. Orders wait for a tap again" in await rig.press(RAVI, card, "Stop this")
    assert "was stopped already, by Ravi" in await rig.press(RAVI, card, "Stop this")
    assert await numbers(rig) == []
    assert (await rig.read(await rig.order(SBIN))).status is QueueStatus.PENDING


async def test_who_only_looks_gets_no_button_to_stop(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)
    rig.runtime.feed.pin("NSE", "SBIN", Decimal(800))  # type: ignore[attr-defined]
    await give(rig)
    await rig.order(SBIN)

    card, shown = await rig.message(RAVI, "FILLED"), await rig.ask(RAVI, "/standing", "momentum")

    assert buttons(card) == []
    assert buttons(shown) == ["🔄 Refresh"]
    await rig.ask(RAVI, "/standing stop 1", "You may look at standing approvals, not stop them.")


async def test_the_list_pages_in_place_and_stops_with_one_tap(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    book = rig.runtime.services.standing_book
    for _ in range(30):
        asked = await book.ask(rig.account.id, UserId(ASHA), book.read(ADD.removeprefix("/standing add ")))
        await book.confirm(asked.token, UserId(ASHA))

    first = await rig.ask(ASHA, "/standing", "Standing approvals")
    assert buttons(first) == ["⏹ Stop 1", "⏹ Stop 2", "⏹ Stop 3", "⏹ Stop 4", *buttons(first)[4:]]
    await rig.press(ASHA, first, "Next")
    second = await rig.message(ASHA, "5 · 🧪 SANDBOX")
    assert "is stopped" in await rig.press(ASHA, second, "Stop 6")

    assert 6 not in await numbers(rig)
    assert second["message_id"] == first["message_id"]
    assert "Stop 6" not in buttons(await rig.message(ASHA, "9 · 🧪 SANDBOX"))


async def test_others_are_told_of_what_was_given_and_stopped(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)
    await rig.tell()
    await give(rig)
    await rig.ask(ASHA, "/standing stop 1", "is stopped")

    await rig.tell()

    told = await rig.message(RAVI, "standing approval 1 was stopped by Asha")
    told = told if "given" in told["text"] else await rig.message(RAVI, "standing approval 1 was given by Asha")
    assert "strategy momentum: BUY NSE:SBIN; an order: at most ₹20,000" in told["text"]
    asha = [one["text"] for one in rig.telegram.messages(ASHA)]
    assert not any("by Asha" in text and "standing approval" in text for text in asha)


async def test_an_order_whose_approval_was_stopped_says_that_nothing_was_sent(still: Rig) -> None:
    await still.link(ASHA, Role.OWNER)
    still.runtime.feed.pin("NSE", "SBIN", Decimal(800))  # type: ignore[attr-defined]
    book = still.runtime.services.standing_book
    asked = await book.ask(still.account.id, UserId(ASHA), book.read(ADD.removeprefix("/standing add ")))
    await book.confirm(asked.token, UserId(ASHA))
    await still.order(SBIN)
    await still.look()
    await book.stop(StandingId(1), UserId(ASHA))
    await still.look()

    card = await still.message(ASHA, "NOT SENT")

    assert "standing approval 1 was stopped before it was sent" in card["text"]
    assert "Nothing was sent" in card["text"]


def long_terms() -> Terms:
    """The longest that can be given."""
    bound = Bound(Unit.SHARES, Decimal(10) ** 15)
    names = frozenset(("NFO", f"{number:02}" + "W" * 62) for number in range(20))
    strategy = "𝐖" * 100
    return Terms(
        AccountId(1), strategy, TradingMode.LIVE, "paper", names, Action.BUY, False, bound, bound, date(2026, 12, 30)
    )


def test_the_longest_texts_fit_into_a_message() -> None:
    terms, many = long_terms(), [StandingId(number) for number in range(1, 31)]
    given = StandingApproval(StandingId(10**6), terms, "𝐖" * 64, UserId(1), START)
    each = InForce(given, Size(Decimal(10) ** 15, 10**15, Decimal(10) ** 15), "x" * 300)

    for language in Language:
        with speaking(language):
            listed, _ = pages.overview([pages.Held(an_account(), Role.OWNER, [each] * 30)], 0, START)
            question, _ = pages.question(AskedTerms(an_account(), terms, "f" * 16, many))

        assert units(listed) <= 4096
        assert units(question) <= 4096
    assert all(symbol in plain_text(question) for _, symbol in terms.tickers)
