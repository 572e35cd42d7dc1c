"""A tap decides once, is answered at once, and is worth nothing in other hands."""

import asyncio
from typing import Any

import pytest

from bot.callbacks.codec import Act, Codec, Press
from bot.handlers.decisions import WORKING_AFTER
from core.accounts import Role
from core.audit import Kind
from core.errors import Unready
from core.ids import ChatId, OrderId
from core.orders.states import QueueStatus
from tests.bot.rig import ASHA, RAVI, Rig, buttons, data_of
from tests.waiting import SOON


async def test_reject_sends_nothing_and_asks_why(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")

    toast = await rig.press(ASHA, card, "Reject")
    rejected = await rig.message(ASHA, "REJECTED by Asha")

    assert toast == "❌ Rejected order #1. Nothing was sent."
    assert rejected["message_id"] == card["message_id"]
    assert buttons(rejected) == ["Price moved", "Too large", "Not now", "Other…", "No reason"]
    assert (await rig.read(order_id)).legs[0].sent_at is None


async def test_a_second_tap_changes_nothing_and_says_so(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    await rig.press(ASHA, card, "Approve")
    await rig.message(ASHA, "FILLED")

    answer = await rig.press_data(ASHA, card, data_of(card, "Reject"))

    assert answer["text"].startswith("Order #1 was already approved by you at ")
    assert answer["show_alert"]
    assert (await rig.read(order_id)).status is QueueStatus.APPROVED
    assert len(await rig.events(Kind.LEG_SENDING)) == 1


async def test_two_people_at_once_decide_once_and_the_loser_learns_who_won(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)
    await rig.order()
    cards = {user: await rig.message(user, "waits for you") for user in (ASHA, RAVI)}

    toasts = await asyncio.gather(*(rig.press(user, card, "Approve") for user, card in cards.items()))

    assert sorted(toast.startswith("✅ Approved") for toast in toasts) == [False, True]
    assert any("was already approved by " in toast for toast in toasts)
    await rig.message(ASHA, "FILLED")
    await rig.message(RAVI, "FILLED")


async def test_a_viewers_press_is_refused_and_recorded(rig: Rig) -> None:
    await rig.link(ASHA, Role.VIEWER)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for approval")
    data = rig.codec.encode(Press(Act.APPROVE, order_id, 1), ChatId(ASHA))

    answer = await rig.press_data(ASHA, card, data)

    assert answer["text"] == "You may look at this order, but not decide it."
    assert (await rig.read(order_id)).status is QueueStatus.PENDING
    assert [event["why"] for event in await rig.events(Kind.DECISION_REFUSED)] == ["only looks"]


async def test_a_forged_press_is_refused_and_recorded(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    forged = Codec(b"guess" * 8).encode(Press(Act.APPROVE, order_id, 1), ChatId(ASHA))

    answers = [await rig.press_data(ASHA, card, data) for data in (forged, "1a.1.1..x", "approve:1", "")]

    assert {answer["text"] for answer in answers} == {"This button is not valid. Send /pending for fresh ones."}
    assert (await rig.read(order_id)).status is QueueStatus.PENDING
    assert "forged" in [event["why"] for event in await rig.events(Kind.DECISION_REFUSED)]


async def test_another_persons_button_is_worthless(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.link(RAVI)
    order_id = await rig.order()
    theirs = data_of(await rig.message(ASHA, "waits for you"), "Approve")

    await rig.press_data(RAVI, await rig.message(RAVI, "waits for you"), theirs)

    assert (await rig.read(order_id)).status is QueueStatus.PENDING


async def test_a_button_of_an_older_version_does_not_decide(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    version = (await rig.read(order_id)).version
    stale = rig.codec.encode(Press(Act.APPROVE, order_id, version + 7), ChatId(ASHA))

    answer = await rig.press_data(ASHA, card, stale)

    assert answer["text"] == "This card has changed. Please read it again, then tap."
    assert (await rig.read(order_id)).status is QueueStatus.PENDING


async def test_an_order_of_nobody_tells_nothing(rig: Rig) -> None:
    await rig.link(ASHA)
    card = await rig.ask(ASHA, "/help", "Countersign")
    data = rig.codec.encode(Press(Act.APPROVE, OrderId(999), 1), ChatId(ASHA))

    answer = await rig.press_data(ASHA, card, data)

    assert answer["text"] == "You are not linked to this account."


async def test_a_late_answer_does_not_undo_the_decision(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    rig.telegram.fail_next(
        "answerCallbackQuery",
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )

    rig.telegram.press(ASHA, ASHA, card["message_id"], button_text="Approve")
    await rig.message(ASHA, "FILLED")

    assert (await rig.read(order_id)).approved_by == "Asha"


async def test_a_slow_decision_is_announced(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.decisions.WORKING_AFTER", 0.0)
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "waits for you")

    assert await rig.press(ASHA, card, "Approve") == "Working…"
    await rig.message(ASHA, "FILLED")


async def test_a_slow_refusal_is_told_in_a_message(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "waits for you")
    await rig.press(ASHA, card, "Approve")
    monkeypatch.setattr("bot.handlers.decisions.WORKING_AFTER", 0.0)

    async with rig.runtime.engines.writing():
        answer = await rig.press_data(ASHA, card, data_of(card, "Approve"))

    assert answer["text"] == "Working…"
    await rig.message(ASHA, "was already approved by you")


async def test_what_cannot_be_decided_now_is_said_and_nothing_is_done(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")

    async def unready(*_: Any) -> None:
        raise Unready("The clock is wrong. Nothing is executed until it is right.")

    monkeypatch.setattr("core.services.approval.decide.Decide.approve", unready)
    answer = await rig.press_data(ASHA, card, data_of(card, "Approve"))

    assert answer["text"] == "The clock is wrong. Nothing is executed until it is right."
    assert (await rig.read(order_id)).status is QueueStatus.PENDING


async def test_a_bug_while_deciding_is_told_with_a_reference(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "waits for you")

    async def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.services.approval.decide.Decide.approve", broken)
    answer = await rig.press_data(ASHA, card, data_of(card, "Approve"))

    assert answer["text"].startswith("Something went wrong. Please look at the card before you tap again. Reference ")


async def test_an_unrecorded_card_is_kept_up_to_date_after_a_tap(rig: Rig) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")
    data = {button: data_of(card, button) for button in ("Approve", "Reject")}
    lost = await rig.application.bot.send_message(ASHA, "a card that was never recorded")

    await rig.press_data(ASHA, {"chat_id": ASHA, "message_id": lost.message_id}, data["Approve"])

    await rig.telegram.wait_for(
        lambda: [
            m for m in rig.telegram.messages(ASHA) if m["message_id"] == lost.message_id and "FILLED" in m["text"]
        ],
        SOON,
    )
    assert (await rig.read(order_id)).approved_by == "Asha"


@pytest.mark.alone
async def test_every_press_is_answered_within_a_second(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.decisions.WORKING_AFTER", WORKING_AFTER)
    await rig.link(ASHA, Role.OWNER)
    for _ in range(3):
        await rig.order()
    card = await rig.message(ASHA, "· #3\n")
    taps = [data_of(card, "Approve"), data_of(card, "Reject"), "garbage", data_of(card, "Approve")]

    answers = await asyncio.gather(
        *(rig.telegram.press_and_wait(ASHA, ASHA, card["message_id"], timeout=1.0, data=data) for data in taps)
    )

    assert all(answer["text"] for answer in answers)


async def test_a_card_that_cannot_be_adopted_does_not_hide_the_decision(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.link(ASHA)
    order_id = await rig.order()
    card = await rig.message(ASHA, "waits for you")

    async def unready(*_: Any) -> None:
        raise Unready

    monkeypatch.setattr("core.services.approval.card_queue.CardQueue.is_recorded", unready)
    toast = await rig.press(ASHA, card, "Approve")

    assert toast.startswith("✅ Approved")
    assert (await rig.read(order_id)).status is QueueStatus.APPROVED
