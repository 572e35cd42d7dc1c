"""Part…, Price… and As asked: pressed twice, late, by others, on old cards, after a restart, and typed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.callbacks.codec import Act, Press
from core.accounts import Role
from core.audit import Kind
from core.ids import ChatId, OrderId
from core.orders.bounds import make_bounds
from core.orders.order import PriceType
from core.orders.states import QueueStatus
from tests.bot.rig import ASHA, RAVI, RELIANCE, Rig, buttons, data_of
from tests.waiting import SOON

OLD = "This card has changed. Please read it again, then tap."
CHANGED = "✏️ Order #1 is changed. Nothing is sent until you approve the new card."
TWENTY = replace(RELIANCE, quantity=Decimal(20))
WIDE = make_bounds({"quantity": [Decimal(5), Decimal(40)], "price": [Decimal(1500), Decimal(1600)]})


async def waiting(rig: Rig, *people: int, **order: Any) -> dict[str, Any]:
    """An order of twenty, and its card in the first person's chat."""
    for person in people or (ASHA,):
        await rig.link(person)
    await rig.order(TWENTY, **order)
    return await rig.message((people or (ASHA,))[0], "waits for you")


async def menu(rig: Rig, card: dict[str, Any], button: str) -> dict[str, Any]:
    """The card once its buttons show the choices."""
    await rig.press(ASHA, card, button)

    def opened() -> dict[str, Any] | None:
        now = next(one for one in rig.telegram.messages(ASHA) if one["message_id"] == card["message_id"])
        return now if "◀ Back" in buttons(now) else None

    return await rig.telegram.wait_for(opened, SOON)


