"""A process that dies at any step of a trigger's firing: there is one order in the end, never two."""

import asyncio
from contextlib import suppress

import pytest

from core.orders.gtt import GttStatus
from tests.paper.gtts import gtt, leave, now, placed
from tests.paper.rig import SELL, Rig, terms

STEPS_OF_FIRING = ("before the claim", "claimed", "order placed", "recorded")


async def cut_the_power_while(rig: Rig, price: int) -> None:
    """The price comes, and the process dies at the step that the store was told; then a new one starts."""
    rig.pin(price)
    with suppress(asyncio.CancelledError):
        await rig.brokers.drain()
    rig.store.steps_left = None
    rig.store.dies_after_saving = False
    rig.restart()
    await rig.broker.check()


@pytest.mark.parametrize("step", range(len(STEPS_OF_FIRING)), ids=STEPS_OF_FIRING)
async def test_one_order_whichever_step_it_dies_at(rig: Rig, step: int) -> None:
    left = await leave(rig)
    rig.store.steps_left = step

    await cut_the_power_while(rig, 790)
    recovered = await now(rig, left)
    await rig.tick(790)

    # Before the claim nothing had happened, so the next price does it all.
    assert recovered.status is (GttStatus.TRIGGERED if step else GttStatus.ACTIVE)
    assert (await now(rig, left)).status is GttStatus.TRIGGERED
    assert len(await placed(rig)) == 1


async def test_one_order_when_it_dies_while_the_order_is_written(rig: Rig) -> None:
    left = await leave(rig)
    rig.store.dies_after_saving = True

    await cut_the_power_while(rig, 790)

    assert (await now(rig, left)).status is GttStatus.TRIGGERED
    assert len(await placed(rig)) == 1


@pytest.mark.parametrize("step", range(len(STEPS_OF_FIRING)), ids=STEPS_OF_FIRING)
async def test_one_side_of_an_oco_whichever_step_it_dies_at(rig: Rig, step: int) -> None:
    await rig.place(terms(quantity=10, product=gtt().product))
    left = await leave(rig, gtt((790, 789), (810, 811), action=SELL))
    rig.store.steps_left = step

    await cut_the_power_while(rig, 790)
    await rig.tick(810)
    await rig.tick(790)

    found = await now(rig, left)
    assert found.status is GttStatus.TRIGGERED
    (_, order) = await placed(rig)
    assert order.terms.price == found.gtt.sides[found.fired or 0].limit


@pytest.mark.parametrize("step", [0, 1])
async def test_a_trigger_that_was_being_left_is_there_once_or_not_at_all(rig: Rig, step: int) -> None:
    ours = rig.next_client_order_id()
    rig.store.steps_left = step
    with pytest.raises(asyncio.CancelledError):
        await rig.broker.place_gtt(ours, gtt(), "momentum")
    rig.restart()

    found = await rig.broker.find_gtt(ours)

    assert (found is not None) is bool(step)
    assert len(await rig.broker.list_gtts()) == step


@pytest.mark.parametrize("step", [0, 1])
async def test_a_trigger_that_was_being_cancelled_is_cancelled_or_waits(rig: Rig, step: int) -> None:
    left = await leave(rig)
    rig.store.steps_left = step
    with pytest.raises(asyncio.CancelledError):
        await rig.broker.cancel_gtt(left.trigger_id)
    rig.restart()
    await rig.broker.check()

    await rig.tick(790)

    assert (await now(rig, left)).status is (GttStatus.CANCELLED if step else GttStatus.TRIGGERED)
    assert len(await placed(rig)) == 1 - step


async def test_a_tick_and_a_cancel_at_the_same_moment_have_one_winner(rig: Rig) -> None:
    left = [await leave(rig) for _ in range(6)]
    rig.pin(790)

    await asyncio.gather(
        rig.brokers.drain(), *(rig.broker.cancel_gtt(one.trigger_id) for one in left), return_exceptions=True
    )

    ended = [await now(rig, one) for one in left]
    fired = [one for one in ended if one.status is GttStatus.TRIGGERED]
    assert {one.status for one in ended} <= {GttStatus.TRIGGERED, GttStatus.CANCELLED}
    assert len(await placed(rig)) == len(fired)


async def test_a_tick_and_a_change_at_the_same_moment_have_one_winner(rig: Rig) -> None:
    left = await leave(rig)
    rig.pin(790)

    await asyncio.gather(
        rig.brokers.drain(), rig.broker.modify_gtt(left.trigger_id, gtt((700, 701))), return_exceptions=True
    )

    found = await now(rig, left)
    assert (found.status is GttStatus.TRIGGERED) is (len(await placed(rig)) == 1)
    assert found.gtt.sides[0].limit in {order.terms.price for order in await placed(rig)} | {701}


@pytest.mark.parametrize("step", range(len(STEPS_OF_FIRING)), ids=STEPS_OF_FIRING)
async def test_a_task_that_is_cancelled_on_the_way_leaves_a_book_that_goes_on(rig: Rig, step: int) -> None:
    left = await leave(rig)
    rig.store.steps_left = step
    rig.pin(790)
    with suppress(asyncio.CancelledError):
        await rig.brokers.drain()
    rig.store.steps_left = None

    await rig.tick(790)

    assert (await now(rig, left)).status is GttStatus.TRIGGERED
    assert len(await placed(rig)) == 1
