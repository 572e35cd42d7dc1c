"""Lists with filters, and what a person has hidden from theirs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.accounts import Account, OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.ids import ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Answer, Presser
from tests.bot.handlers.acting import becomes
from tests.bot.rig import ASHA, MALLORY, RAVI, Rig, buttons, data_of
from tests.runtime import raw_sql

FILTERS = ["Pending", "Approved", "Rejected", "All"]


def asha() -> Presser:
    """Asha, in her own chat."""
    return Presser(UserId(ASHA), "Asha", ChatId(ASHA), MessageId(1))


async def reject(rig: Rig, order_id: OrderId) -> None:
    """Asha rejects an order."""
    verdict = await rig.runtime.services.decide.reject(order_id, (await rig.read(order_id)).version, asha())
    assert verdict.answer is Answer.REJECTED


async def second_account(rig: Rig) -> Account:
    """One more account, in live mode."""
    return await rig.runtime.services.accounts.add("other", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)


def numbers(message: dict[str, object]) -> list[str]:
    """The numbers of the listed orders, in their order."""
    return [one.split()[0] for one in buttons(message) if one.startswith("#")]


def chosen(message: dict[str, object]) -> list[str]:
    """The filter that is marked."""
    return [one for one in buttons(message) if one.startswith("• ")]


async def test_filters_choose_in_place_and_refresh_says_when(rig: Rig) -> None:
    await rig.link(ASHA)
    first = await rig.order()
    await rig.order()
    await reject(rig, first)
    page = await rig.ask(ASHA, "/orders", "Newest orders")
    assert buttons(page) == ["#2 BUY RELIANCE", "#1 BUY RELIANCE", *FILTERS, "🔄 Refresh"]

    await rig.press(ASHA, page, "Rejected")
    rejected = await rig.message(ASHA, "Rejected orders")
    await rig.press(ASHA, rejected, "Refresh")
    await rig.polled()

    assert rejected["message_id"] == page["message_id"]
    assert buttons(rejected) == ["#1 BUY RELIANCE", "Pending", "Approved", "• Rejected", "All", "🔄 Refresh"]
    assert re.search(r"Updated \d\d:\d\d:\d\d IST$", rejected["text"])
    assert "❌ rejected" in rejected["text"]


@pytest.mark.parametrize("word", ["pending", "approved", "rejected", "ALL"])
async def test_a_word_chooses_the_list(rig: Rig, word: str) -> None:
    await rig.link(ASHA)

    page = await rig.ask(ASHA, f"/orders {word}", "Updated")

    assert chosen(page) == [f"• {word.capitalize()}"]


async def test_an_unknown_list_is_explained(rig: Rig) -> None:
    await rig.link(ASHA)

    await rig.ask(ASHA, "/orders <b>", "/orders pending, approved, rejected or all")


async def test_pending_begins_with_what_expires_soonest(still: Rig) -> None:
    await still.link(ASHA)
    for _ in range(12):
        await still.order()
    path = Path(still.runtime.settings.database.url.partition("///")[2])
    raw_sql(path, "UPDATE orders SET expires_at = (SELECT min(expires_at) FROM orders) WHERE id IN (3, 12)")
    raw_sql(path, "UPDATE orders SET expires_at = (SELECT max(expires_at) FROM orders) WHERE id = 1")
    still.begin_polling()

    page = await still.ask(ASHA, "/pending", "soonest to expire first")
    await still.press(ASHA, page, "Next")
    rest = await still.message(ASHA, "#11 BUY")

    assert numbers(page) == ["#3", "#12", "#2", "#4", "#5", "#6", "#7", "#8", "#9", "#10"]
    assert numbers(rest) == ["#1", "#11"]
    assert "⏮ First" in buttons(rest)


async def test_the_mode_is_called_what_it_is_and_accounts_are_named(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()
    alone = await rig.ask(ASHA, "/pending", "Orders that wait")
    assert "🧪 SANDBOX\n#1" in alone["text"]

    await rig.link(ASHA, account=await second_account(rig))
    await rig.runtime.services.accounts.set("main", SYSTEM, trading_mode=TradingMode.LIVE)
    await rig.order()
    both = await rig.ask(ASHA, "/pending", "#2 BUY")

    assert "🔵 LIVE (PAPER) · main\n#2" in both["text"]
    assert "🧪 SANDBOX · main\n#1" in both["text"]


async def test_hiding_leaves_what_waits_and_nothing_is_deleted(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)
    orders = [await rig.order() for _ in range(3)]
    await reject(rig, orders[0])

    hid = await rig.ask(ASHA, "/hide", "hidden from your lists")
    await reject(rig, orders[1])
    mine = await rig.ask(ASHA, "/orders", "Newest orders")
    whole = await rig.ask(ASHA, "/orders all", "All orders")
    other = await rig.ask(RAVI, "/orders", "Newest orders")

    assert [numbers(page) for page in (mine, whole, other)] == [["#3", "#2"], ["#3", "#2", "#1"], ["#3", "#2", "#1"]]
    assert "What you have hidden is only in All." in mine["text"]
    assert buttons(hid) == ["↩️ Show them again"]


async def test_hidden_orders_come_back_on_request_as_often_as_tapped(rig: Rig) -> None:
    await rig.link(ASHA)
    await reject(rig, await rig.order())
    hid = await rig.ask(ASHA, "/hide", "hidden from your lists")
    again = data_of(hid, "Show them again")
    empty = await rig.ask(ASHA, "/orders", "Everything here is hidden")

    await rig.press_data(ASHA, hid, again)
    await rig.restart()
    second = await rig.press_data(ASHA, hid, again)
    page = await rig.ask(ASHA, "/orders", "#1 BUY")

    assert second["text"] == "Your lists show every order again."
    assert not numbers(empty)
    assert buttons(page)[0] == "#1 BUY RELIANCE"


async def test_hiding_twice_hides_what_was_finished_since(rig: Rig) -> None:
    await rig.link(ASHA)
    first, second = await rig.order(), await rig.order()
    await reject(rig, first)
    await rig.ask(ASHA, "/hide", "hidden from your lists")
    await rig.ask(ASHA, "/hide", "nothing to hide")
    await reject(rig, second)

    await rig.ask(ASHA, "/hide", "hidden from your lists")

    await rig.ask(ASHA, "/orders rejected", "Everything here is hidden")


async def test_with_several_accounts_hiding_asks_which(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)
    other = await second_account(rig)
    await rig.link(ASHA, account=other)
    await rig.link(RAVI)
    await rig.runtime.services.decide.reject(await rig.order(), 1, replace(asha(), user_id=UserId(RAVI)))
    question = await rig.ask(ASHA, "/hide", "of which account?")
    assert buttons(question) == ["main", "other", "All accounts"]

    await rig.press(ASHA, question, "other")
    await rig.message(ASHA, "nothing to hide of other")
    await rig.ask(ASHA, "/hide MAIN", "hidden from your lists of main")
    await rig.ask(ASHA, "/hide nobody's", "You have no account of that name")


async def test_a_button_of_an_account_that_is_not_ones_own_hides_nothing(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(MALLORY, account=await second_account(rig))
    await rig.link(ASHA, account=await second_account_named(rig, "third"))
    await reject(rig, await rig.order())
    question = await rig.ask(ASHA, "/hide", "of which account?")
    main = data_of(question, "main")
    await rig.runtime.services.linking.unlink(rig.account.id, UserId(ASHA), SYSTEM)

    await rig.press_data(ASHA, question, main)

    await rig.message(ASHA, "You have no account of that name")


async def second_account_named(rig: Rig, name: str) -> Account:
    """Another account of this name."""
    return await rig.runtime.services.accounts.add(name, "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)


async def test_thirty_orders_turn_their_pages(rig: Rig) -> None:
    await rig.link(ASHA)
    for _ in range(30):
        await rig.order()
    seen: list[str] = []
    page = await rig.ask(ASHA, "/pending", "Orders that wait")
    for next_number in (11, 21):
        seen += numbers(page)
        await rig.press(ASHA, page, "Next")
        page = await becomes(rig, ASHA, page, f"#{next_number} BUY")
    seen += numbers(page)

    assert seen == [f"#{number}" for number in range(1, 31)]
    assert "Next ▶" not in buttons(page)
