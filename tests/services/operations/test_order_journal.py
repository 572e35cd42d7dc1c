"""The log tells every order's life: one line for each step, with number, account and who, and no secret."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import pytest

from bot.process.logs import set_up_logging
from bot.process.order_lines import log_orders
from core.accounts import OrderMode
from core.ids import ChatId, MessageId
from core.services.approval.card_queue import CardQueue
from tests.factories import ASHA, NAMES, RAVI
from tests.runtime import Spine

pytestmark = pytest.mark.usefixtures("logging_as_it_was")


@asynccontextmanager
async def following(spine: Spine) -> AsyncIterator[None]:
    """The loop of the service; when this ends, the last of what happened has been written."""
    await spine.runtime.order_journal.begin()
    loop = asyncio.create_task(log_orders(spine.runtime.order_journal))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop


async def show_cards(cards: CardQueue) -> None:
    """Every card that is due reaches its chat."""
    await cards.plan()
    for number, chat in enumerate((ASHA, RAVI), start=1):
        due = await cards.next_due(ChatId(chat))
        assert due is not None
        await cards.record_shown(due, MessageId(number), "hash", "the exact terms")


async def live_one_order(spine: Spine) -> int:
    """From its arrival to its fill."""
    order_id = await spine.queue()
    await show_cards(spine.services.cards)
    await spine.approve(order_id)
    await spine.execute()
    await spine.move(801)
    await spine.runtime.refresher.refresh()
    return order_id


async def test_every_step_of_an_order_is_one_line(spine: Spine, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "json")

    async with following(spine):
        order_id = await live_one_order(spine)

    lines = _lines(capsys)
    assert [line["event"] for line in lines] == [
        "order.received",
        "order.shown",
        "order.shown",
        "order.approved",
        "order.sent",
        "order.filled",
    ]
    assert {(line["order"], line["account"], line["level"]) for line in lines} == {(order_id, "main", "info")}
    received, shown, _, approved, sent, filled = lines
    assert (received["who"], received["strategy"]) == (f"key:{spine.key_id} ".strip(), "momentum")
    assert shown["to"] == f"telegram:{ASHA} {NAMES[ASHA]}"
    assert approved["who"] == f"telegram:{ASHA} {NAMES[ASHA]}"
    assert sent["client_order_id"]
    assert (filled["leg"], filled["filled_quantity"]) == (1, "10")
    assert filled["broker_order_id"]


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize("shape", ["text", "json"])
async def test_no_line_has_a_secret_or_the_card_and_people_can_read_it(
    spine: Spine, capsys: pytest.CaptureFixture[str], shape: Literal["text", "json"]
) -> None:
    set_up_logging("info", shape)

    async with following(spine):
        order_id = await live_one_order(spine)

    written = capsys.readouterr().err
    assert spine.secret not in written
    assert "the exact terms" not in written
    if shape == "text":
        line = next(line for line in written.splitlines() if "order.approved" in line)
        assert f"order={order_id}" in line
        assert "account=main" in line
        assert NAMES[ASHA] in line


async def test_what_ends_otherwise_is_told_too(spine: Spine, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "json")

    async with following(spine):
        rejected, withdrawn, expired = [await spine.queue() for _ in range(3)]
        await spine.reject(rejected, RAVI)
        await spine.services.withdraw.withdraw(await spine.caller(), withdrawn)
        spine.clock.advance(minutes=16)
        await spine.runtime.expiry.sweep()

    ends = {line["event"]: (line["order"], line["who"]) for line in _lines(capsys)}
    assert ends["order.rejected"] == (rejected, f"telegram:{RAVI} {NAMES[RAVI]}")
    assert ends["order.withdrawn"] == (withdrawn, f"key:{spine.key_id}")
    assert ends["order.expired"] == (expired, "system Countersign")


async def test_an_order_that_needs_no_approval_says_that_nobody_was_asked(
    spine: Spine, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("info", "json")
    await spine.switch(order_mode=OrderMode.AUTO)

    async with following(spine):
        await spine.send()

    assert [(line["event"], line["who"]) for line in _lines(capsys)][:2] == [
        ("order.received", f"key:{spine.key_id}"),
        ("order.approved", "auto auto"),
    ]


async def test_nothing_is_read_when_nobody_would_see_it(spine: Spine, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning", "json")

    async with following(spine):
        await spine.queue()

    assert capsys.readouterr().err == ""
    assert [line.what for line in await spine.runtime.order_journal.take()] == ["order.received"]


async def test_a_row_that_was_tampered_with_does_not_end_the_log(spine: Spine) -> None:
    await spine.runtime.order_journal.begin()
    order_id = await spine.queue()
    spine.sql("DROP TRIGGER audit_events_keep")
    spine.sql("UPDATE audit_events SET facts = 'no JSON' WHERE order_id = ?", order_id)

    (line,) = await spine.runtime.order_journal.take()

    assert (line.what, line.facts["order"]) == ("order.received", order_id)
