"""One order's whole life in the chat, over real HTTP and a real database."""

from core.accounts import Role
from tests.bot.rig import ASHA, RAVI, Rig, buttons


async def test_an_order_becomes_a_card_and_a_tap_executes_it(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "waits for you")

    toast = await rig.press(ASHA, card, "Approve")
    filled = await rig.message(ASHA, "FILLED")

    assert toast == "✅ Approved order #1. Sending it now."
    assert filled["message_id"] == card["message_id"]
    assert buttons(card) == ["✅ Approve", "❌ Reject", "Part…"]
    assert buttons(filled) == []
    for line in ("BUY 10 RELIANCE · LIMIT ₹1,550.00", "₹15,500.00 · NSE · MIS", "Strategy: momentum"):
        assert line in filled["text"], filled["text"]
    for line in ("Last price ", "Position 0 → 10", "Margin ₹3,100.00, leaves "):
        assert line in card["text"], card["text"]


async def test_a_link_code_links_and_works_once(rig: Rig) -> None:
    invitation = await rig.invite(Role.OWNER)

    linked = await rig.ask(ASHA, f"/start {invitation.code}", "You are linked")
    refused = await rig.ask(RAVI, f"/start {invitation.code}", "not valid")

    assert "owner" in linked["text"]
    assert "main" not in refused["text"]
