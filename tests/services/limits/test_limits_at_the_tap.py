"""A limit that is reached between queueing and the tap stops the tap; the order still waits."""

import asyncio
from decimal import Decimal

import pytest

from core.audit import Kind
from core.errors import Unready
from core.orders.decisions import Answer
from core.orders.order import Action, Product
from core.orders.states import QueueStatus
from core.portfolio.positions import Position
from tests.factories import RAVI, VEENA, some_terms
from tests.runtime import Spine
from tests.services.limits.conftest import SetLimits


async def test_a_stopped_tap_sends_nothing_and_the_order_still_waits(spine: Spine, limit: SetLimits) -> None:
    order_id = await spine.queue()
    await limit(value_per_order="5000")

    verdict = await spine.approve(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    why = "Over the limits of this account (value per order: ₹8,000.00 is above ₹5,000.00)."
    assert (verdict.answer, verdict.message) == (Answer.OVER_LIMIT, f"Nothing was sent. {why}")
    assert (order.status, order.version, order.stopped) == (QueueStatus.PENDING, 1, f"10:00:00 IST: {why}")
    assert (await spine.told_of(order_id))[-1] == Kind.DECISION_REFUSED
    assert await spine.book().list_orders() == []
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_after_the_limit_is_loosened_the_same_card_may_be_approved(spine: Spine, limit: SetLimits) -> None:
    order_id = await spine.queue()
    await limit(value_per_order="5000")
    await spine.approve(order_id)
    await limit(value_per_order=None)

    assert (await spine.approve(order_id)).answer is Answer.APPROVED


async def test_a_stopped_order_may_be_rejected(spine: Spine, limit: SetLimits) -> None:
    order_id = await spine.queue()
    await limit(value_per_order="5000")
    await spine.approve(order_id)

    assert (await spine.reject(order_id)).answer is Answer.REJECTED


async def test_what_waits_does_not_hold_back_what_is_approved_first(spine: Spine, limit: SetLimits) -> None:
    order_ids = [await spine.queue() for _ in range(3)]
    await limit(value_per_day="16000")

    answers = [(await spine.approve(order_id)).answer for order_id in order_ids]

    assert answers == [Answer.APPROVED, Answer.APPROVED, Answer.OVER_LIMIT]


async def test_taps_at_the_same_moment_are_as_many_as_the_limit(spine: Spine, limit: SetLimits) -> None:
    order_ids = [await spine.queue() for _ in range(6)]
    await limit(value_per_day="16000")

    verdicts = await asyncio.gather(*(spine.approve(order_id, by=RAVI) for order_id in order_ids))

    answers = [verdict.answer for verdict in verdicts]
    assert (answers.count(Answer.APPROVED), answers.count(Answer.OVER_LIMIT)) == (2, 4)


async def test_the_pace_of_a_strategy_does_not_slow_down_taps(spine: Spine, limit: SetLimits) -> None:
    order_ids = [await spine.queue() for _ in range(3)]
    await limit(orders_per_minute="1")

    assert [(await spine.approve(order_id)).answer for order_id in order_ids] == [Answer.APPROVED] * 3


async def test_a_sale_that_was_an_exit_when_it_came_is_judged_once_nothing_is_held(
    spine: Spine, limit: SetLimits
) -> None:
    await spine.hold(Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800)))
    await limit(quantity_per_order="5")
    first, second = await spine.queue(some_terms(Action.SELL)), await spine.queue(some_terms(Action.SELL))

    answers = [(await spine.approve(first)).answer, (await spine.approve(second)).answer]
    await spine.execute()

    assert answers == [Answer.APPROVED, Answer.OVER_LIMIT]
    assert [one.quantity for one in await spine.book().list_positions()] == [0]


async def test_who_may_only_look_learns_nothing_of_limits(spine: Spine, limit: SetLimits) -> None:
    order_id = await spine.queue()
    await limit(value_per_order="5000")

    verdict = await spine.approve(order_id, by=VEENA)

    assert (verdict.answer, verdict.message) == (Answer.ONLY_LOOKS, "")


async def test_limits_that_cannot_be_read_stop_the_tap(spine: Spine, limit: SetLimits) -> None:
    order_id = await spine.queue()
    await limit(value_per_order="5000000")
    spine.sql("UPDATE limits SET bounds = '{}x'")

    with pytest.raises(Unready, match="cannot be read"):
        await spine.approve(order_id)

    assert (await spine.order(order_id)).status is QueueStatus.PENDING
