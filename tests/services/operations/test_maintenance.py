"""Starting again after a stop or a crash, and the heartbeat between."""

from datetime import timedelta

import pytest

from core.audit import Kind
from core.errors import Unready
from core.ids import MessageId, OrderId
from core.orders.states import BrokerStatus, QueueStatus
from tests.factories import START, some_terms
from tests.runtime import Spine


async def sending(spine: Spine, *, arrived: bool) -> OrderId:
    """An order that was being sent when the process died, before or after the broker had it."""
    order_id = await spine.approved()
    (leg,) = (await spine.order(order_id)).legs
    spine.sql("UPDATE legs SET broker_status = 'sending', attempts = 1 WHERE order_id = ?", order_id)
    if arrived:
        await spine.book().add_order(leg.client_order_id, leg.terms, "momentum")
    return order_id


async def last_alive(spine: Spine, ago: timedelta) -> None:
    """The heartbeat stopped so long ago."""
    await spine.runtime.maintenance.beat()
    spine.clock.moment += ago


async def shown(spine: Spine, order_id: OrderId) -> None:
    """The order's cards are in the chats."""
    await spine.services.cards.plan()
    for chat_id, _ in await spine.services.cards.chats_due():
        while due := await spine.services.cards.next_due(chat_id):
            number = MessageId(10_000 * due.order.id + due.card.id)
            await spine.services.cards.record_shown(due, number, "hash", "terms")


@pytest.mark.parametrize("arrived", [True, False])
async def test_order_that_was_being_sent_is_reconciled_to_exactly_one(spine: Spine, arrived: bool) -> None:
    order_id = await sending(spine, arrived=arrived)

    await spine.runtime.maintenance.recover()
    doubted = (await spine.order(order_id)).broker_status
    await spine.runtime.refresher.refresh()
    await spine.execute()

    assert doubted is BrokerStatus.UNKNOWN
    order = await spine.order(order_id)
    assert order.broker_status is BrokerStatus.COMPLETE
    (held,) = await spine.book().list_orders()
    assert held.client_order_id == order.legs[0].client_order_id
    assert (Kind.LEG_ABSENT in await spine.told_of(order_id)) is not arrived


async def test_doubt_is_audited(spine: Spine) -> None:
    order_id = await sending(spine, arrived=False)

    await spine.runtime.maintenance.recover()

    assert (await spine.told_of(order_id))[-1] == Kind.LEG_UNKNOWN
    assert (await spine.order(order_id)).legs[0].message == "Countersign stopped while this was being sent"


async def test_absent_order_past_its_deadline_is_not_sent_after_all(spine: Spine) -> None:
    order_id = await sending(spine, arrived=False)
    spine.clock.advance(minutes=2)

    await spine.runtime.maintenance.recover()
    await spine.runtime.refresher.refresh()
    await spine.execute()
    await spine.runtime.expiry.sweep()

    assert (await spine.order(order_id)).status is QueueStatus.EXPIRED
    assert not await spine.book().list_orders()


async def test_recovering_twice_changes_nothing_more(spine: Spine) -> None:
    await sending(spine, arrived=True)
    await spine.runtime.maintenance.recover()
    trail = await spine.audit_of()

    await spine.runtime.maintenance.recover()

    assert await spine.audit_of() == trail


async def test_what_ran_out_while_we_were_away_expires_before_anything_else(spine: Spine) -> None:
    pending, approved = await spine.queue(), await spine.approved()
    await last_alive(spine, timedelta(hours=1))

    await spine.runtime.maintenance.recover()

    for order_id in (pending, approved):
        order = await spine.order(order_id)
        assert (order.status, order.outage) == (QueueStatus.EXPIRED, None)


@pytest.mark.parametrize(
    ("away", "note"),
    [(timedelta(seconds=150), None), (timedelta(seconds=151), "10:00–10:02"), (timedelta(minutes=14), "10:00–10:14")],
)
async def test_pending_cards_tell_of_an_outage_in_which_presses_were_lost(
    spine: Spine, away: timedelta, note: str | None
) -> None:
    order_id = await spine.queue()
    await shown(spine, order_id)
    await last_alive(spine, away)

    await spine.runtime.maintenance.recover()

    assert (await spine.order(order_id)).outage == note
    assert await spine.services.cards.plan() == (note is not None)


async def test_order_without_a_card_has_no_outage_to_tell_of(spine: Spine) -> None:
    order_id = await spine.queue()
    await last_alive(spine, timedelta(minutes=14))

    await spine.runtime.maintenance.recover()

    assert (await spine.order(order_id)).outage is None


async def test_old_buttons_still_work_after_an_outage(spine: Spine) -> None:
    order_id = await spine.queue()
    await shown(spine, order_id)
    await last_alive(spine, timedelta(minutes=5))
    await spine.runtime.maintenance.recover()

    await spine.approve(order_id, version=1)

    order = await spine.order(order_id)
    assert (order.status, order.outage) == (QueueStatus.APPROVED, None)


async def test_first_start_has_no_outage(spine: Spine) -> None:
    await spine.runtime.maintenance.recover()

    assert spine.sql("SELECT at FROM heartbeats") == [(START.isoformat(timespec="microseconds"),)]


async def test_heartbeat_never_goes_back(spine: Spine) -> None:
    await spine.runtime.maintenance.beat()
    spine.clock.advance(seconds=-60)

    await spine.runtime.maintenance.beat()

    assert spine.sql("SELECT count(*), max(at) FROM heartbeats") == [(1, START.isoformat(timespec="microseconds"))]


async def test_start_on_a_clock_behind_the_database_is_refused(spine: Spine) -> None:
    spine.sql("INSERT INTO heartbeats (id, at) VALUES (1, ?)", "2026-11-24T04:30:00.000000+00:00")
    order_id = await spine.approved()

    with pytest.raises(Unready, match="but the database has records of 2026-11-24 10:00:00 IST"):
        await spine.runtime.maintenance.recover()

    assert (await spine.order(order_id)).status is QueueStatus.APPROVED


async def test_resting_order_is_followed_to_its_fill(spine: Spine) -> None:
    order_id = await spine.approved(some_terms(limit=790))
    await spine.execute()
    before = await spine.order(order_id)
    await spine.move(790)

    moved = await spine.runtime.refresher.refresh()

    after = await spine.order(order_id)
    assert (before.broker_status, after.broker_status, moved) == (BrokerStatus.OPEN, BrokerStatus.COMPLETE, 1)
    assert after.legs[0].average_price == 790
    assert (await spine.told_of(order_id))[-1] == Kind.LEG_FILLED


async def test_nothing_new_at_the_broker_writes_nothing(spine: Spine) -> None:
    order_id = await spine.approved(some_terms(limit=790))
    await spine.execute()
    before, trail = await spine.order(order_id), await spine.audit_of()

    assert await spine.runtime.refresher.refresh() == 0

    assert await spine.order(order_id) == before
    assert await spine.audit_of() == trail
