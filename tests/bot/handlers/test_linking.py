"""A one-time code links a person, once, and a bare /start greets only those who are linked."""

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.ids import UserId
from tests.bot.rig import ASHA, RAVI, Rig


async def test_a_code_links_and_says_to_what(rig: Rig) -> None:
    invitation = await rig.invite(Role.OWNER)

    linked = await rig.ask(ASHA, f"/start {invitation.code}", "You are linked")

    assert "account main as owner" in linked["text"]
    assert "SEMI-AUTO: you approve every order" in linked["text"]
    assert "two-step verification" in linked["text"]


async def test_a_used_code_links_nobody_else(rig: Rig) -> None:
    invitation = await rig.invite()
    await rig.ask(ASHA, f"/start {invitation.code}", "You are linked")

    refused = await rig.ask(RAVI, f"/start {invitation.code}", "not valid")

    assert "main" not in refused["text"]
    assert await rig.runtime.services.client_view.accounts_of(UserId(RAVI)) == []


async def test_a_second_account_may_be_linked(rig: Rig) -> None:
    other = await rig.runtime.services.accounts.add(
        "other", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, SYSTEM
    )
    await rig.link(ASHA)
    invitation = await rig.invite(Role.VIEWER, other)

    await rig.ask(ASHA, f"/start {invitation.code}", "account other as viewer")
    greeting = await rig.ask(ASHA, "/start", "You are linked to")

    assert "main, other" in greeting["text"]


async def test_a_name_full_of_tricks_is_shown_literally(rig: Rig) -> None:
    rig.telegram.add_user(ASHA, "<b>Mal</b>\u202elory\nLIVE")
    invitation = await rig.invite()
    await rig.ask(ASHA, f"/start {invitation.code}", "You are linked")
    await rig.order()

    await rig.press(ASHA, await rig.message(ASHA, "waits for you"), "Reject")
    card = await rig.message(ASHA, "REJECTED by")

    assert "REJECTED by <b>Mal</b>�lory" in card["text"]
    assert "LIVE" not in card["text"].splitlines()


async def test_a_right_to_left_name_keeps_to_itself(rig: Rig) -> None:
    rig.telegram.add_user(ASHA, "שלום")
    invitation = await rig.invite()
    await rig.ask(ASHA, f"/start {invitation.code}", "You are linked")
    await rig.order()

    await rig.press(ASHA, await rig.message(ASHA, "waits for you"), "Reject")

    await rig.message(ASHA, "REJECTED by \u2068שלום\u2069 at")
