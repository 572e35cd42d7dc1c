"""Asking the broker what became of everything that is not final."""

import pytest

from core.errors import BrokerUnavailable, NotFound
from core.ids import OrderId
from core.market.broker_capabilities import Duplicates
from core.orders.states import BrokerStatus
from tests.factories import some_terms
from tests.runtime import Spine
from tests.services.conftest import Scripted

RESTING = some_terms(limit=790)


async def resting(spine: Spine) -> OrderId:
    """An approved order that rests at the broker."""
    order_id = await spine.approved(RESTING)
    await spine.execute()
    return order_id


@pytest.mark.parametrize("fault", [BrokerUnavailable("away"), NotFound("never heard of it")])
async def test_broker_that_does_not_know_changes_nothing(spine: Spine, scripted: Scripted, fault: Exception) -> None:
    order_id = await resting(spine)
    scripted.broker.on_find = [fault]
    scripted.broker.promise(Duplicates.REFUSED)

    moved = await scripted.refresher.refresh()

    assert moved == 0
    assert (await spine.order(order_id)).broker_status is BrokerStatus.OPEN


async def test_one_order_that_cannot_be_asked_about_does_not_keep_the_next_from_it(
    spine: Spine, scripted: Scripted
) -> None:
    first, second = await resting(spine), await resting(spine)
    await spine.move(780)
    scripted.broker.on_find = [BrokerUnavailable("away")]

    await scripted.refresher.refresh()

    assert (await spine.order(first)).broker_status is BrokerStatus.OPEN
    assert (await spine.order(second)).broker_status is BrokerStatus.COMPLETE


async def test_orders_that_rest_unchanged_are_asked_about_once_for_all(spine: Spine, scripted: Scripted) -> None:
    first, *_ = [await resting(spine) for _ in range(3)]
    leg = (await spine.order(first)).legs[0]
    assert leg.broker_order_id is not None
    await spine.book().cancel(leg.broker_order_id)
    never = BrokerUnavailable("asked once too often")
    scripted.broker.on_find = [None, never, never]

    assert await scripted.refresher.refresh() == 1

    assert (await spine.order(first)).broker_status is BrokerStatus.CANCELLED
    assert scripted.broker.on_find == [never, never]


async def test_unknown_order_is_found_by_our_own_id(spine: Spine, scripted: Scripted) -> None:
    order_id = await resting(spine)
    spine.sql("UPDATE legs SET broker_status = 'unknown', broker_order_id = NULL")

    await scripted.refresher.refresh()

    leg = (await spine.order(order_id)).legs[0]
    assert leg.broker_status is BrokerStatus.OPEN
    assert leg.broker_order_id == (await spine.book().list_orders())[0].broker_order_id


async def test_unknown_order_stays_unknown_at_a_broker_that_cannot_prove_absence(
    spine: Spine, scripted: Scripted
) -> None:
    order_id = await spine.approved()
    spine.sql("UPDATE legs SET broker_status = 'unknown'")

    assert await scripted.refresher.refresh() == 0
    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.UNKNOWN


async def test_old_orders_are_asked_about_once_a_minute(spine: Spine, scripted: Scripted) -> None:
    order_id = await resting(spine)
    spine.clock.advance(minutes=11)
    await scripted.refresher.refresh()
    await spine.move(780)

    spine.clock.advance(seconds=59)
    too_soon = await scripted.refresher.refresh()
    spine.clock.advance(seconds=1)
    in_turn = await scripted.refresher.refresh()

    assert (too_soon, in_turn) == (0, 1)
    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_word_of_an_order_that_is_not_ours_is_passed_over(spine: Spine, scripted: Scripted) -> None:
    order_id = await resting(spine)
    (held,) = await spine.book().list_orders()
    spine.sql("UPDATE legs SET broker_order_id = 'another'")

    await scripted.refresher.note(spine.account.id, held)

    assert (await spine.order(order_id)).broker_status is BrokerStatus.OPEN


async def test_fill_after_a_cancel_is_believed(spine: Spine, scripted: Scripted) -> None:
    order_id = await resting(spine)
    (held,) = await spine.book().list_orders()
    await spine.move(780)
    filled = await spine.book().get(held.broker_order_id)
    spine.sql("UPDATE legs SET broker_status = 'cancelled'")

    await scripted.refresher.note(spine.account.id, filled)

    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_word_that_no_row_allows_changes_nothing(spine: Spine, scripted: Scripted) -> None:
    order_id = await resting(spine)
    (held,) = await spine.book().list_orders()
    spine.sql("UPDATE legs SET broker_status = 'complete'")

    await scripted.refresher.note(spine.account.id, held)

    assert (await spine.order(order_id)).legs[0].broker_status is BrokerStatus.COMPLETE
