"""A tap decides only with authority, in time, and on what the card showed."""

import json
from datetime import timedelta

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import Unready
from core.ids import SYSTEM_ACCOUNT, OrderId, UserId
from core.orders.decisions import Answer
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import ASHA, MALLORY, OMKAR, RAVI, VEENA
from tests.runtime import Spine, presser


async def test_approval_is_recorded_with_who_when_and_how(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(seconds=7)

    verdict = await spine.approve(order_id, by=RAVI)

    order = await spine.order(order_id)
    assert verdict.answer is Answer.APPROVED
    assert verdict.order == order
    assert (order.status, order.approved_by, order.approved_by_id) == (QueueStatus.APPROVED, "Ravi", RAVI)
    assert (order.approved_at, order.version) == (spine.clock.now(), 2)
    link = (await spine.audit_of())[-1]
    assert (link.kind, link.actor, link.order_id) == (Kind.ORDER_APPROVED, "telegram:1002 Ravi", order_id)
    assert json.loads(link.facts) == {
        "version": 1,
        "took_seconds": 7.0,
        "last_price": {"NSE:SBIN": "800"},
        "execute_by": "2026-11-23T04:31:07.000000+00:00",
    }


async def test_rejected_order_never_reaches_a_broker(spine: Spine) -> None:
    order_id = await spine.queue()

    verdict = await spine.reject(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    assert verdict.answer is Answer.REJECTED
    assert (order.status, order.rejected_by_id) == (QueueStatus.REJECTED, ASHA)
    assert order.legs[0].broker_status is BrokerStatus.READY
    assert not await spine.book().list_orders()


async def test_second_tap_changes_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.approve(order_id)
    before, trail = await spine.order(order_id), await spine.audit_of()

    again = await spine.approve(order_id)
    against = await spine.reject(order_id, by=RAVI, version=2)

    assert [again.answer, against.answer] == [Answer.ALREADY_DECIDED] * 2
    assert again.order == against.order == before == await spine.order(order_id)
    assert await spine.audit_of() == trail


async def test_tap_on_an_older_card_decides_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.sql("UPDATE orders SET version = 2 WHERE id = ?", order_id)

    verdict = await spine.approve(order_id, version=1)

    assert verdict.answer is Answer.CHANGED
    assert (await spine.order(order_id)).status is QueueStatus.PENDING


async def test_tap_after_the_time_ran_out_decides_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    spine.clock.advance(minutes=15)

    verdict = await spine.approve(order_id)

    assert verdict.answer is Answer.EXPIRED
    assert (await spine.order(order_id)).status is QueueStatus.PENDING


@pytest.mark.parametrize(
    ("user_id", "why"), [(MALLORY, Answer.NOT_LINKED), (OMKAR, Answer.NOT_LINKED), (VEENA, Answer.ONLY_LOOKS)]
)
@pytest.mark.parametrize("tap", ["approve", "reject"])
async def test_tap_without_authority_is_refused_and_audited(
    spine: Spine, user_id: UserId, why: Answer, tap: str
) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    await spine.link(OMKAR, Role.OWNER, other.id)
    order_id = await spine.queue()

    verdict = await (spine.approve if tap == "approve" else spine.reject)(order_id, by=user_id)

    assert (verdict.answer, verdict.order) == (why, None)
    assert (await spine.order(order_id)).status is QueueStatus.PENDING
    link = (await spine.audit_of())[-1]
    assert (link.kind, link.order_id) == (Kind.DECISION_REFUSED, order_id)
    assert link.actor.startswith(f"telegram:{user_id} ")
    assert json.loads(link.facts)["why"] == why


async def test_approver_unlinked_a_moment_ago_decides_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.services.linking.unlink(spine.account.id, RAVI, SYSTEM)

    verdict = await spine.approve(order_id, by=RAVI)

    assert verdict.answer is Answer.NOT_LINKED
    assert (await spine.told_of(order_id))[-1] == Kind.DECISION_REFUSED


async def test_forged_press_is_audited_where_it_belongs(spine: Spine) -> None:
    order_id = await spine.queue()

    await spine.services.decide.note_forged(presser(MALLORY), order_id)
    await spine.services.decide.note_forged(presser(MALLORY), OrderId(999))

    assert (await spine.told_of(order_id))[-1] == Kind.DECISION_REFUSED
    (about_nothing,) = await spine.audit_of(SYSTEM_ACCOUNT)
    assert json.loads(about_nothing.facts)["why"] == Answer.FORGED


async def test_tap_on_an_order_that_never_was_is_audited(spine: Spine) -> None:
    verdict = await spine.approve(OrderId(999))

    assert verdict.answer is Answer.NOT_LINKED
    assert [link.kind for link in await spine.audit_of(SYSTEM_ACCOUNT)] == [Kind.DECISION_REFUSED]


async def test_stranger_is_audited(spine: Spine) -> None:
    await spine.services.decide.note_stranger(MALLORY, "Mallory", "/orders")

    (link,) = await spine.audit_of(SYSTEM_ACCOUNT)
    assert (link.kind, link.actor) == (Kind.STRANGER, "telegram:6666 Mallory")


async def test_live_order_is_not_approved_while_the_account_trades_in_sandbox(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    refused = await spine.approve(order_id)
    await spine.switch(trading_mode=TradingMode.LIVE)
    taken = await spine.approve(order_id)

    assert (refused.answer, taken.answer) == (Answer.MODE_CHANGED, Answer.APPROVED)


async def test_live_order_may_be_rejected_in_any_mode(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.switch(trading_mode=TradingMode.SANDBOX)

    assert (await spine.reject(order_id)).answer is Answer.REJECTED


async def test_sandbox_order_never_reaches_the_live_book(spine: Spine) -> None:
    await spine.switch(trading_mode=TradingMode.SANDBOX)
    order_id = await spine.queue()
    await spine.switch(trading_mode=TradingMode.LIVE)

    await spine.approve(order_id)
    await spine.execute()

    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE
    assert len(await spine.book(TradingMode.SANDBOX).list_orders()) == 1
    assert not await spine.book(TradingMode.LIVE).list_orders()


async def test_disabled_account_approves_nothing(spine: Spine) -> None:
    order_id = await spine.queue()
    await spine.switch(enabled=False)

    assert (await spine.approve(order_id)).answer is Answer.ACCOUNT_DISABLED


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)])
async def test_wrong_clock_decides_nothing(spine: Spine, wrong: timedelta) -> None:
    order_id = await spine.queue()
    spine.services.clock.observe(spine.clock.now())
    spine.clock.moment += wrong
    spine.services.clock.observe(spine.clock.now() - wrong)

    for tap in (spine.approve, spine.reject):
        with pytest.raises(Unready, match="clock"):
            await tap(order_id)

    assert (await spine.order(order_id)).status is QueueStatus.PENDING


async def test_reason_is_given_once_and_only_by_who_rejected(spine: Spine) -> None:
    decide, order_id = spine.services.decide, await spine.queue()
    await spine.reject(order_id)

    answers = [
        (await decide.give_reason(order_id, presser(user_id), reason)).answer
        for user_id, reason in ((MALLORY, "x"), (RAVI, "mine"), (ASHA, "too risky"), (ASHA, "changed my mind"))
    ]

    already = Answer.ALREADY_DECIDED
    assert answers == [Answer.NOT_LINKED, already, Answer.REASON_GIVEN, already]
    assert (await spine.order(order_id)).rejected_reason == "too risky"
    assert (await spine.told_of(order_id)).count(Kind.ORDER_REASON_GIVEN) == 1


async def test_only_a_rejection_takes_a_reason(spine: Spine) -> None:
    pending, approved = await spine.queue(), await spine.approved()

    for order_id in (pending, approved):
        verdict = await spine.services.decide.give_reason(order_id, presser(ASHA), "because")

        assert verdict.answer is Answer.ALREADY_DECIDED
        assert (await spine.order(order_id)).rejected_reason is None
