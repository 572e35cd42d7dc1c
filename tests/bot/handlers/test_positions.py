"""/positions: what is held, page by page, and who may close it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.callbacks.codec import Act, Press
from bot.local_telegram.markup.utf16 import units
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.ids import ChatId
from core.services.approval.surroundings import Surroundings
from tests.bot.handlers.acting import BOUGHT, SOLD, becomes, positions, trade
from tests.bot.rig import ASHA, RAVI, Rig, buttons


async def test_viewers_look_and_get_no_buttons(rig: Rig) -> None:
    await rig.link(RAVI, Role.VIEWER)
    await trade(rig, BOUGHT)

    listed = await rig.ask(RAVI, "/p", "Positions")

    assert "You can look, not trade." in listed["text"]
    assert buttons(listed) == ["🔄 Refresh"]
    for command in ("/close RELIANCE", "/closeall", "/cancel", "/cancelall", "/modify"):
        await rig.ask(RAVI, command, "You can look at this account, but not trade on it.")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/close WIPRO", "No open position in WIPRO"),
        ("/close RELIANCE 11", "Only 10 is held"),
        ("/close RELIANCE 0", "must be a positive number"),
        ("/close RELIANCE x", "That is not a number"),
        ("/close RELIANCE 1 2", "Send for example"),
        ("/close <b>", "No open position in <b>"),
    ],
)
async def test_what_cannot_be_closed_is_said(rig: Rig, command: str, expected: str) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)

    await rig.ask(ASHA, command, expected)


async def test_nothing_open_says_what_comes_next(rig: Rig) -> None:
    await rig.link(ASHA)

    listed = await rig.ask(ASHA, "/positions", "No positions. When a strategy's order is filled")
    assert buttons(listed) == ["🔄 Refresh"]
    await rig.ask(ASHA, "/closeall", "Nothing is open")
    await rig.ask(ASHA, "/close", "No positions.")


async def test_with_several_accounts_each_button_names_its_own_and_closeall_asks_which(rig: Rig) -> None:
    other = await rig.runtime.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    await rig.link(ASHA)
    await rig.link(ASHA, account=other)
    key = (await rig.runtime.services.keys.create(other.id, "o", SYSTEM)).secret
    await trade(rig, BOUGHT)
    rig.key, main = key, rig.key
    await rig.order(replace(BOUGHT, quantity=Decimal(3)))
    rig.key = main

    listed = await rig.ask(ASHA, "/positions", "Positions")
    assert {"Close RELIANCE · main", "½ RELIANCE · other"} <= {*buttons(listed)}
    which = await rig.ask(ASHA, "/close RELIANCE", "Which one?")
    await rig.press(ASHA, which, "other")
    assert "SANDBOX  other" in (await rig.message(ASHA, "Close RELIANCE?"))["text"]
    accounts = await rig.ask(ASHA, "/closeall", "In which account?")
    await rig.press(ASHA, accounts, "other")
    question = await becomes(rig, ASHA, accounts, "Close RELIANCE?")
    await rig.press(ASHA, question, "Yes, close RELIANCE: SELL 3")
    await becomes(rig, ASHA, question, "FILLED")

    assert [one.quantity for one in await positions(rig)] == [10]


@pytest.mark.parametrize("count", [1, 30])
async def test_many_positions_turn_their_pages(rig: Rig, count: int) -> None:
    await rig.link(ASHA)
    symbols = [one.symbol for one in rig.runtime.listing.search("LIMITED", "NSE", 60)] or ["RELIANCE"]
    symbols = [*dict.fromkeys(["RELIANCE", "TCS", "INFY", "SBIN", "HDFCBANK", "ITC", "WIPRO", *symbols])][:count]
    await trade(rig, *(replace(BOUGHT, symbol=symbol, quantity=Decimal(1)) for symbol in symbols))
    held = len(await positions(rig))

    page, seen = await rig.ask(ASHA, "/positions", "Positions"), list[str]()
    for number in range(1, 50):
        seen += [label for label in buttons(page) if label.startswith("Close ") and label != "Close all…"]
        assert units(page["text"]) <= 4096
        if "▶" not in buttons(page):
            break
        await rig.press(ASHA, page, "▶")
        page = await becomes(rig, ASHA, page, f"Page {number + 1} of")

    assert len(seen) == len({*seen}) == held


async def test_a_list_that_is_out_of_date_says_so(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    listed = await rig.ask(ASHA, "/positions", "Positions")
    await trade(rig, SOLD)

    assert "not there any more" in await rig.press(ASHA, listed, "Close RELIANCE")


async def test_an_old_button_of_the_list_says_where_the_new_one_is(rig: Rig) -> None:
    await rig.link(ASHA)
    listed = await rig.ask(ASHA, "/positions", "Positions")
    old = rig.codec.encode(Press(Act.BOOK, argument="positions"), ChatId(ASHA))

    assert (await rig.press_data(ASHA, listed, old))["text"] == "This list looks different now. Send /positions."


async def test_a_closed_exchange_and_made_up_prices_are_said_under_the_list(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.link(ASHA)
    empty = await rig.ask(ASHA, "/positions", "No positions")
    await trade(rig, BOUGHT)
    monkeypatch.setattr(Surroundings, "why_closed", lambda self, exchange, now: f"{exchange} is closed: a storm.")

    listed = await rig.ask(ASHA, "/positions", "RELIANCE NSE")

    assert "⚠️" not in empty["text"]
    assert "⚠️ NSE is closed: a storm.\n⚠️ Prices are made up: simulated." in listed["text"]
