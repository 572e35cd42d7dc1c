"""Answers that do not come, come wrong, or cannot be written down: never a second order."""

import asyncio
from datetime import timedelta

import pytest

from core.accounts import OrderMode
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown, Unready
from core.ids import OrderId
from core.market.broker_capabilities import Duplicates
from core.orders.states import BrokerStatus, QueueStatus
from core.services.intake.intake import ApprovalTimes, Intake, Sent
from tests.factories import some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted

UNAVAILABLE = BrokerUnavailable("connection refused")
LOST = OutcomeUnknown("no answer within 7 s")


@pytest.mark.parametrize("arrived", [True, False])
async def test_order_whose_answer_was_lost_is_never_sent_again(
    spine: Spine, scripted: Scripted, arrived: bool
) -> None:
    order_id = await spine.approved()
    (scripted.broker.after_placing if arrived else scripted.broker.before_placing).append(LOST)

    for _ in range(3):
        await scripted.executor.execute_due()
        await scripted.refresher.refresh()

    assert len(scripted.broker.placed) == 1
    found = (await spine.order(order_id)).legs[0].broker_status
    assert found is (BrokerStatus.COMPLETE if arrived else BrokerStatus.UNKNOWN)


async def test_lost_order_is_sent_again_only_after_its_absence_was_proved(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.promise(Duplicates.REFUSED)
    scripted.broker.before_placing = [LOST]
    await scripted.executor.execute_due()
    await scripted.executor.execute_due()
    sent_before_proof = len(scripted.broker.placed)

    await scripted.refresher.refresh()
    await scripted.executor.execute_due()

    assert sent_before_proof == 1
    assert len(set(scripted.broker.placed)) == 1
    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE
    assert len(await spine.book().list_orders()) == 1


async def test_unexpected_failure_of_an_adapter_leaves_the_order_unknown(
    spine: Spine, scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = await spine.approved()
    scripted.broker.after_placing = [KeyError("orderid")]

    await scripted.executor.execute_due()
    await scripted.executor.execute_due()

    leg = (await spine.order(order_id)).legs[0]
    assert (leg.broker_status, leg.message) == (BrokerStatus.UNKNOWN, "Unexpected answer (KeyError)")
    assert len(scripted.broker.placed) == 1
    assert "broker failed unexpectedly" in caplog.text


async def test_refusal_is_final_and_says_why(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.before_placing = [BrokerRefused("margin shortfall")]

    await scripted.executor.execute_due()
    await scripted.executor.execute_due()

    leg = (await spine.order(order_id)).legs[0]
    assert (leg.broker_status, leg.message) == (BrokerStatus.REJECTED, "margin shortfall")
    assert len(scripted.broker.placed) == 1


async def test_refusal_of_a_repeat_shows_what_the_broker_holds(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.promise(Duplicates.REFUSED)
    scripted.broker.after_placing = [BrokerRefused("this client order id was used before")]

    await scripted.executor.execute_due()

    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_refusal_that_cannot_be_checked_is_unknown(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.promise(Duplicates.REFUSED)
    scripted.broker.before_placing = [BrokerRefused("used before")]
    scripted.broker.on_find = [UNAVAILABLE]

    await scripted.executor.execute_due()

    assert (await spine.order(order_id)).broker_status is BrokerStatus.UNKNOWN


async def test_one_lost_leg_does_not_hold_up_the_others(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved(some_terms(quantity=1), some_terms(quantity=2))
    scripted.broker.before_placing = [LOST]

    await scripted.executor.execute_due()

    order = await spine.order(order_id)
    assert [leg.broker_status for leg in order.legs] == [BrokerStatus.UNKNOWN, BrokerStatus.COMPLETE]
    assert order.broker_status is BrokerStatus.UNKNOWN


async def test_answer_that_cannot_be_written_down_is_written_later(spine: Spine, scripted: Scripted) -> None:
    order_id = await spine.approved()
    scripted.broker.go.clear()
    executing = asyncio.create_task(scripted.executor.execute_due())
    await scripted.broker.asked.wait()
    spine.sql("CREATE TRIGGER full BEFORE UPDATE ON legs BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    scripted.broker.go.set()
    with pytest.raises(Unready):
        await executing
    stuck = (await spine.order(order_id)).broker_status
    spine.sql("DROP TRIGGER full")

    await scripted.executor.execute_due()

    assert stuck is BrokerStatus.SENDING
    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE
    assert len(scripted.broker.placed) == 1


async def test_order_at_the_broker_is_not_answered_with_an_error_when_that_cannot_be_written_down(
    spine: Spine, scripted: Scripted
) -> None:
    services = spine.services
    times = ApprovalTimes(timedelta(minutes=15), timedelta(seconds=60))
    parts = services.intake.parts
    intake = Intake(parts, scripted.executor, services.clock, times)
    await spine.switch(order_mode=OrderMode.AUTO)
    scripted.broker.go.clear()
    submitting = asyncio.create_task(intake.submit(await spine.request()))
    await scripted.broker.asked.wait()
    spine.sql("CREATE TRIGGER full BEFORE UPDATE ON legs BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    scripted.broker.go.set()

    taken = await submitting

    assert isinstance(taken, Sent)
    assert (taken.order.id, taken.order.status) == (OrderId(1), QueueStatus.APPROVED)
    assert taken.order.legs[0].broker_status is BrokerStatus.READY
    assert taken.order.legs[0].terms == (await spine.order(OrderId(1))).legs[0].terms
