"""/approveall and /rejectall: one confirmation for exactly the orders that were listed."""

import pytest

from bot.callbacks.codec import Act, Press
from core.accounts import Role
from core.audit import SYSTEM, Kind
from core.ids import ChatId
from core.orders.states import QueueStatus
from tests.bot.handlers.acting import becomes
from tests.bot.handlers.bulk import ONE, SELLS, TCS, confirm, expire, queue, statuses
from tests.bot.rig import ASHA, MALLORY, RAVI, RELIANCE, Rig, data_of


async def test_one_tap_approves_all_that_was_listed(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE, SELLS, TCS)

    question = await quiet.ask(ASHA, "/approveall", "Approve 3 orders?")
    result = await confirm(quiet, question, "✅ Approve 3 orders")

    assert "Together: RELIANCE +6, TCS +2" in question["text"]
    assert "SANDBOX · main: 3 orders, at most ₹29,700.00" in question["text"]
    assert "#2 SELL 4 RELIANCE · LIMIT ₹1,550.00" in question["text"]
    assert result["text"].startswith("✅ 3 of 3 orders approved")
    assert await statuses(quiet, numbers) == [QueueStatus.APPROVED] * 3
    approved = await quiet.events(Kind.ORDER_APPROVED)
    assert len(approved) == 3
    assert (await quiet.read(numbers[0])).approved_by_id == ASHA


async def test_rejecting_needs_the_same_tap_and_sends_nothing(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE, TCS)

    question = await quiet.ask(ASHA, "/rejectall", "Reject 2 orders?")
    result = await confirm(quiet, question, "❌ Reject 2 orders")

    assert result["text"].startswith("❌ 2 of 2 orders rejected")
    assert await statuses(quiet, numbers) == [QueueStatus.REJECTED] * 2


@pytest.mark.parametrize(("word", "listed"), [("momentum", 2), ("tcs", 1), ("Opening Range", 1)])
async def test_a_word_chooses_a_strategy_or_a_symbol(quiet: Rig, word: str, listed: int) -> None:
    await queue(quiet, RELIANCE, RELIANCE)
    await queue(quiet, TCS, strategy="opening range")

    await quiet.ask(ASHA, f"/approveall {word}", f"Approve {listed} order")


async def test_nothing_to_decide_says_where_to_look(quiet: Rig) -> None:
    await quiet.ask(ASHA, "/approveall", "Nothing of that waits for you. /pending shows what does.")
    await queue(quiet, RELIANCE)
    await quiet.ask(ASHA, "/rejectall breakout", "Nothing of that waits for you.")


async def test_what_arrives_meanwhile_is_not_in_it(quiet: Rig) -> None:
    [first] = await queue(quiet, RELIANCE)
    question = await quiet.ask(ASHA, "/approveall", "Approve 1 order?")
    [later] = await queue(quiet, TCS)

    await confirm(quiet, question)

    assert await statuses(quiet, [first, later]) == [QueueStatus.APPROVED, QueueStatus.PENDING]


async def test_what_was_decided_changed_or_expired_meanwhile_is_left_out_and_said(quiet: Rig) -> None:
    await quiet.link(RAVI)
    numbers = await queue(quiet, RELIANCE, RELIANCE, TCS, TCS)
    question = await quiet.ask(ASHA, "/approveall", "Approve 4 orders?")
    await quiet.press(RAVI, await quiet.ask(RAVI, "/order 1", "#1"), "Reject")
    card = await quiet.ask(RAVI, "/order 2", "#2")
    halved = quiet.codec.encode(Press(Act.TERMS, numbers[1], 1, "q5"), ChatId(RAVI))
    await quiet.press_data(RAVI, card, halved)
    await expire(quiet, "orders", f"id = {numbers[2]}")

    result = await confirm(quiet, question)

    assert "✅ 1 of 4 orders approved" in result["text"]
    assert "Order #1 was already rejected by Ravi" in result["text"]
    assert "Order #2 has changed since it was listed" in result["text"]
    assert "order #3 has expired" in result["text"]
    assert "⏳ Still waiting: 1 order" in result["text"]
    assert await statuses(quiet, [numbers[1], numbers[3]]) == [QueueStatus.PENDING, QueueStatus.APPROVED]


