"""A strategy asking what became of its order."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.errors import NotFound
from core.ids import OrderId
from core.orders.order import Order
from core.orders.states import BrokerStatus, QueueStatus
from tests.runtime import Spine
from tests.waiting import SOON

A_MINUTE = timedelta(seconds=60)
AT_ONCE = SOON
"""Seconds that are nothing against a minute, and enough for a busy machine."""


async def asking(spine: Spine, order_id: OrderId) -> "asyncio.Task[Order]":
    """Somebody who waits for the order, and is waiting now."""
    task = asyncio.create_task(spine.services.order_status.get(spine.account.id, order_id, A_MINUTE))
    done, _ = await asyncio.wait({task}, timeout=0.05)
    assert not done
    return task


async def test_without_a_wait_the_order_is_told_as_it_stands(spine: Spine) -> None:
    order_id = await spine.queue()

    assert await spine.services.order_status.get(spine.account.id, order_id) == await spine.order(order_id)


async def rejected(spine: Spine, order_id: OrderId) -> None:
    """The client says no."""
    await spine.reject(order_id)


async def executed(spine: Spine, order_id: OrderId) -> None:
    """The client says yes, and the broker has it."""
    await spine.approve(order_id)
    await spine.execute()


async def expired(spine: Spine, order_id: OrderId) -> None:
    """Nobody says anything."""
    spine.clock.advance(hours=1)
    await spine.runtime.expiry.sweep()


@pytest.mark.parametrize(
    ("ending", "status"),
    [(rejected, QueueStatus.REJECTED), (executed, QueueStatus.APPROVED), (expired, QueueStatus.EXPIRED)],
)
async def test_wait_ends_as_soon_as_the_order_is_settled(
    spine: Spine, ending: Callable[[Spine, OrderId], Awaitable[None]], status: QueueStatus
) -> None:
    order_id = await spine.queue()
    waiting = await asking(spine, order_id)

    await ending(spine, order_id)

    async with asyncio.timeout(AT_ONCE):
        order = await waiting
    assert order.status is status


async def test_approval_alone_does_not_end_the_wait(spine: Spine) -> None:
    order_id = await spine.queue()
    waiting = await asking(spine, order_id)

    await spine.approve(order_id)
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    await spine.execute()

    assert not done
    async with asyncio.timeout(AT_ONCE):
        assert (await waiting).broker_status is BrokerStatus.COMPLETE


async def test_settled_order_is_told_without_waiting(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.reject(order_id)

    async with asyncio.timeout(AT_ONCE):
        order = await spine.services.order_status.get(spine.account.id, order_id, A_MINUTE)

    assert order.status is QueueStatus.REJECTED


async def test_at_the_end_of_the_wait_the_order_is_told_as_it_stands(spine: Spine) -> None:
    order_id = await spine.queue()

    order = await spine.services.order_status.get(spine.account.id, order_id, timedelta(milliseconds=50))

    assert order.status is QueueStatus.PENDING


async def test_many_may_wait_for_one_order(spine: Spine) -> None:
    order_id = await spine.queue()
    waiting = [await asking(spine, order_id) for _ in range(5)]

    await spine.reject(order_id)

    async with asyncio.timeout(AT_ONCE):
        answers = await asyncio.gather(*waiting)
    assert {order.status for order in answers} == {QueueStatus.REJECTED}


@pytest.mark.parametrize("wait", [timedelta(0), A_MINUTE])
async def test_another_accounts_order_is_not_found(spine: Spine, wait: timedelta) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    order_id = await spine.queue()

    for account_id, wanted in ((other.id, order_id), (spine.account.id, OrderId(999))):
        with pytest.raises(NotFound, match=f"Pending order {wanted} not found"):
            await spine.services.order_status.get(account_id, wanted, wait)
