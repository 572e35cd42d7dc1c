"""After a reject the client may say why, by a button or in their own words, also after a restart."""

from datetime import timedelta

import pytest

from core.ids import OrderId
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons


async def rejected_card(rig: Rig) -> Json:
    """A card that Asha rejected."""
    await rig.link(ASHA)
    await rig.order()
    await rig.press(ASHA, await rig.message(ASHA, "waits for you"), "Reject")
    return await rig.message(ASHA, "REJECTED by Asha")


@pytest.mark.parametrize("reason", ["Price moved", "Too large", "Not now"])
async def test_a_ready_reason_is_one_tap(rig: Rig, reason: str) -> None:
    card = await rejected_card(rig)

    toast = await rig.press(ASHA, card, reason)
    after = await rig.message(ASHA, f"Reason: {reason}")

    assert toast == "Noted."
    assert after["message_id"] == card["message_id"]
    assert buttons(after) == []


async def test_no_reason_ends_the_question(rig: Rig) -> None:
    card = await rejected_card(rig)

    await rig.press(ASHA, card, "No reason")
    after = await rig.message(ASHA, "Reason: none given")

    assert buttons(after) == []


async def test_own_words_are_bound_to_their_order(rig: Rig) -> None:
    card = await rejected_card(rig)
    await rig.press(ASHA, card, "Other…")
    question = await rig.message(ASHA, "Why did you reject order #1?")

    rig.telegram.send_text(ASHA, "  too <b>risky</b>\ntoday  ", reply_to=question["message_id"])
    await rig.message(ASHA, "Noted for order #1.")
    after = await rig.message(ASHA, "Reason: too <b>risky</b>�today")

    assert after["message_id"] == card["message_id"]


async def test_own_words_find_their_order_after_a_restart(rig: Rig) -> None:
    card = await rejected_card(rig)
    await rig.press(ASHA, card, "Other…")
    question = await rig.message(ASHA, "Why did you")
    await rig.restart()

    rig.telegram.send_text(ASHA, "spread too wide", reply_to=question["message_id"])

    await rig.message(ASHA, "Reason: spread too wide")


async def test_a_reason_is_given_once(rig: Rig) -> None:
    card = await rejected_card(rig)
    await rig.press(ASHA, card, "Other…")
    question = await rig.message(ASHA, "Why did you")
    await rig.press(ASHA, card, "Too large")

    rig.telegram.send_text(ASHA, "second thoughts", reply_to=question["message_id"])

    await rig.message(ASHA, "has its reason already")
    assert (await rig.message(ASHA, "Reason: Too large"))["message_id"] == card["message_id"]


async def test_somebody_else_cannot_give_the_reason(rig: Rig) -> None:
    card = await rejected_card(rig)
    await rig.link(RAVI)
    await rig.press(ASHA, card, "Other…")
    question = await rig.message(ASHA, "Why did you")
    forged = await rig.application.bot.send_message(RAVI, question["text"])

    rig.telegram.send_text(RAVI, "mine", reply_to=forged.message_id)

    await rig.message(RAVI, "I cannot tell which order that is about")


async def test_a_novel_is_too_long(rig: Rig) -> None:
    card = await rejected_card(rig)
    await rig.press(ASHA, card, "Other…")
    question = await rig.message(ASHA, "Why did you")

    rig.telegram.send_text(ASHA, "x" * 301, reply_to=question["message_id"])

    await rig.message(ASHA, "longer than 300 characters")


async def test_a_reply_to_anything_else_is_no_reason(rig: Rig) -> None:
    await rejected_card(rig)
    other = await rig.ask(ASHA, "/orders", "Newest orders")

    rig.telegram.send_text(ASHA, "because", reply_to=other["message_id"])

    await rig.message(ASHA, "I cannot tell which order that is about")


@pytest.mark.parametrize("is_reply", [True, False])
async def test_words_right_after_a_reject_are_its_reason(rig: Rig, is_reply: bool) -> None:
    card = await rejected_card(rig)
    await rig.restart()

    rig.telegram.send_text(ASHA, "spread too wide", reply_to=card["message_id"] if is_reply else None)

    told = await rig.message(ASHA, "Noted for order #1.")
    assert "your words count as the reason" in told["text"]
    await rig.message(ASHA, "Reason: spread too wide")


async def test_words_are_no_reason_later_nor_a_second_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rejected_card(rig)
    await rig.ask(ASHA, "not now", "Noted for order #1.")
    await rig.ask(ASHA, "and another thing", "I only understand buttons")
    monkeypatch.setattr("bot.handlers.decisions.TAKEN_FOR", timedelta(0))
    second = await rig.order()
    card = await rig.message(ASHA, f"#{second}")
    await rig.press(ASHA, card, "Reject")

    await rig.ask(ASHA, "too late", "I only understand buttons")

    assert (await rig.read(second)).rejected_reason is None


async def test_words_that_another_question_waits_for_are_no_reason(rig: Rig) -> None:
    await rejected_card(rig)
    limits = await rig.ask(ASHA, "/limits", "Limits")
    await rig.press(ASHA, limits, "Change")
    await rig.press(ASHA, await rig.message(ASHA, "Which limit?"), "value per order")
    await rig.press(ASHA, await rig.message(ASHA, "not set"), "Type a value")
    await rig.message(ASHA, "Answer this message with the new value")

    await rig.ask(ASHA, "50000", "To answer the question above, reply to it")

    assert (await rig.read(OrderId(1))).rejected_reason is None


async def test_words_after_other_are_the_reason_of_that_order(rig: Rig) -> None:
    card = await rejected_card(rig)
    second = await rig.order()
    await rig.press(ASHA, await rig.message(ASHA, f"#{second}"), "Reject")
    await rig.press(ASHA, card, "Other…")
    await rig.message(ASHA, "Why did you reject order #1?")

    await rig.ask(ASHA, "first one", "Noted for order #1.")

    assert (await rig.read(OrderId(1))).rejected_reason == "first one"


async def test_a_pasted_key_is_never_a_reason(rig: Rig) -> None:
    await rejected_card(rig)

    await rig.ask(ASHA, f"key {rig.key}", "looked like an API key")

    assert (await rig.read(OrderId(1))).rejected_reason is None
