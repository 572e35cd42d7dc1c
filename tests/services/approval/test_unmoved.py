"""What was read of an order is trusted as long as the order has not moved, and no longer."""

from typing import Any

import pytest

from core.orders.decisions import Answer
from core.orders.states import QueueStatus
from core.services.intake.leg_resolution import LegResolver
from tests.runtime import Spine


@pytest.mark.parametrize("approves", [True, False])
async def test_the_verdict_tells_the_order_as_it_is_stored(spine: Spine, approves: bool) -> None:
    order_id = await spine.queue()

    verdict = await (spine.approve(order_id) if approves else spine.reject(order_id))

    assert verdict.order == await spine.order(order_id)


async def test_an_order_that_moves_while_it_is_checked_again_is_judged_as_it_is_then(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await spine.queue()
    require_possible = LegResolver.require_possible

    async def while_somebody_rejects(self: LegResolver, *what: Any) -> None:
        await spine.reject(order_id)
        await require_possible(self, *what)

    monkeypatch.setattr(LegResolver, "require_possible", while_somebody_rejects)
    verdict = await spine.approve(order_id)

    assert (verdict.answer, verdict.order) == (Answer.ALREADY_DECIDED, await spine.order(order_id))
    assert (await spine.order(order_id)).status is QueueStatus.REJECTED


async def test_an_approval_wakes_the_executor_and_what_the_executor_does_wakes_it_no_more(spine: Spine) -> None:
    order_id, woken = await spine.queue(), spine.runtime.order_approved
    assert not woken.is_set()

    await spine.approve(order_id)
    assert woken.is_set()

    woken.clear()
    await spine.execute()
    assert not woken.is_set()
