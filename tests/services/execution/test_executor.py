"""What was approved is sent at most once, and what came of it is written down."""

import asyncio
from datetime import timedelta
from decimal import Decimal

from core.accounts import OrderMode, TradingMode
from core.audit import Kind
from core.errors import BrokerUnavailable, OutcomeUnknown
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import some_terms
from tests.runtime import STUCK, Spine
from tests.services.conftest import Scripted

UNAVAILABLE = BrokerUnavailable("connection refused")
LOST = OutcomeUnknown("no answer within 7 s")


async def test_approved_order_is_sent_once_and_its_answer_recorded(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()

    for _ in range(3):
        await scripted.executor.execute_due()

    (leg,) = (await spine.order(order_id)).legs
    assert scripted.broker.placed == [leg.client_order_id]
    assert leg.broker_status is BrokerStatus.COMPLETE
    assert (leg.filled_quantity, leg.average_price) == (Decimal(10), Decimal(800))
    assert scripted.steps == ["claimed", "answered", "recorded"]


async def test_claim_is_on_disk_before_the_broker_is_called(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.go.clear()

    executing = asyncio.create_task(scripted.executor.execute_due())
    await scripted.broker.asked.wait()

    assert spine.sql("SELECT broker_status FROM legs WHERE order_id = ?", order_id) == [("sending",)]
    scripted.broker.go.set()
    await executing


async def test_pending_order_is_never_sent(spine: Spine, scripted: Scripted) -> None:
    await spine.queue()

    assert await scripted.executor.execute_due() == 0
    assert not scripted.broker.placed


async def test_unavailable_broker_is_asked_again_until_the_deadline(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.before_placing = [UNAVAILABLE] * 3

    for _ in range(3):
        await scripted.executor.execute_due()
        spine.clock.advance(seconds=15)
    waiting = await spine.order(order_id)
    await scripted.executor.execute_due()

    assert waiting.legs[0].broker_status is BrokerStatus.READY
    assert waiting.legs[0].message == "connection refused"
    done = (await spine.order(order_id)).legs[0]
    assert (done.broker_status, done.attempts) == (BrokerStatus.COMPLETE, 4)
    assert len(set(scripted.broker.placed)) == 1
    assert (await spine.told_of(order_id)).count(Kind.LEG_NOT_SENT) == 3


async def test_after_the_deadline_nothing_is_sent(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.before_placing = [UNAVAILABLE]
    await scripted.executor.execute_due()

    spine.clock.advance(seconds=60)
    await scripted.executor.execute_due()
    await spine.runtime.expiry.sweep()

    assert len(scripted.broker.placed) == 1
    assert (await spine.order(order_id)).status is QueueStatus.EXPIRED


async def test_broker_that_cannot_be_reached_is_not_claimed_for(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.on_check = [UNAVAILABLE]

    await scripted.executor.execute_due()

    assert scripted.executor.problem == "connection refused"
    assert Kind.LEG_SENDING not in await spine.told_of(order_id)


async def test_problem_is_over_once_an_order_went_through(spine: Spine, scripted: Scripted) -> None:
    await spine.approved()
    scripted.broker.on_check = [UNAVAILABLE]
    await scripted.executor.execute_due()

    await scripted.executor.execute_due()

    assert scripted.executor.problem == ""


async def test_legs_are_sent_in_turn_and_wait_for_one_that_could_not_be(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved(some_terms(quantity=1), some_terms(quantity=2), some_terms(quantity=3))
    scripted.broker.before_placing = [UNAVAILABLE]
    await scripted.executor.execute_due()
    first_try = len(scripted.broker.placed)

    await scripted.executor.execute_due()

    order = await spine.order(order_id)
    assert first_try == 1
    assert scripted.broker.placed[1:] == [leg.client_order_id for leg in order.legs]
    assert order.broker_status is BrokerStatus.COMPLETE


async def test_order_being_sent_twice_at_once_goes_out_once(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()

    await asyncio.gather(
        spine.execute(),
        scripted.executor.execute_due(),
        scripted.executor.execute_now(order_id),
        spine.runtime.executor.execute_now(order_id),
    )

    assert len(await spine.book().list_orders()) == 1
    assert (await spine.told_of(order_id)).count(Kind.LEG_SENDING) == 1


async def test_disabled_account_sends_nothing_even_when_approved(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    await spine.switch(enabled=False)

    await scripted.executor.execute_due()

    assert not scripted.broker.placed
    assert (await spine.order(order_id)).status is QueueStatus.APPROVED


async def test_live_order_is_not_sent_after_the_account_went_to_sandbox(spine: Spine, scripted: Scripted) -> None:
    await spine.approved()
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    await scripted.executor.execute_due()

    assert not scripted.broker.placed


async def test_order_nobody_approved_is_not_sent_after_the_account_went_semi_auto(
    spine: Spine, scripted: Scripted
) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    spine.sql(STUCK)
    order = await spine.send()
    spine.sql("DROP TRIGGER stuck")
    spine.sql("UPDATE accounts SET order_mode = 'semi_auto'")

    await scripted.executor.execute_due()

    assert not scripted.broker.placed
    assert (await spine.order(order.id)).legs[0].broker_status is BrokerStatus.READY


async def test_what_was_claimed_is_followed_to_its_end_when_the_caller_goes_away(
    spine: Spine, scripted: Scripted
) -> None:
    order_id = await spine.approved()
    scripted.broker.go.clear()
    caller = asyncio.create_task(scripted.executor.execute_now(order_id))
    await scripted.broker.asked.wait()

    caller.cancel()
    scripted.broker.go.set()
    await scripted.executor.drain()

    assert caller.cancelled() or caller.cancelling()
    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_orders_of_one_account_are_sent_oldest_first(spine: Spine, scripted: Scripted) -> None:
    first, second = await spine.approved(), await spine.approved()

    await scripted.executor.execute_due()

    ours = [(await spine.order(order_id)).legs[0].client_order_id for order_id in (first, second)]
    assert scripted.broker.placed == ours


async def test_time_to_execute_begins_with_the_approval(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(minutes=10)

    await spine.approve(order_id)

    order = await spine.order(order_id)
    assert order.execute_by == spine.clock.now() + timedelta(seconds=60)
