"""Triggers that are changed or cancelled, and those that are refused at once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import BrokerRefused, NotFound
from core.ids import BrokerOrderId
from core.orders.gtt import Gtt, GttStatus, Side, as_broker_order
from core.orders.states import BrokerStatus
from tests.paper.gtts import gtt, leave, now, placed
from tests.paper.rig import BUY, MARKET, MIS, START, Rig

ONE_DAY = timedelta(days=1)


async def test_a_cancelled_trigger_never_fires(rig: Rig) -> None:
    left = await leave(rig)

    cancelled = await rig.broker.cancel_gtt(left.trigger_id)
    await rig.tick(790)

    assert as_broker_order(cancelled).status is BrokerStatus.CANCELLED
    assert (await now(rig, left)).status is GttStatus.CANCELLED
    assert await placed(rig) == []


async def test_a_modified_trigger_waits_on_its_new_terms(rig: Rig) -> None:
    left = await leave(rig, gtt(expires_at=START + ONE_DAY))

    changed = await rig.broker.modify_gtt(left.trigger_id, gtt((780, 781), quantity=4))
    await rig.tick(790)
    waiting = await now(rig, left)
    await rig.tick(780)

    assert changed.gtt.expires_at == START + ONE_DAY
    assert "4 at 780 → 781" in as_broker_order(waiting).message
    assert waiting.status is GttStatus.ACTIVE
    (order,) = await placed(rig)
    assert (order.terms.quantity, order.terms.price) == (Decimal(4), Decimal(781))


async def test_a_price_from_before_the_change_does_not_fire_it(rig: Rig) -> None:
    left = await leave(rig, gtt((780, 781)))
    rig.pin(785)
    rig.clock.advance(seconds=1)
    rig.pin(800)

    await rig.broker.modify_gtt(left.trigger_id, gtt((790, 791)))
    await rig.brokers.drain()

    assert (await now(rig, left)).status is GttStatus.ACTIVE


async def test_a_trigger_stays_about_its_instrument(rig: Rig) -> None:
    left = await leave(rig)
    rig.feed.pin("NSE", "INFY", Decimal(1500))
    other = Gtt("NSE", "INFY", BUY, Decimal(1), gtt().product, MARKET, (Side(Decimal(1400)),))

    with pytest.raises(BrokerRefused, match="symbol of a GTT order cannot be modified"):
        await rig.broker.modify_gtt(left.trigger_id, other)

    assert (await now(rig, left)).gtt.symbol == "SBIN"


async def test_what_does_not_wait_any_more_cannot_be_changed(rig: Rig) -> None:
    left = await leave(rig)
    await rig.tick(790)

    with pytest.raises(BrokerRefused, match="Cannot cancel GTT order in triggered status"):
        await rig.broker.cancel_gtt(left.trigger_id)
    with pytest.raises(BrokerRefused, match="Cannot modify GTT order in triggered status"):
        await rig.broker.modify_gtt(left.trigger_id, gtt((700, 701)))


async def test_an_unknown_trigger_is_not_found(rig: Rig) -> None:
    unknown = BrokerOrderId("GTT-261123-00000000")

    with pytest.raises(NotFound):
        await rig.broker.get_gtt(unknown)
    with pytest.raises(NotFound):
        await rig.broker.cancel_gtt(unknown)
    with pytest.raises(NotFound):
        await rig.broker.modify_gtt(unknown, gtt())


async def test_a_second_trigger_of_one_client_order_id_is_refused(rig: Rig) -> None:
    ours = rig.next_client_order_id()
    first = await rig.broker.place_gtt(ours, gtt(), "momentum")

    with pytest.raises(BrokerRefused):
        await rig.broker.place_gtt(ours, gtt(), "momentum")

    assert len(await rig.broker.list_gtts()) == 1
    assert await rig.broker.find_gtt(ours) == first
    assert await rig.broker.find_gtt(rig.next_client_order_id()) is None


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (gtt(product=MIS), "GTT supports only CNC"),
        (gtt((800, 801)), "Trigger price 800 is the last price"),
        (gtt((790, 789), (795, 796)), "must lie between"),
        (gtt((790, 789), (800, 801)), "must lie between"),
        (gtt(("790.01", 791)), "not a multiple of the tick size"),
        (gtt((790, "791.01")), "not a multiple of the tick size"),
        (gtt((790, 0)), "LIMIT orders require price"),
        (gtt((-5, 790)), "require trigger price"),
        (gtt(quantity=0), "positive"),
        (gtt(quantity="1.5"), "multiples of lot size"),
        (gtt(expires_at=START), "expiry is in the past"),
        (Gtt("NSE", "NOPE", BUY, Decimal(1), gtt().product, MARKET, (Side(Decimal(1)),)), "NOPE not found on NSE"),
    ],
)
async def test_what_could_never_be_placed_is_refused_at_once(rig: Rig, wanted: Gtt, why: str) -> None:
    with pytest.raises(BrokerRefused, match=why):
        await leave(rig, wanted)

    assert await rig.broker.list_gtts() == []
