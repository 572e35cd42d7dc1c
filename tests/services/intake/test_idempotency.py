"""One Idempotency-Key, one order."""

import asyncio
from datetime import timedelta

import pytest

from core.audit import SYSTEM
from core.errors import IdempotencyMismatch, StillRunning, Unready
from core.ids import OrderId
from core.orders.states import BrokerStatus
from core.ports import StoredAnswer
from core.services.intake.intake import Queued, Sent
from tests.runtime import STUCK, Spine, idempotent


async def test_same_key_and_body_is_the_same_order(spine: Spine) -> None:
    first = await spine.submit(idempotent=idempotent())

    again = await spine.submit(idempotent=idempotent())

    assert first == again == Queued(OrderId(1))
    assert _orders(spine) == 1


async def test_same_key_with_another_body_is_refused(spine: Spine) -> None:
    await spine.submit(idempotent=idempotent())

    with pytest.raises(IdempotencyMismatch):
        await spine.submit(idempotent=idempotent(fingerprint="b" * 64))

    assert _orders(spine) == 1


async def test_two_requests_at_once_with_one_key_are_one_order(spine: Spine) -> None:
    requests = [await spine.request(idempotent=idempotent()) for _ in range(20)]

    answers = await asyncio.gather(*(spine.services.intake.submit(request) for request in requests))

    assert len(set(answers)) == 1
    assert _orders(spine) == 1


async def test_other_keys_and_other_callers_are_other_orders(spine: Spine) -> None:
    other = await spine.services.keys.create(spine.account.id, "other", SYSTEM)
    await spine.submit(idempotent=idempotent())
    await spine.submit(idempotent=idempotent("k-2"))

    caller = await spine.services.keys.authenticate(other.secret)
    await spine.submit(idempotent=idempotent(), caller=caller)

    assert _orders(spine) == 3


async def test_repeat_of_a_sent_order_is_not_sent_again(spine: Spine) -> None:
    await spine.switch(order_mode="auto")
    first = await spine.submit(idempotent=idempotent())

    again = await spine.submit(idempotent=idempotent())

    assert isinstance(first, Sent)
    assert again == first
    assert len(await spine.book().list_orders()) == 1


async def test_repeat_while_the_first_is_being_sent_is_told_to_wait(spine: Spine) -> None:
    await spine.switch(order_mode="auto")
    spine.sql(STUCK)
    first = await spine.submit(idempotent=idempotent())

    with pytest.raises(StillRunning):
        await spine.submit(idempotent=idempotent())

    assert isinstance(first, Sent)
    assert first.order.legs[0].broker_status is BrokerStatus.READY


async def test_repeat_of_a_queued_order_says_queued_even_after_it_was_approved(spine: Spine) -> None:
    first = await spine.submit(idempotent=idempotent())
    assert isinstance(first, Queued)
    await spine.approve(first.order_id)
    await spine.execute()

    assert await spine.submit(idempotent=idempotent()) == first


async def test_kept_answer_is_given_again(spine: Spine) -> None:
    await spine.submit(idempotent=idempotent())
    await spine.services.answers.keep(spine.key_id, idempotent(), 200, '{"status":"success"}')

    again = await spine.submit(idempotent=idempotent())

    assert isinstance(again, StoredAnswer)
    assert (again.status, again.body) == (200, '{"status":"success"}')


async def test_unwritten_order_leaves_its_key_free(spine: Spine) -> None:
    spine.sql("CREATE TRIGGER full BEFORE INSERT ON legs BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(Unready):
        await spine.submit(idempotent=idempotent())
    spine.sql("DROP TRIGGER full")

    taken = await spine.submit(idempotent=idempotent())

    assert isinstance(taken, Queued)
    assert _orders(spine) == 1


async def test_other_endpoints_reserve_their_key_and_keep_their_answer(spine: Spine) -> None:
    answers = spine.services.answers

    first = await answers.reserve(spine.key_id, idempotent())
    with pytest.raises(StillRunning):
        await answers.reserve(spine.key_id, idempotent())
    await answers.keep(spine.key_id, idempotent(), 200, "{}")
    again = await answers.reserve(spine.key_id, idempotent())

    assert first is None
    assert again is not None
    assert (again.status, again.body) == (200, "{}")
    with pytest.raises(IdempotencyMismatch):
        await answers.reserve(spine.key_id, idempotent(fingerprint="b" * 64))


async def test_of_many_reservations_at_once_one_is_first(spine: Spine) -> None:
    answers = await asyncio.gather(
        *(spine.services.answers.reserve(spine.key_id, idempotent()) for _ in range(10)), return_exceptions=True
    )

    assert answers.count(None) == 1
    assert len([one for one in answers if isinstance(one, StillRunning)]) == 9


async def test_answers_are_kept_for_a_day_and_no_longer(spine: Spine) -> None:
    await spine.submit(idempotent=idempotent())
    spine.clock.advance(hours=24)
    await spine.runtime.maintenance.forget_answers()
    kept = await spine.submit(idempotent=idempotent())
    spine.clock.moment += timedelta(microseconds=1)

    await spine.runtime.maintenance.forget_answers()

    fresh = await spine.submit(idempotent=idempotent())
    assert isinstance(kept, Queued)
    assert isinstance(fresh, Queued)
    assert fresh.order_id != kept.order_id


def _orders(spine: Spine) -> int:
    ((count,),) = spine.sql("SELECT count(*) FROM orders")
    return int(count)
