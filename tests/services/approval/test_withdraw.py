"""A strategy takes back what nobody decided, once, and only its own account's."""

import asyncio
from datetime import timedelta

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import NotFound, TooLate
from core.ids import OrderId
from core.orders.decisions import Answer
from core.orders.states import QueueStatus
from tests.factories import ASHA
from tests.runtime import Spine
from tests.waiting import SOON


async def test_a_waiting_order_is_withdrawn_audited_and_its_cards_are_due(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(seconds=12)
    spine.sql("UPDATE orders SET cards_due = 0")

    order = await spine.services.withdraw.withdraw(await spine.caller(), order_id)

    assert (order.status, order.version, order.closed_at) == (QueueStatus.WITHDRAWN, 2, spine.clock.now())
    link = (await spine.audit_of())[-1]
    assert (link.kind, link.actor, link.order_id) == (Kind.ORDER_WITHDRAWN, f"key:{spine.key_id}", order_id)
    assert '"took_seconds":12.0' in link.facts
    assert spine.sql("SELECT cards_due FROM orders") == [(1,)]


async def test_a_withdrawn_order_can_not_be_approved(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.services.withdraw.withdraw(await spine.caller(), order_id)

    verdict = await spine.approve(order_id)
    await spine.execute()

    assert verdict.answer is Answer.ALREADY_DECIDED
    assert not await spine.book().list_orders()


@pytest.mark.parametrize("ending", ["approved", "rejected", "withdrawn", "expired"])
async def test_what_is_decided_is_too_late_and_says_how(spine: Spine, ending: str) -> None:
    order_id, caller = await spine.queue(), await spine.caller()
    if ending == "approved":
        await spine.approve(order_id)
    elif ending == "rejected":
        await spine.reject(order_id)
    elif ending == "withdrawn":
        await spine.services.withdraw.withdraw(caller, order_id)
    else:
        spine.clock.advance(hours=1)
        await spine.runtime.expiry.sweep()

    with pytest.raises(TooLate, match=f"it is {ending} already"):
        await spine.services.withdraw.withdraw(caller, order_id)

    assert (await spine.order(order_id)).status == ending


async def test_another_accounts_order_is_not_found(spine: Spine) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    key = await spine.services.keys.create(other.id, "x", SYSTEM)
    order_id = await spine.queue()
    stranger = await spine.services.keys.authenticate(key.secret)

    for wanted in (order_id, OrderId(999)):
        with pytest.raises(NotFound, match=f"Pending order {wanted} not found"):
            await spine.services.withdraw.withdraw(stranger, wanted)

    assert (await spine.order(order_id)).status is QueueStatus.PENDING


async def test_withdrawing_and_approving_at_once_has_one_winner(spine: Spine) -> None:
    caller = await spine.caller()
    for _ in range(10):
        order_id = await spine.queue()

        verdict, withdrawn = await asyncio.gather(
            spine.approve(order_id, ASHA), spine.services.withdraw.withdraw(caller, order_id), return_exceptions=True
        )

        was_approved = getattr(verdict, "answer", None) is Answer.APPROVED
        assert was_approved is isinstance(withdrawn, TooLate)
        expected = QueueStatus.APPROVED if was_approved else QueueStatus.WITHDRAWN
        assert (await spine.order(order_id)).status is expected


async def test_whoever_waits_for_the_order_is_told_at_once(spine: Spine) -> None:
    order_id = await spine.queue()
    waiting = asyncio.create_task(spine.services.order_status.get(spine.account.id, order_id, timedelta(seconds=60)))
    await asyncio.wait({waiting}, timeout=0.05)

    await spine.services.withdraw.withdraw(await spine.caller(), order_id)

    async with asyncio.timeout(SOON):
        assert (await waiting).status is QueueStatus.WITHDRAWN
