"""Changed terms: who may change them, until when, what the trail says, and that nothing else is ever sent."""

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from core.audit import Kind
from core.errors import Unready
from core.ids import OrderId, UserId
from core.orders.decisions import Answer, Verdict
from core.orders.states import QueueStatus
from tests.factories import ASHA, MALLORY, RAVI, VEENA, SettableClock, some_terms
from tests.runtime import STUCK, Spine, presser
from tests.services.approval.revising import WIDE, change, sent


@pytest.mark.parametrize(("who", "answer"), [(VEENA, Answer.ONLY_LOOKS), (MALLORY, Answer.NOT_LINKED)])
async def test_who_may_not_decide_may_not_change(spine: Spine, who: UserId, answer: Answer) -> None:
    order_id = await spine.queue()

    changed = await change(spine, order_id, by=who, quantity=5)
    offered = await spine.services.term_revisions.offer(order_id, 1, presser(who))

    assert changed.answer is answer
    assert isinstance(offered, Verdict)
    refused = [link for link in await spine.audit_of() if link.kind == Kind.DECISION_REFUSED]
    assert [json.loads(link.facts)["why"] for link in refused] == [answer.value] * 2
    assert (await spine.order(order_id)).version == 1


async def test_too_late_is_too_late(spine: Spine, clock: SettableClock) -> None:
    decided, expired = await spine.queue(), await spine.queue()
    await spine.reject(decided)
    clock.advance(minutes=15)

    assert (await change(spine, decided, 2, quantity=5)).answer is Answer.ALREADY_DECIDED
    assert (await change(spine, expired, quantity=5)).answer is Answer.EXPIRED
    assert (await change(spine, OrderId(99), quantity=5)).answer is Answer.NOT_LINKED


async def test_the_tap_still_judges_changed_terms_again(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25), bounds=WIDE)
    await change(spine, order_id, price=805)
    await spine.switch(trading_mode="sandbox")

    assert (await spine.approve(order_id, version=2)).answer is Answer.MODE_CHANGED


async def test_the_trail_names_the_person_and_both_terms_and_finds_a_forged_change(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    await change(spine, order_id, by=RAVI, quantity=12)

    revised = next(link for link in await spine.audit_of() if link.kind == Kind.ORDER_REVISED)
    facts = json.loads(revised.facts)
    assert revised.actor == f"telegram:{RAVI} Ravi"
    assert facts["why"] == "BUY 25 SBIN MARKET → BUY 12 SBIN MARKET"
    assert facts["version"] == 2
    await spine.approve(order_id, version=2)
    approved = next(link for link in await spine.audit_of() if link.kind == Kind.ORDER_APPROVED)
    assert json.loads(approved.facts)["approved_terms"]["quantity"] == 12

    spine.sql("UPDATE orders SET asked = NULL")
    assert [broken.what.split(" is ")[0] for broken in (await spine.runtime.audit.verify()).breaks] == [
        f"order {order_id}: asked"
    ]


async def test_a_kept_original_that_cannot_be_read_lets_nothing_be_changed(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    await change(spine, order_id, quantity=12)
    spine.sql("UPDATE orders SET asked = 'broken'")

    assert (await change(spine, order_id, 2, restore=True)).answer is Answer.NOT_CHANGED
    assert (await spine.order(order_id)).status is QueueStatus.PENDING


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_is_tapped_in_whatever_order_what_is_sent_is_what_the_approved_version_said(
    spine: Spine, seed: int
) -> None:
    chance, expected = Random(seed), list[tuple[Decimal, Decimal]]()
    for _ in range(8):
        order_id = await spine.queue(some_terms(quantity=25, limit=800), bounds=WIDE)
        said = {1: (Decimal(25), Decimal(800))}
        for _ in range(chance.randint(0, 6)):
            prices = ["789.95", "790", "799.95", "800.01", "810"]
            changes: list[dict[str, Any]] = [
                {"quantity": chance.randint(1, 50)},
                {"price": chance.choice(prices)},
                {"restore": True},
            ]
            what, version, who = chance.choice(changes), chance.randint(1, max(said)), chance.choice([ASHA, RAVI])
            verdict = await change(spine, order_id, version, who, **what)
            if verdict.answer is Answer.TERMS_CHANGED:
                assert verdict.order is not None
                terms = verdict.order.legs[0].terms
                said[verdict.order.version] = (terms.quantity, terms.price)
        version = chance.randint(1, max(said))
        if (await spine.approve(order_id, version=version)).answer is Answer.APPROVED:
            assert version == max(said)
            expected.append(said[version])
        await spine.execute()

    assert await sent(spine) == expected
    assert expected
    assert all(5 <= quantity <= 40 and 790 <= price <= 810 for quantity, price in expected)
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_a_database_that_refuses_leaves_the_card_as_it_was(spine: Spine) -> None:
    order_id = await spine.queue(some_terms(quantity=25))
    spine.sql(STUCK.replace("stuck BEFORE UPDATE ON legs", "stuck BEFORE DELETE ON legs"))

    with pytest.raises(Unready):
        await change(spine, order_id, quantity=12)

    order = await spine.order(order_id)
    assert (order.version, order.asked, order.legs[0].terms.quantity) == (1, None, Decimal(25))
