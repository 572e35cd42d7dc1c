"""From the queue to the broker: what the client approved is what is sent, leg by leg, or nothing is."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from core.ids import OrderId
from core.orders.decisions import Answer
from core.orders.intents import OptionLeg, Options, Smart
from core.orders.order import Action, ApiType, LegTerms
from core.orders.router import Operation
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import ASHA, MALLORY, RAVI, some_terms
from tests.runtime import Spine

B = BrokerStatus
SMART: dict[str, Any] = {"api_type": ApiType.SMARTORDER, "operation": Operation.PLACESMARTORDER}
OPTIONS: dict[str, Any] = {"api_type": ApiType.OPTIONSMULTIORDER, "operation": Operation.OPTIONSMULTIORDER}
BASKET: dict[str, Any] = {"api_type": ApiType.BASKETORDER, "operation": Operation.BASKETORDER}
SPLIT: dict[str, Any] = {"api_type": ApiType.SPLITORDER, "operation": Operation.SPLITORDER}


async def queue_smart(spine: Spine, target: int, **terms: Any) -> OrderId:
    return await spine.queue(intent=Smart(some_terms(**terms), Decimal(target)), **SMART)


async def queue_spread(spine: Spine) -> OrderId:
    short = OptionLeg("OTM2", "CE", Action.SELL, 65)
    long = OptionLeg("OTM4", "CE", Action.BUY, 65)
    return await spine.queue(intent=Options("NIFTY", "NSE_INDEX", (short, long), "29DEC26", multi=True), **OPTIONS)


async def legs_of(spine: Spine, order_id: OrderId) -> list[str]:
    return [in_words(leg.terms) for leg in (await spine.order(order_id)).legs]


async def sent(spine: Spine) -> list[str]:
    return [in_words(one.terms) for one in await spine.book().list_orders()]


async def buy_now(spine: Spine, quantity: int, **terms: Any) -> None:
    """The position moves, by an order of its own."""
    await spine.approve(await spine.queue(some_terms(quantity=quantity, **terms)))
    await spine.execute()


def in_words(terms: LegTerms) -> str:
    return f"{terms.action} {terms.quantity} {terms.symbol}"


async def test_smart_order_whose_position_stands_is_approved_and_lands_on_its_target(spine: Spine) -> None:
    await buy_now(spine, 40)
    order_id = await queue_smart(spine, 100)

    verdict = await spine.approve(order_id)
    await spine.execute()

    assert verdict.answer is Answer.APPROVED
    assert await sent(spine) == ["BUY 40 SBIN", "BUY 60 SBIN"]
    assert (await spine.order(order_id)).facts == {"target": "100", "position": "40"}


async def test_smart_order_whose_position_moved_is_shown_anew_and_not_sent(spine: Spine) -> None:
    order_id = await queue_smart(spine, 100)
    await buy_now(spine, 40)

    verdict = await spine.approve(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    assert (verdict.answer, order.status, order.version) == (Answer.REVISED, QueueStatus.PENDING, 2)
    assert await legs_of(spine, order_id) == ["BUY 60 SBIN"]
    assert order.notice == "position 0 → 40; BUY 100 SBIN → BUY 60 SBIN"
    assert await sent(spine) == ["BUY 40 SBIN"]
    assert (await spine.told_of(order_id))[-1] == "order.revised"


async def test_old_button_of_a_revised_order_is_void_and_the_new_one_sends_what_it_shows(spine: Spine) -> None:
    order_id = await queue_smart(spine, 100)
    await buy_now(spine, 40)
    await spine.approve(order_id)

    old = await spine.approve(order_id, version=1)
    new = await spine.approve(order_id, version=2)
    await spine.execute()

    assert (old.answer, new.answer) == (Answer.CHANGED, Answer.APPROVED)
    assert await sent(spine) == ["BUY 40 SBIN", "BUY 60 SBIN"]


async def test_smart_order_that_would_turn_round_is_shown_anew(spine: Spine) -> None:
    order_id = await queue_smart(spine, 10)
    await buy_now(spine, 40)

    await spine.approve(order_id)

    assert await legs_of(spine, order_id) == ["SELL 30 SBIN"]


async def test_smart_order_with_nothing_left_to_do_expires_and_says_why(spine: Spine) -> None:
    order_id = await queue_smart(spine, 40)
    await buy_now(spine, 40)

    verdict = await spine.approve(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    assert (verdict.answer, order.status) == (Answer.NOTHING_TO_DO, QueueStatus.EXPIRED)
    assert order.notice == "Positions Already Matched. No Action needed."
    assert await sent(spine) == ["BUY 40 SBIN"]


async def test_smart_order_waits_while_another_order_for_its_position_is_on_its_way(spine: Spine) -> None:
    first, second = await queue_smart(spine, 100), await queue_smart(spine, 100)
    await spine.approve(first)

    early = await spine.approve(second)
    await spine.execute()
    late = await spine.approve(second)
    await spine.execute()

    assert (early.answer, late.answer) == (Answer.UNREADY, Answer.NOTHING_TO_DO)
    assert "Another order for SBIN is on its way" in early.message
    assert await sent(spine) == ["BUY 100 SBIN"]


async def test_smart_order_waits_while_a_market_order_for_its_position_is_open(spine: Spine) -> None:
    order_id = await queue_smart(spine, 100)
    await buy_now(spine, 40)
    spine.sql("UPDATE legs SET broker_status = 'open' WHERE order_id != ?", order_id)
    spine.sql("UPDATE orders SET working = 1 WHERE id != ?", order_id)

    verdict = await spine.approve(order_id)

    assert verdict.answer is Answer.UNREADY


async def test_smart_order_does_not_wait_for_what_rests_at_a_price(spine: Spine) -> None:
    await buy_now(spine, 40, limit=700)
    order_id = await queue_smart(spine, 100)

    verdict = await spine.approve(order_id)

    assert verdict.answer is Answer.APPROVED
    assert await legs_of(spine, order_id) == ["BUY 100 SBIN"]


async def test_many_smart_orders_approved_at_once_never_overshoot(spine: Spine) -> None:
    waiting = [await queue_smart(spine, 100) for _ in range(6)]

    async def approve(order_id: OrderId) -> Answer:
        answer = (await spine.approve(order_id)).answer
        await spine.execute()
        return answer

    answers = await asyncio.gather(*(approve(order_id) for order_id in waiting))

    assert answers.count(Answer.APPROVED) == 1
    assert await sent(spine) == ["BUY 100 SBIN"]


async def test_options_follow_the_price_only_as_far_as_the_card_shows(spine: Spine) -> None:
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26055))
    order_id = await queue_spread(spine)
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26060))

    verdict = await spine.approve(order_id)
    await spine.execute()

    assert verdict.answer is Answer.APPROVED
    assert await sent(spine) == ["BUY 65 NIFTY29DEC2626250CE", "SELL 65 NIFTY29DEC2626150CE"]


async def test_options_whose_strikes_moved_are_shown_anew_and_not_sent(spine: Spine) -> None:
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26055))
    order_id = await queue_spread(spine)
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26110))

    verdict = await spine.approve(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    assert (verdict.answer, order.status) == (Answer.REVISED, QueueStatus.PENDING)
    assert order.notice == (
        "underlying price 26055 → 26110; "
        "SELL 65 NIFTY29DEC2626150CE → SELL 65 NIFTY29DEC2626200CE; "
        "BUY 65 NIFTY29DEC2626250CE → BUY 65 NIFTY29DEC2626300CE"
    )
    assert await sent(spine) == []


async def test_order_that_cannot_be_worked_out_again_stays_and_can_be_rejected(spine: Spine) -> None:
    order_id = await queue_spread(spine)
    spine.feed.quote = lambda *_: None  # type: ignore[method-assign]

    approved = await spine.approve(order_id)
    standing = (await spine.order(order_id)).status
    rejected = await spine.reject(order_id)

    assert (approved.answer, standing) == (Answer.UNREADY, QueueStatus.PENDING)
    assert approved.message.startswith("Failed to fetch LTP for NIFTY.")
    assert rejected.answer is Answer.REJECTED


@pytest.mark.parametrize("unreadable", ["", "{}", '{"kind":"Smart"}', '{"kind":"Nope"}', "[]"])
async def test_order_that_cannot_be_read_any_more_can_only_be_rejected(spine: Spine, unreadable: str) -> None:
    order_id = await queue_smart(spine, 100)
    spine.sql("UPDATE orders SET intent = ?", unreadable)

    approved = await spine.approve(order_id)
    rejected = await spine.reject(order_id)

    assert (approved.answer, rejected.answer) == (Answer.UNREADY, Answer.REJECTED)


async def test_stranger_does_not_learn_why_an_order_cannot_be_worked_out(spine: Spine) -> None:
    order_id = await queue_spread(spine)
    spine.feed.quote = lambda *_: None  # type: ignore[method-assign]

    verdict = await spine.approve(order_id, by=MALLORY)

    assert (verdict.answer, verdict.message, verdict.order) == (Answer.NOT_LINKED, "", None)


async def test_two_people_pressing_a_moved_order_revise_it_once(spine: Spine) -> None:
    order_id = await queue_smart(spine, 100)
    await buy_now(spine, 40)

    verdicts = await asyncio.gather(spine.approve(order_id, ASHA), spine.approve(order_id, RAVI))

    assert sorted(verdict.answer for verdict in verdicts) == [Answer.CHANGED, Answer.REVISED]
    assert (await spine.order(order_id)).version == 2
