"""/mode shows what may happen without asking; loosening it takes an owner and a confirmation that works once."""

from dataclasses import replace

import pytest

from bot.callbacks.codec import Act, Press
from bot.handlers.modes import switches
from bot.pages.mode_labels import mark_of, modes_of
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.ids import ChatId, UserId
from core.services.access.modes import ModeChange
from tests.bot.orders import ACCOUNT
from tests.bot.rig import ASHA, RAVI, Rig, buttons, data_of


async def modes(rig: Rig) -> tuple[str, str]:
    """The account's modes as stored."""
    account = await rig.runtime.services.accounts.get("main")
    return str(account.order_mode), str(account.trading_mode)


async def test_modes_are_shown_to_everybody_linked(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)

    shown = await rig.ask(ASHA, "/mode", "Modes")

    assert "SEMI-AUTO: others approve every order" in shown["text"]
    assert "Only the owner can change this." in shown["text"]
    assert buttons(shown) == []


async def test_going_live_asks_first(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    shown = await rig.ask(ASHA, "/mode", "Modes")

    await rig.press(ASHA, shown, "Go LIVE")
    question = await rig.message(ASHA, "Switch main to LIVE (PAPER)?")
    assert await modes(rig) == ("semi_auto", "sandbox")
    await rig.press(ASHA, question, "Yes, go LIVE")
    after = await rig.message(ASHA, "LIVE (PAPER): no real broker")

    assert await modes(rig) == ("semi_auto", "live")
    assert after["message_id"] == shown["message_id"]
    assert [event["to"] for event in await rig.events(Kind.ACCOUNT_CHANGED)] == ["live"]


async def test_a_confirmation_works_once(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.press(ASHA, await rig.ask(ASHA, "/mode", "Modes"), "Switch to AUTO")
    question = await rig.message(ASHA, "without asking you")
    yes = data_of(question, "Yes")
    await rig.press_data(ASHA, question, yes)
    await rig.press(ASHA, await rig.message(ASHA, "AUTO: orders are sent at once"), "Switch to SEMI-AUTO")

    again = await rig.press_data(ASHA, question, yes)

    assert again["text"] == "This question was already answered or is too old."
    assert await modes(rig) == ("semi_auto", "sandbox")


async def test_no_means_no(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.press(ASHA, await rig.ask(ASHA, "/mode", "Modes"), "Switch to AUTO")

    toast = await rig.press(ASHA, await rig.message(ASHA, "without asking you"), "No, keep it")

    assert toast == "Nothing was changed."
    assert await modes(rig) == ("semi_auto", "sandbox")


async def test_the_safer_side_needs_no_question(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    changed = {"order_mode": OrderMode.AUTO, "trading_mode": TradingMode.LIVE}
    await rig.runtime.services.accounts.set("main", SYSTEM, **changed)
    shown = await rig.ask(ASHA, "/mode", "Modes")

    await rig.press(ASHA, shown, "Switch to SANDBOX")
    await rig.press(ASHA, await rig.message(ASHA, "SANDBOX: practice"), "Switch to SEMI-AUTO")

    assert await modes(rig) == ("semi_auto", "sandbox")


async def test_somebody_elses_confirmation_is_worthless(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.APPROVER)
    token = await rig.runtime.services.modes.ask(UserId(ASHA), rig.account.id, ModeChange.AUTO)
    page = await rig.ask(RAVI, "/mode", "Modes")
    mine = rig.codec.encode(Press(Act.CONFIRM, argument=token), ChatId(RAVI))

    await rig.press_data(RAVI, page, mine)

    assert await modes(rig) == ("semi_auto", "sandbox")


@pytest.mark.parametrize("change", ["auto", "live", "sandbox", "semi_auto"])
async def test_only_owners_switch(rig: Rig, change: str) -> None:
    await rig.link(ASHA, Role.APPROVER)
    page = await rig.ask(ASHA, "/mode", "Modes")
    data = rig.codec.encode(Press(Act.MODE, argument=f"{rig.account.id}-{change}"), ChatId(ASHA))

    answer = await rig.press_data(ASHA, page, data)

    assert answer["text"] == "Only the account's owner may switch modes."
    assert await modes(rig) == ("semi_auto", "sandbox")


def test_a_mode_that_cannot_be_read_only_leads_to_the_safer_side() -> None:
    broken = replace(ACCOUNT, order_mode="??", trading_mode="??")

    assert modes_of(broken, Role.OWNER).count("not readable, so nothing is sent") == 2
    assert "not readable" in mark_of(broken)
    assert [button.label for button in switches(broken, False)] == ["Switch to SEMI-AUTO", "Switch to SANDBOX"]


async def test_with_several_accounts_each_button_names_its_own(rig: Rig) -> None:
    other = await rig.runtime.services.accounts.add(
        "other", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, SYSTEM
    )
    await rig.link(ASHA, Role.OWNER)
    await rig.link(ASHA, Role.OWNER, other)

    shown = await rig.ask(ASHA, "/mode", "Modes")

    assert "main: Switch to AUTO…" in buttons(shown)
    assert "other: Go LIVE…" in buttons(shown)
