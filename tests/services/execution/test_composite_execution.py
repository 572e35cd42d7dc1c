"""From the approval to the broker: leg by leg, and what is said of the whole."""

from typing import Any

import pytest

from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.orders.intents import Basket, Split
from core.orders.order import Action, ApiType, LegTerms
from core.orders.router import Operation
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted

B = BrokerStatus
SMART: dict[str, Any] = {"api_type": ApiType.SMARTORDER, "operation": Operation.PLACESMARTORDER}
OPTIONS: dict[str, Any] = {"api_type": ApiType.OPTIONSMULTIORDER, "operation": Operation.OPTIONSMULTIORDER}
BASKET: dict[str, Any] = {"api_type": ApiType.BASKETORDER, "operation": Operation.BASKETORDER}
SPLIT: dict[str, Any] = {"api_type": ApiType.SPLITORDER, "operation": Operation.SPLITORDER}


async def sent(spine: Spine) -> list[str]:
    return [in_words(one.terms) for one in await spine.book().list_orders()]


async def buy_now(spine: Spine, quantity: int, **terms: Any) -> None:
    """The position moves, by an order of its own."""
    await spine.approve(await spine.queue(some_terms(quantity=quantity, **terms)))
    await spine.execute()


def in_words(terms: LegTerms) -> str:
    return f"{terms.action} {terms.quantity} {terms.symbol}"


async def test_basket_is_one_decision_and_goes_out_exits_first(spine: Spine) -> None:
    await buy_now(spine, 30)
    entry, leave = some_terms(Action.SELL, 5, symbol="INFY"), some_terms(Action.SELL, 30)
    order_id = await spine.queue(intent=Basket((entry, some_terms(symbol="TCS"), leave)), **BASKET)

    await spine.approve(order_id)
    await spine.execute()

    order = await spine.order(order_id)
    assert (await sent(spine))[1:] == ["SELL 30 SBIN", "BUY 10 TCS", "SELL 5 INFY"]
    assert [(leg.number, leg.part) for leg in order.legs] == [(1, 3), (2, 2), (3, 1)]
    assert order.broker_status is B.COMPLETE


@pytest.mark.parametrize(
    ("faults", "statuses", "whole"),
    [
        ([None, None, None], [B.COMPLETE, B.COMPLETE, B.COMPLETE], B.COMPLETE),
        ([BrokerRefused("no"), None, None], [B.REJECTED, B.COMPLETE, B.COMPLETE], B.PARTIAL),
        ([BrokerRefused("no")] * 3, [B.REJECTED] * 3, B.REJECTED),
        ([None, OutcomeUnknown("lost"), None], [B.COMPLETE, B.UNKNOWN, B.COMPLETE], B.UNKNOWN),
        ([None, BrokerUnavailable("away"), None], [B.COMPLETE, B.READY, B.READY], B.SENDING),
    ],
)
async def test_what_became_of_each_child_is_kept_and_told_of_the_whole(
    spine: Spine, scripted: Scripted, faults: list[Any], statuses: list[BrokerStatus], whole: BrokerStatus
) -> None:
    order_id = await spine.queue(intent=Split(some_terms(quantity=25), 10), **SPLIT)
    await spine.approve(order_id)
    scripted.broker.before_placing = [*faults]

    await scripted.executor.execute_due()

    order = await spine.order(order_id)
    assert ([leg.broker_status for leg in order.legs], order.broker_status) == (statuses, whole)


async def test_legs_that_could_not_be_sent_in_time_are_given_up_and_the_order_is_partial(
    spine: Spine, scripted: Scripted
) -> None:
    order_id = await spine.queue(intent=Split(some_terms(quantity=25), 10), **SPLIT)
    await spine.approve(order_id)
    scripted.broker.before_placing = [None, BrokerUnavailable("away")]
    await scripted.executor.execute_due()
    spine.clock.advance(minutes=2)

    await spine.runtime.expiry.sweep()
    await scripted.executor.execute_due()

    order = await spine.order(order_id)
    assert [leg.broker_status for leg in order.legs] == [B.COMPLETE, B.CANCELLED, B.CANCELLED]
    assert (order.status, order.broker_status) == (QueueStatus.APPROVED, B.PARTIAL)
    assert len(await spine.book().list_orders()) == 1


async def test_leg_that_traded_before_it_was_cancelled_makes_the_order_partial(spine: Spine) -> None:
    order_id = await spine.queue(intent=Split(some_terms(quantity=20, limit=700), 10), **SPLIT)
    await spine.approve(order_id)
    await spine.execute()
    spine.sql("UPDATE legs SET filled_quantity = '4' WHERE number = 1")

    for leg in (await spine.order(order_id)).legs:
        assert leg.broker_order_id is not None
        await spine.book().cancel(leg.broker_order_id)
        spine.sql("UPDATE paper_orders SET filled_quantity = '4' WHERE broker_order_id = ?", leg.broker_order_id)
    await spine.runtime.refresher.refresh()

    order = await spine.order(order_id)
    assert {leg.broker_status for leg in order.legs} == {B.CANCELLED}
    assert order.broker_status is B.PARTIAL


@pytest.mark.parametrize("arrived", [True, False])
async def test_crash_between_the_legs_sends_each_of_them_once(spine: Spine, arrived: bool) -> None:
    order_id = await spine.queue(intent=Split(some_terms(quantity=25), 10), **SPLIT)
    await spine.approve(order_id)
    first = (await spine.order(order_id)).legs[0]
    if arrived:
        await spine.book().add_order(first.client_order_id, first.terms, "momentum")
    spine.sql("UPDATE legs SET broker_status = 'sending' WHERE id = ?", first.id)

    await spine.runtime.maintenance.recover()
    doubted = (await spine.order(order_id)).legs[0].broker_status
    await spine.runtime.refresher.refresh()
    await spine.execute()

    order = await spine.order(order_id)
    assert doubted is B.UNKNOWN
    assert [leg.broker_status for leg in order.legs] == [B.COMPLETE] * 3
    assert sorted(await sent(spine)) == ["BUY 10 SBIN", "BUY 10 SBIN", "BUY 5 SBIN"]
    assert (await spine.runtime.audit.verify()).breaks == []
