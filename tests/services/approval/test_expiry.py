"""Both clocks of an order: the time to approve it, and the time to execute it."""

import asyncio
from datetime import timedelta

import pytest

from core.audit import Kind
from core.errors import BrokerUnavailable, Unready
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import START, some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted


async def test_order_nobody_decided_expires_on_time(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(minutes=14, seconds=59.999999)
    too_early = await spine.runtime.expiry.sweep()
    spine.clock.advance(seconds=0.000001)

    swept = await spine.runtime.expiry.sweep()

    order = await spine.order(order_id)
    assert (too_early, swept) == (0, 1)
    assert (order.status, order.closed_at) == (QueueStatus.EXPIRED, START + timedelta(minutes=15))
    assert (await spine.told_of(order_id))[-1] == Kind.ORDER_EXPIRED


async def test_approved_order_that_could_not_be_sent_expires(spine: Spine) -> None:
    order_id = await spine.approved()
    spine.clock.advance(seconds=59)
    too_early = await spine.runtime.expiry.sweep()
    spine.clock.advance(seconds=1)

    swept = await spine.runtime.expiry.sweep()
    await spine.execute()

    assert (too_early, swept) == (0, 1)
    assert (await spine.order(order_id)).status is QueueStatus.EXPIRED
    assert not await spine.book().list_orders()


async def test_decided_and_executed_orders_do_not_expire(spine: Spine) -> None:
    sent, rejected = await spine.approved(), await spine.queue()
    await spine.execute()
    await spine.reject(rejected)
    spine.clock.advance(days=1)

    assert await spine.runtime.expiry.sweep() == 0
    assert (await spine.order(sent)).status is QueueStatus.APPROVED


async def test_sweep_run_twice_at_once_expires_each_order_once(spine: Spine) -> None:
    order_ids = [await spine.queue() for _ in range(5)]
    spine.clock.advance(hours=1)

    swept = await asyncio.gather(*(spine.runtime.expiry.sweep() for _ in range(4)))

    assert sum(swept) == 5
    for order_id in order_ids:
        assert (await spine.told_of(order_id)).count(Kind.ORDER_EXPIRED) == 1


async def test_a_new_order_does_not_wait_until_very_many_are_expired(spine: Spine) -> None:
    await asyncio.gather(*(spine.queue() for _ in range(60)))
    spine.clock.advance(hours=1)

    sweeping = asyncio.create_task(spine.runtime.expiry.sweep())
    await spine.queue()

    listing = await spine.services.order_list.page(spine.account.id, None, None, 1)
    assert 0 < listing.counts[QueueStatus.EXPIRED] < 60
    assert await sweeping == 60
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_legs_left_over_at_the_deadline_are_given_up(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved(some_terms(quantity=1), some_terms(quantity=2))
    scripted.broker.before_placing = [None, BrokerUnavailable()]
    await scripted.executor.execute_due()
    spine.clock.advance(seconds=60)

    await spine.runtime.expiry.sweep()

    order = await spine.order(order_id)
    assert order.status is QueueStatus.APPROVED
    assert [leg.broker_status for leg in order.legs] == [BrokerStatus.COMPLETE, BrokerStatus.CANCELLED]
    assert order.broker_status is BrokerStatus.PARTIAL
    assert (await spine.told_of(order_id))[-1] == Kind.LEG_LAPSED


async def test_wrong_clock_expires_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(days=1)
    spine.services.clock.observe(START)

    with pytest.raises(Unready):
        await spine.runtime.expiry.sweep()

    assert (await spine.order(order_id)).status is QueueStatus.PENDING


async def test_order_waiting_for_its_legs_to_be_known_does_not_expire(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved(some_terms(limit=700))
    await spine.execute()
    spine.clock.advance(minutes=5)

    await spine.runtime.expiry.sweep()

    order = await spine.order(order_id)
    assert (order.status, order.broker_status) == (QueueStatus.APPROVED, BrokerStatus.OPEN)