async def test_a_second_tap_changes_nothing(quiet: Rig) -> None:
    await queue(quiet, RELIANCE)
    question = await quiet.ask(ASHA, "/approveall", "Approve 1 order?")
    yes = data_of(question, "Approve")
    result = await confirm(quiet, question)

    again = await quiet.press_data(ASHA, question, yes)

    assert again["text"] == "This question was already answered or is too old."
    assert (await becomes(quiet, ASHA, question, "Updated"))["text"] == result["text"]
    assert len(await quiet.events(Kind.ORDER_APPROVED)) == 1


async def test_a_late_tap_decides_nothing_and_says_how_much_waits(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE, TCS)
    question = await quiet.ask(ASHA, "/approveall", "Approve 2 orders?")
    await expire(quiet, "confirmations", "1 = 1")

    toast = await quiet.press(ASHA, question, "Approve")

    assert toast.startswith("This question was already answered or is too old.")
    assert "Still waiting of its list: 2 orders" in toast
    assert await statuses(quiet, numbers) == [QueueStatus.PENDING] * 2


async def test_somebody_elses_question_is_none(quiet: Rig) -> None:
    await quiet.link(RAVI)
    numbers = await queue(quiet, RELIANCE)
    question = await quiet.ask(ASHA, "/approveall", "Approve 1 order?")
    token = quiet.codec.decode(data_of(question, "Approve"), ChatId(ASHA))
    own = await quiet.ask(RAVI, "/approveall", "Approve 1 order?")

    toast = await quiet.press_data(RAVI, own, quiet.codec.encode(token, ChatId(RAVI)))

    assert toast["text"] == "This question was already answered or is too old."
    assert await statuses(quiet, numbers) == [QueueStatus.PENDING]


async def test_who_lost_their_link_meanwhile_decides_nothing(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE)
    await quiet.link(RAVI)
    question = await quiet.ask(RAVI, "/approveall", "Approve 1 order?")
    await quiet.runtime.services.linking.unlink(quiet.account.id, RAVI, SYSTEM)  # type: ignore[arg-type]

    await quiet.press(RAVI, question, "Approve")

    assert await statuses(quiet, numbers) == [QueueStatus.PENDING]


async def test_who_only_looks_and_who_is_unknown_list_nothing(quiet: Rig) -> None:
    await quiet.link(RAVI, Role.VIEWER)
    await queue(quiet, RELIANCE)

    await quiet.ask(RAVI, "/approveall", "Nothing of that waits for you.")
    await quiet.ask(MALLORY, "/approveall", "This bot works for invited people only.")


async def test_a_question_survives_a_restart(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE, TCS)
    question = await quiet.ask(ASHA, "/approveall", "Approve 2 orders?")
    await quiet.restart()

    await confirm(quiet, question)

    assert await statuses(quiet, numbers) == [QueueStatus.APPROVED] * 2


async def test_a_paused_account_approves_nothing_of_a_list(quiet: Rig) -> None:
    numbers = await queue(quiet, RELIANCE)
    question = await quiet.ask(ASHA, "/approveall", "Approve 1 order?")
    await quiet.ask(ASHA, "/pause", "main is paused")

    result = await confirm(quiet, question)

    assert "0 of 1 order approved" in result["text"]
    assert "Trading is paused by Asha" in result["text"]
    assert await statuses(quiet, numbers) == [QueueStatus.PENDING]


async def test_what_is_filled_after_the_tap_is_said_in_the_same_message(
    still: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.bulk.bulk_lists.FOLLOWED_AFTER", 0.3)
    await still.link(ASHA)
    await queue(still, ONE, ONE)
    still.begin_polling()
    question = await still.ask(ASHA, "/approveall", "Approve 2 orders?")
    result = await confirm(still, question)
    assert result["text"].count("sending") == 2
    await still.runtime.executor.execute_due()

    await becomes(still, ASHA, question, "filled")
