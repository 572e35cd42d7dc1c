"""Lists that are long, or worth too much for one tap, and what the trail says of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.text.escaping import units
from core.audit import Kind
from core.orders.order import PriceType
from core.orders.states import QueueStatus
from tests.bot.handlers.acting import becomes
from tests.bot.handlers.bulk import BIG, ONE, TCS, confirm, queue, statuses
from tests.bot.rig import ASHA, RELIANCE, Rig, buttons, data_of


async def test_above_the_set_value_each_order_is_confirmed_by_itself(quiet: Rig) -> None:
    numbers = await queue(quiet, BIG, BIG, TCS)
    question = await quiet.ask(ASHA, "/approveall", "Approve 3 orders?")
    assert "more than ₹25,00,000.00, so each order is shown" in question["text"]
    assert not any("✅" in label for label in buttons(question))

    await quiet.press(ASHA, question, "Show me the first of 3")
    first = await becomes(quiet, ASHA, question, "BUY 1000 RELIANCE")
    assert await quiet.press(ASHA, first, "✅ Approve 1 of 3") == "✅ Approved order #1. Sending it now."
    second = await becomes(quiet, ASHA, question, " · #2\n")
    await quiet.press(ASHA, second, "Skip")
    third = await becomes(quiet, ASHA, question, "BUY 2 TCS")
    await quiet.press(ASHA, third, "✅ Approve 3 of 3")
    await becomes(quiet, ASHA, question, "How these 3 orders stand")

    wanted = [QueueStatus.APPROVED, QueueStatus.PENDING, QueueStatus.APPROVED]
    assert await statuses(quiet, numbers) == wanted


async def test_a_value_that_nobody_knows_is_above_it(quiet: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await queue(quiet, replace(RELIANCE, pricetype=PriceType.MARKET, price=Decimal(0)))
    monkeypatch.setattr(quiet.runtime.feed, "quote", lambda *_: None)

    question = await quiet.ask(ASHA, "/approveall", "Approve 1 order?")

    assert "What that comes to is not known" in question["text"]
    assert "value not known" in question["text"]


async def test_each_step_works_once_and_stopping_leaves_the_rest(quiet: Rig) -> None:
    numbers = await queue(quiet, BIG, BIG, BIG)
    question = await quiet.ask(ASHA, "/approveall", "Approve 3 orders?")
    await quiet.press(ASHA, question, "Show me")
    first = await becomes(quiet, ASHA, question, " · #1\n")
    await quiet.press(ASHA, first, "✅ Approve 1 of 3")
    second = await becomes(quiet, ASHA, question, " · #2\n")

    again = await quiet.press_data(ASHA, first, data_of(first, "✅ Approve"))
    assert again["text"].startswith("This question was already answered")
    await quiet.press(ASHA, second, "Stop here")
    stopped = await becomes(quiet, ASHA, question, "Stopped")

    assert "Still waiting: 2 orders" in stopped["text"]
    wanted = [QueueStatus.APPROVED, QueueStatus.PENDING, QueueStatus.PENDING]
    assert await statuses(quiet, numbers) == wanted


@pytest.mark.parametrize("count", [30, 300])
async def test_long_lists_are_paged_shortened_and_decided_to_the_last(quiet: Rig, count: int) -> None:
    worst = "A&B<>" * 12 + "LONG"
    numbers = [*await queue(quiet, *[ONE] * (count - count // 2), strategy=worst)]
    numbers += await queue(quiet, *[ONE] * (count // 2), strategy=worst.lower())

    question = await quiet.ask(ASHA, "/approveall", f"Approve {count} orders?")
    pages = -(-count // 15)
    assert f"Page 1 of {pages}" in question["text"]
    await quiet.press(ASHA, question, "▶")
    turned = await becomes(quiet, ASHA, question, f"Page 2 of {pages}")
    result = await confirm(quiet, turned)

    assert "#16 BUY" in turned["text"]
    assert f"{count} of {count} orders approved" in result["text"]
    assert all(units(one["text"]) <= 4096 for one in (question, turned, result))
    listed = result["text"].count("BUY 1 RELIANCE")
    assert listed == count or f"… and {count - listed} more orders" in result["text"]
    assert set(await statuses(quiet, numbers)) == {QueueStatus.APPROVED}
    await quiet.ask(ASHA, "/language hindi", "हिन्दी")
    await quiet.press(ASHA, result, "🔄")
    assert units((await becomes(quiet, ASHA, result, "📋 इन"))["text"]) <= 4096


async def test_the_trail_says_what_the_list_showed_and_who_decided(quiet: Rig) -> None:
    await queue(quiet, RELIANCE, TCS)
    question = await quiet.ask(ASHA, "/approveall", "Approve 2 orders?")
    await confirm(quiet, question)

    shown = await quiet.events(Kind.ORDER_SHOWN)
    assert [one["list"] for one in shown] == [2, 2]
    assert all(one["terms"] in question["text"] for one in shown)
    assert {one["message"] for one in shown} == {question["message_id"]}
    assert (await quiet.runtime.audit.verify()).breaks == []
