"""Triggers in a paper book: when they fire, what they place, and what ends them."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import BrokerUnavailable
from core.orders.gtt import Gtt, GttStatus, Side, as_broker_order
from core.orders.order import Action, PriceType
from core.orders.states import BrokerStatus
from tests.paper.gtts import gtt, leave, now, placed
from tests.paper.rig import BUY, MARKET, NRML, SELL, START, Rig, assert_filled, terms

ONE_DAY = timedelta(days=1)


async def test_a_trigger_is_named_by_its_day_and_waits(rig: Rig) -> None:
    left = await leave(rig)

    assert re.fullmatch(r"GTT-261123-[0-9a-f]{8}", left.trigger_id)
    assert (left.status, left.last_price) == (GttStatus.ACTIVE, Decimal(800))
    assert as_broker_order(left).status is BrokerStatus.OPEN
    assert await placed(rig) == []


@pytest.mark.parametrize(
    ("action", "trigger", "waits_at", "fires_at"),
    [(BUY, 790, "790.05", 790), (BUY, 810, "809.95", 810), (SELL, 790, 791, 785), (SELL, 810, 809, 815)],
)
async def test_a_trigger_is_reached_from_the_side_on_which_the_price_stood(
    rig: Rig, action: Action, trigger: int, waits_at: int | str, fires_at: int
) -> None:
    await rig.place(terms(quantity=10, product=gtt().product))
    left = await leave(rig, gtt((trigger, trigger), action=action))

    await rig.tick(waits_at)
    before = await now(rig, left)
    await rig.tick(fires_at)
    after = await now(rig, left)

    assert (before.status, before.order) == (GttStatus.ACTIVE, None)
    assert (after.status, after.fired) == (GttStatus.TRIGGERED, 0)
    assert after.order is not None
    assert (after.order.terms.action, after.order.terms.price) == (action, Decimal(trigger))


async def test_the_order_it_places_is_an_ordinary_one_of_the_book(rig: Rig) -> None:
    left = await leave(rig, gtt((790, "789.50")))

    await rig.tick(790)
    (order,) = await placed(rig)
    resting = as_broker_order(await now(rig, left))
    await rig.tick("789.50")

    assert (order.terms.pricetype, order.terms.price, order.strategy) == (
        PriceType.LIMIT,
        Decimal("789.50"),
        "momentum",
    )
    assert (resting.status, resting.message) == (BrokerStatus.OPEN, f"Triggered: order {order.broker_order_id}")
    filled = as_broker_order(await now(rig, left))
    assert (filled.status, filled.filled_quantity, filled.average_price) == (
        BrokerStatus.COMPLETE,
        Decimal(10),
        Decimal("789.50"),
    )
    assert filled.broker_order_id == left.trigger_id


async def test_a_market_trigger_places_a_market_order(rig: Rig) -> None:
    await leave(rig, gtt((790, 0), pricetype=MARKET))

    await rig.tick(789)

    (order,) = await placed(rig)
    assert_filled(order, 789)


async def test_a_trigger_places_one_order_however_often_it_is_reached(rig: Rig) -> None:
    await leave(rig)

    for price in (790, 800, 790, 785, 820, 790):
        await rig.tick(price)
    rig.restart()
    await rig.broker.check()
    await rig.tick(780)

    assert len(await placed(rig)) == 1


@pytest.mark.parametrize(("price", "fired", "limit"), [(790, 0, 789), (810, 1, 811), (700, 0, 789), (900, 1, 811)])
async def test_the_first_side_of_an_oco_ends_the_other(rig: Rig, price: int, fired: int, limit: int) -> None:
    await rig.place(terms(quantity=10, product=gtt().product))
    left = await leave(rig, gtt((790, 789), (810, 811), action=SELL))

    for later in (price, 790, 810, 700, 900):
        await rig.tick(later)

    assert (await now(rig, left)).fired == fired
    (_, order) = await placed(rig)
    assert order.terms.price == limit


async def test_a_trigger_fires_after_a_restart(rig: Rig) -> None:
    left = await leave(rig)

    rig.restart()
    await rig.broker.check()
    await rig.tick(790)

    assert (await now(rig, left)).status is GttStatus.TRIGGERED


async def test_a_future_whose_price_nobody_else_asks_for_is_watched(rig: Rig) -> None:
    future = next(one for one in rig.listing.search("NIFTY FUT", "NFO", 5) if one.symbol.startswith("NIFTY"))
    rig.feed.pin(future.exchange, future.symbol, Decimal(26_000))
    wanted = Gtt(future.exchange, future.symbol, BUY, Decimal(future.lot), NRML, MARKET, (Side(Decimal(25_900)),))
    left = await leave(rig, wanted)

    rig.feed.pin(future.exchange, future.symbol, Decimal(25_900))
    await rig.brokers.drain()

    assert (await now(rig, left)).status is GttStatus.TRIGGERED


async def test_what_the_book_refuses_is_told(rig: Rig) -> None:
    left = await leave(rig, gtt((790, 789), action=SELL))

    await rig.tick(790)

    found = as_broker_order(await now(rig, left))
    assert found.status is BrokerStatus.REJECTED
    assert "Cannot sell SBIN in CNC" in found.message


async def test_a_trigger_expires_unfired(rig: Rig) -> None:
    left = await leave(rig, gtt(expires_at=START + ONE_DAY))

    rig.clock.advance(days=1)
    await rig.tick(790)

    found = await now(rig, left)
    told = as_broker_order(found)
    assert (found.status, told.status) == (GttStatus.EXPIRED, BrokerStatus.CANCELLED)
    assert "Expired" in told.message
    assert await placed(rig) == []


async def test_a_trigger_expires_while_nothing_trades(rig: Rig) -> None:
    left = await leave(rig)

    rig.clock.advance(days=365)

    (found,) = await rig.broker.list_gtts()
    assert (found.trigger_id, found.status) == (left.trigger_id, GttStatus.EXPIRED)


async def test_the_book_lists_the_newest_first_and_forgets_after_a_week(rig: Rig) -> None:
    old = await leave(rig)
    await rig.broker.cancel_gtt(old.trigger_id)
    rig.clock.advance(days=8)
    first = await leave(rig, gtt((780, 781)))
    rig.clock.advance(minutes=1)
    second = await leave(rig, gtt((770, 771)))

    assert [one.trigger_id for one in await rig.broker.list_gtts()] == [second.trigger_id, first.trigger_id]


async def test_a_store_that_is_down_keeps_the_trigger_waiting(rig: Rig) -> None:
    left = await leave(rig)

    rig.store.are_gtts_down = True
    await rig.tick(790)
    with pytest.raises(BrokerUnavailable):
        await rig.broker.cancel_gtt(left.trigger_id)
    rig.store.are_gtts_down = False
    await rig.tick(790)

    assert (await now(rig, left)).status is GttStatus.TRIGGERED
    assert len(await placed(rig)) == 1


async def test_somebody_is_told_when_a_trigger_fires(rig: Rig) -> None:
    await leave(rig)

    await rig.tick(799)
    before = rig.wake.count
    await rig.tick(790)

    assert (before, rig.wake.count) == (0, 1)
