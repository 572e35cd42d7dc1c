"""An approved order leaves for its broker before anything else is done about it, and waiting for that has an end."""

import asyncio

import pytest

from core.orders.decisions import Answer
from core.orders.states import BrokerStatus
from core.services.approval import decide
from tests.runtime import Spine

FOR_EVER = 60.0


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the order's leaving ends the wait."""
    monkeypatch.setattr(decide, "LEAVES_WITHIN", FOR_EVER)


@pytest.mark.usefixtures("waits")
async def test_it_waits_until_the_order_is_on_its_way(spine: Spine) -> None:
    order_id = await spine.queue()
    verdict = await spine.approve(order_id)

    waiting = asyncio.create_task(spine.services.decide.wait_until_sent(verdict))
    await asyncio.sleep(0)
    assert not waiting.done()
    await spine.execute()

    async with asyncio.timeout(FOR_EVER / 2):
        await waiting
    assert (await spine.order(order_id)).legs[0].broker_status is not BrokerStatus.READY


@pytest.mark.usefixtures("waits")
async def test_what_was_not_approved_is_not_waited_for(spine: Spine) -> None:
    order_id = await spine.queue()
    of_an_old_card = await spine.approve(order_id, version=7)
    rejected = await spine.reject(order_id)
    too_late = await spine.approve(order_id)

    async with asyncio.timeout(FOR_EVER / 2):
        for verdict in (of_an_old_card, rejected, too_late):
            await spine.services.decide.wait_until_sent(verdict)

    assert [verdict.answer for verdict in (of_an_old_card, rejected, too_late)] == [
        Answer.CHANGED,
        Answer.REJECTED,
        Answer.ALREADY_DECIDED,
    ]


async def test_an_order_that_cannot_leave_holds_nobody_up(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "LEAVES_WITHIN", 0.001)
    order_id = await spine.queue()
    verdict = await spine.approve(order_id)

    async with asyncio.timeout(FOR_EVER / 2):
        await spine.services.decide.wait_until_sent(verdict)

    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.READY
