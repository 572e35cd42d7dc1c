"""A pause holds back everything new, survives a restart, and ends only by the owner's word."""

import asyncio
from decimal import Decimal

import pytest

from bot.process.bootstrap import open_runtime
from core.accounts import OrderMode
from core.audit import SYSTEM, Kind
from core.errors import NotFound, Paused, Unauthorized
from core.insight.news import Topic
from core.orders.decisions import Answer
from core.orders.intents import Smart
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import ASHA, MALLORY, RAVI, VEENA, some_terms
from tests.runtime import Spine, settings_for
from tests.services.insight.hearing import heard, topics


async def pause(spine: Spine) -> None:
    """Ravi, who is an approver, pauses."""
    await spine.services.pausing.pause(spine.account.id, RAVI)


async def resume(spine: Spine) -> None:
    """Asha, who owns it, resumes."""
    token = await spine.services.pausing.ask_to_resume(spine.account.id, ASHA)
    await spine.services.pausing.confirm(token, ASHA)


@pytest.mark.parametrize("mode", OrderMode)
async def test_new_orders_are_refused_and_nothing_is_stored_or_sent(spine: Spine, mode: OrderMode) -> None:
    await spine.switch(order_mode=mode)
    await pause(spine)

    with pytest.raises(Paused) as refused:
        await spine.submit()

    assert str(refused.value) == "Trading is paused by Ravi since 2026-11-23 10:00:00 IST. Nothing was queued."
    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]
    assert await spine.book().list_orders() == []


async def test_an_order_that_waits_cannot_be_approved_but_rejected_and_its_time_runs_on(spine: Spine) -> None:
    first, second = await spine.queue(), await spine.queue()
    await pause(spine)

    verdict = await spine.approve(first)
    assert (verdict.answer, (await spine.order(first)).status) == (Answer.PAUSED, QueueStatus.PENDING)
    assert verdict.message.startswith("Trading is paused by Ravi since 2026-11-23 10:00:00 IST.")
    assert (await spine.reject(second)).answer is Answer.REJECTED
    spine.clock.advance(minutes=16)
    await spine.runtime.expiry.sweep()
    assert (await spine.order(first)).status is QueueStatus.EXPIRED


async def test_what_was_approved_waits_within_its_deadline_and_goes_when_the_pause_ends(spine: Spine) -> None:
    order_id = await spine.approved()
    await pause(spine)
    await spine.execute()
    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.READY

    spine.clock.advance(seconds=30)
    await resume(spine)
    await spine.execute()

    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.COMPLETE


async def test_what_was_approved_expires_in_a_pause_that_outlasts_its_deadline(spine: Spine) -> None:
    order_id = await spine.approved()
    await pause(spine)
    spine.clock.advance(seconds=61)
    await spine.runtime.expiry.sweep()
    await resume(spine)
    await spine.execute()

    assert (await spine.order(order_id)).status is QueueStatus.EXPIRED
    assert await spine.book().list_orders() == []


async def test_a_pause_between_the_cached_caller_and_the_write_holds(spine: Spine) -> None:
    remembered = await spine.services.keys.recognise(spine.secret)
    await pause(spine)

    with pytest.raises(Paused):
        await spine.submit(caller=remembered)


async def test_a_pause_beats_orders_that_come_at_the_same_moment_or_they_are_whole(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    requests = [await spine.request() for _ in range(10)]

    *answers, _ = await asyncio.gather(
        *(spine.services.intake.submit(request) for request in requests), pause(spine), return_exceptions=True
    )
    await spine.execute()

    sent = list(await spine.book().list_orders())
    assert all(not isinstance(answer, Exception) or isinstance(answer, Paused) for answer in answers)
    assert len(sent) <= sum(not isinstance(answer, Exception) for answer in answers)
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_strategies_change_nothing_at_the_broker_but_may_cancel(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    resting = (await spine.send(some_terms(limit=700))).legs[0].broker_order_id
    assert resting is not None
    await pause(spine)

    with pytest.raises(Paused, match="Nothing was changed"):
        await spine.services.trading.modify(await spine.caller(), resting, some_terms(limit=701))
    await spine.services.trading.cancel(await spine.caller(), resting)

    assert [one.terms.price for one in await spine.book().list_orders()] == [Decimal(700)]
    assert await spine.book().list_open() == []


async def test_a_pause_survives_a_restart(spine: Spine) -> None:
    await pause(spine)

    async with open_runtime(settings_for(spine.path.parent), spine.clock) as again:
        account = await again.services.accounts.get("main")

    assert str(account.pause) == "Trading is paused by Ravi since 2026-11-23 10:00:00 IST."


@pytest.mark.parametrize("user_id", [VEENA, MALLORY])
async def test_who_does_not_decide_cannot_pause(spine: Spine, user_id: int) -> None:
    with pytest.raises(Unauthorized):
        await spine.services.pausing.pause(spine.account.id, user_id)  # type: ignore[arg-type]


async def test_only_the_owner_resumes_and_once(spine: Spine) -> None:
    await pause(spine)
    with pytest.raises(Unauthorized):
        await spine.services.pausing.ask_to_resume(spine.account.id, RAVI)
    token = await spine.services.pausing.ask_to_resume(spine.account.id, ASHA)
    with pytest.raises(NotFound):
        await spine.services.pausing.confirm(token, RAVI)

    await spine.services.pausing.confirm(token, ASHA)
    await pause(spine)

    with pytest.raises(NotFound):
        await spine.services.pausing.confirm(token, ASHA)
    assert (await spine.services.accounts.get("main")).pause is not None


async def test_both_are_audited_and_everybody_else_is_told_once(spine: Spine) -> None:
    await heard(spine)
    await pause(spine)
    await pause(spine)
    await resume(spine)

    kinds = [link.kind for link in await spine.audit_of()]
    assert kinds[-2:] == [Kind.ACCOUNT_PAUSED, Kind.ACCOUNT_RESUMED]
    told = [(topic, user_id) for user_id in (ASHA, RAVI, VEENA) for topic in await topics(spine, user_id)]
    assert told == [
        (Topic.PAUSED, ASHA),
        (Topic.RESUMED, RAVI),
        (Topic.PAUSED, VEENA),
        (Topic.RESUMED, VEENA),
    ]


async def test_from_the_command_line_everybody_is_told(spine: Spine) -> None:
    await heard(spine)

    await spine.services.pausing.pause_as(spine.account, SYSTEM)

    assert [await topics(spine, user_id) for user_id in (ASHA, RAVI, VEENA)] == [[Topic.PAUSED]] * 3


async def test_a_paused_account_may_still_be_switched_and_stays_paused(spine: Spine) -> None:
    await pause(spine)

    await spine.switch(order_mode=OrderMode.AUTO)

    assert (await spine.services.accounts.get("main")).pause is not None


async def test_metrics_count_paused_accounts(spine: Spine) -> None:
    assert (await spine.services.order_counts.take()).paused_accounts == 0
    await pause(spine)
    assert (await spine.services.order_counts.take()).paused_accounts == 1


async def test_a_smart_order_is_not_worked_out_anew_in_a_pause(spine: Spine) -> None:
    order_id = await spine.queue(intent=Smart(some_terms(quantity=0), Decimal(100)))
    before = await spine.order(order_id)
    await spine.switch(order_mode=OrderMode.AUTO)
    await spine.send()
    await pause(spine)

    assert (await spine.approve(order_id)).answer is Answer.PAUSED

    assert await spine.order(order_id) == before
