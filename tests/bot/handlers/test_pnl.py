"""/pnl: one's own accounts' profit, as a picture with figures, changed in place."""

import re
from dataclasses import replace

import pytest

from bot.callbacks.codec import Act, Press
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.clock import trading_day
from core.ids import ChatId
from tests.bot.profits import edited, pictures, record, rename
from tests.bot.rig import ASHA, RAVI, Rig, buttons
from tests.local_telegram.pictures import size_of


async def test_a_picture_and_its_caption(rig: Rig) -> None:
    await rig.link(ASHA)
    await record(rig, 9_900_000, 9_990_000)
    rig.telegram.send_text(ASHA, "/pnl")

    (shown,) = await pictures(rig, ASHA)

    day = trading_day(rig.runtime.services.clock.now())
    text, _, updated = shown["text"].rpartition("\n\n")
    assert text == (
        "🧪 SANDBOX  main\n"
        f"{day:%a} {day.day} {day:%b %Y}\n\n"
        "Today: +₹10,000.00\n"
        "Realised: ₹0.00\n"
        "Unrealised: ₹0.00\n\n"
        "Equity: ₹1,00,00,000.00\n"
        "Since the start: +₹10,00,000.00 (+11.11%)\n"
        "7 days: +₹10,00,000.00\n"
        "30 days: +₹10,00,000.00"
    )
    assert re.fullmatch(r"Updated \d\d:\d\d:\d\d IST", updated)
    assert buttons(shown) == ["7 days", "• 30 days", "1 year", "🔄 Refresh"]
    file = await rig.application.bot.get_file(shown["photo"][-1]["file_id"])
    assert size_of(bytes(await file.download_as_bytearray())) == (1024, 1280)


@pytest.mark.usefixtures("quick")
async def test_buttons_change_the_picture_in_place(rig: Rig) -> None:
    await rig.link(ASHA)
    await record(rig, 9_990_000)
    rig.telegram.send_text(ASHA, "/pnl")
    (shown,) = await pictures(rig, ASHA)

    assert await rig.press(ASHA, shown, "1 year") == ""
    year = await edited(rig, ASHA, lambda one: "• 1 year" in buttons(one))
    await rig.press(ASHA, year, "Refresh")
    fresh = await edited(rig, ASHA, lambda one: len(one["history"]) == 3)

    assert year["message_id"] == fresh["message_id"] == shown["message_id"]
    assert buttons(fresh) == ["7 days", "30 days", "• 1 year", "🔄 Refresh"]
    assert fresh["photo"] != year["photo"] != shown["photo"]


@pytest.mark.usefixtures("quick")
async def test_a_viewer_sees_every_account_of_their_own_and_no_other(rig: Rig) -> None:
    accounts = rig.runtime.services.accounts
    second = await accounts.add("second", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    third = await accounts.add("third", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    await record(rig, 1_234_567, account=third)
    for account in (rig.account, second):
        await rig.link(RAVI, Role.VIEWER, account)
    rig.telegram.send_text(RAVI, "/pnl")

    shown = await pictures(rig, RAVI, 2)

    assert [one["text"].splitlines()[0] for one in shown] == ["🧪 SANDBOX  main", "🔵 LIVE (PAPER)  second"]
    forged = rig.codec.encode(Press(Act.PROFIT, argument=f"{third.id}-sandbox-30"), ChatId(RAVI))
    answer = await rig.press_data(RAVI, shown[0], forged)
    assert (answer["text"], answer["show_alert"]) == ("You are not linked to this account.", True)
    assert "12,34,567" not in str(rig.telegram.messages(RAVI))


@pytest.mark.usefixtures("quick")
async def test_of_many_accounts_five_are_shown(rig: Rig) -> None:
    await rig.link(ASHA)
    for number in range(6):
        made = await rig.runtime.services.accounts.add(
            f"more {number}", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM
        )
        await rig.link(ASHA, account=made)
    rig.telegram.send_text(ASHA, "/pnl")

    await rig.telegram.wait_for(lambda: "… and 2 accounts more" in rig.telegram.messages(ASHA)[-1]["text"], 30)
    assert len(await pictures(rig, ASHA, 5)) == 5


@pytest.mark.parametrize("name", ["<b>$x$</b> & co", "/order_7 @ravi", "‮evil", "x" * 80])
@pytest.mark.usefixtures("quick")
async def test_a_hostile_name_is_shown_literally(rig: Rig, name: str) -> None:
    account = await rig.runtime.services.accounts.add("plain", "paper", OrderMode.AUTO, TradingMode.SANDBOX, SYSTEM)
    await rename(rig, account, name)
    await rig.link(ASHA, account=replace(account, name=name))
    rig.telegram.send_text(ASHA, "/pnl")

    (shown,) = await pictures(rig, ASHA)

    kinds = {entity["type"] for entity in shown["entities"]}
    assert kinds <= {"bold", "italic", "code"}
    assert len(shown["text"].encode("utf-16-le")) // 2 <= 1024
    if name.startswith("<b>"):
        assert "<b>$x$</b> & co" in shown["text"]