async def test_half_of_it_is_chosen_shown_and_approved(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")

    toast = await rig.press(ASHA, choices, "½")
    changed = await rig.message(ASHA, "Changed by Asha")
    await rig.press(ASHA, changed, "Approve")
    filled = await rig.message(ASHA, "FILLED")

    assert buttons(choices) == ["✅ Approve", "❌ Reject", "½ · 10", "¼ · 5", "Other quantity…", "◀ Back"]
    assert toast == CHANGED
    assert changed["message_id"] == card["message_id"] == filled["message_id"]
    first, value, told, *_ = changed["text"].splitlines()
    assert first == "🧪 SANDBOX · BUY 10 RELIANCE · LIMIT ₹1,550.00"
    assert value == "₹15,500.00 · NSE · MIS"
    assert told.startswith("✏️ Changed by Asha at ")
    assert told.endswith(". Asked: BUY 20 RELIANCE · LIMIT ₹1,550.00")
    assert buttons(changed) == ["✅ Approve", "❌ Reject", "Part…", "↩️ As asked"]
    assert (await rig.read(OrderId(1))).legs[0].filled_quantity == 10
    assert "✏️ Changed by Asha" in filled["text"]


async def test_a_limit_is_moved_by_ticks_and_brought_back(rig: Rig) -> None:
    card = await waiting(rig, bounds=WIDE)
    choices = await menu(rig, card, "Price…")

    await rig.press(ASHA, choices, "₹1,550.10")
    changed = await rig.message(ASHA, "BUY 20 RELIANCE · LIMIT ₹1,550.10")
    await rig.press(ASHA, changed, "As asked")
    again = await rig.message(ASHA, "SANDBOX · BUY 20 RELIANCE · LIMIT ₹1,550.00")

    assert buttons(card) == ["✅ Approve", "❌ Reject", "Part…", "Price…"]
    assert buttons(choices)[2:] == [
        *("₹1,549.50", "₹1,549.90", "₹1,550.10", "₹1,550.50"),
        *("Other price…", "◀ Back"),
    ]
    assert buttons(changed) == ["✅ Approve", "❌ Reject", "Part…", "Price…", "↩️ As asked"]
    assert "Changed by" not in again["text"]
    assert (await rig.read(OrderId(1))).version == 3


async def test_back_shows_the_cards_own_buttons(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")

    await rig.press(ASHA, choices, "Back")

    await rig.telegram.wait_for(lambda: buttons(rig.telegram.messages(ASHA)[-1]) == buttons(card) or None, SOON)
    assert (await rig.read(OrderId(1))).version == 1


async def test_pressed_twice_the_second_press_is_void(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")
    half, open_again = data_of(choices, "½"), data_of(card, "Part…")

    await rig.press_data(ASHA, card, open_again)
    first, second = await rig.press_data(ASHA, card, half), await rig.press_data(ASHA, card, half)
    late = await rig.press_data(ASHA, card, open_again)

    assert first["text"] == CHANGED
    assert (second["text"], second["show_alert"]) == (OLD, True)
    assert late["text"] == OLD
    assert (await rig.read(OrderId(1))).legs[0].terms.quantity == 10


async def test_another_person_on_an_old_version_is_told_and_sees_the_new_one(rig: Rig) -> None:
    card = await waiting(rig, ASHA, RAVI)
    theirs = await rig.message(RAVI, "waits for you")
    await rig.press(ASHA, await menu(rig, card, "Part…"), "½")

    toasts = [(await rig.press_data(RAVI, theirs, data_of(theirs, one)))["text"] for one in ("Approve", "Part…")]
    shown = await rig.message(RAVI, "Changed by Asha")

    assert toasts == [OLD, OLD]
    assert shown["message_id"] == theirs["message_id"]
    assert (await rig.read(OrderId(1))).status is QueueStatus.PENDING


async def test_after_the_decision_nothing_can_be_changed(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")
    await rig.press(ASHA, card, "Reject")

    answer = await rig.press_data(ASHA, card, data_of(choices, "½"))

    assert answer["text"].startswith("Order #1 was already rejected by you at ")


async def test_a_viewer_is_offered_nothing_and_refused(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)
    order_id = await rig.order(TWENTY)
    card = await rig.message(ASHA, "waits for approval")

    for argument in ("part", "q10", "asked"):
        data = rig.codec.encode(Press(Act.TERMS, order_id, 1, argument), ChatId(ASHA))
        answer = await rig.press_data(ASHA, card, data)
        assert answer["text"] == "You may look at this order, but not decide it."

    assert buttons(card) == []
    assert len(await rig.events(Kind.DECISION_REFUSED)) == 3


async def test_choices_outlive_a_restart(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")
    await rig.restart()

    toast = await rig.press(ASHA, choices, "¼")
    await rig.message(ASHA, "BUY 5 RELIANCE")

    assert toast == CHANGED


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (" 7 ", CHANGED),
        ("1,0", CHANGED),
        ("50", "The strategy asked for 20; it can only be made smaller."),
        ("7.5", "Quantity must be in multiples of lot size 1."),
        ("0", "The quantity must be above 0."),
        ("many", "That is not a number I can read."),
        ("-5", "That is not a number I can read."),
        ("٧", "That is not a number I can read."),
    ],
)
async def test_a_quantity_is_typed(rig: Rig, typed: str, answer: str) -> None:
    card = await waiting(rig)
    await rig.press(ASHA, await menu(rig, card, "Part…"), "Other")
    question = await rig.message(ASHA, "How many for order #1?")

    rig.telegram.send_text(ASHA, typed, reply_to=question["message_id"])

    await rig.message(ASHA, answer)
    assert (await rig.read(OrderId(1))).version == (2 if answer == CHANGED else 1)


async def test_a_typed_price_makes_a_limit_of_a_market_order(rig: Rig) -> None:
    await rig.link(ASHA)
    market = replace(TWENTY, pricetype=PriceType.MARKET, price=Decimal(0))
    await rig.order(market, bounds=WIDE)
    card = await rig.message(ASHA, "waits for you")
    await rig.press(ASHA, await menu(rig, card, "Price…"), "Other")
    question = await rig.message(ASHA, "Which limit for order #1?")

    rig.telegram.send_text(ASHA, "₹1,512.30", reply_to=question["message_id"])
    changed = await rig.message(ASHA, "LIMIT ₹1,512.30")

    assert "The strategy allows ₹1,500.00 to ₹1,600.00." in question["text"]
    assert "Asked: BUY 20 RELIANCE · MARKET" in changed["text"]


async def test_an_answer_to_an_older_version_or_a_forged_question_changes_nothing(rig: Rig) -> None:
    card = await waiting(rig)
    choices = await menu(rig, card, "Part…")
    await rig.press(ASHA, choices, "Other")
    question = await rig.message(ASHA, "How many")
    await rig.press(ASHA, choices, "½")
    await rig.message(ASHA, "Changed by Asha")

    rig.telegram.send_text(ASHA, "3", reply_to=question["message_id"])
    await rig.message(ASHA, OLD)
    forged = rig.telegram.send_text(ASHA, f"Ref 1-2-quantity-{'A' * 16}")
    rig.telegram.send_text(ASHA, "3", reply_to=forged)
    await rig.message(ASHA, "I cannot tell which order that is about.")

    assert (await rig.read(OrderId(1))).legs[0].terms.quantity == 10
