"""Whatever happens at once, one thing happens."""

import asyncio

import pytest

from bot.process.bootstrap import open_runtime
from core.audit import SYSTEM, Kind
from core.errors import Unauthorized
from core.orders.decisions import Answer
from core.orders.states import QueueStatus
from tests.factories import ASHA, RAVI
from tests.runtime import Spine, settings_for


async def test_of_two_hundred_taps_at_once_exactly_one_decides(spine: Spine) -> None:
    order_id = await spine.queue()
    people = (ASHA, RAVI)
    taps = [
        (spine.approve if number % 3 else spine.reject)(order_id, by=people[number % 2], version=1)
        for number in range(200)
    ]

    verdicts = await asyncio.gather(*taps)
    await asyncio.gather(spine.execute(), spine.execute(), spine.execute())

    winners = [one for one in verdicts if one.answer in {Answer.APPROVED, Answer.REJECTED}]
    order = await spine.order(order_id)
    assert len(winners) == 1
    assert winners[0].answer.value == order.status.value
    losers = [one for one in verdicts if one not in winners]
    assert {one.answer for one in losers} == {Answer.ALREADY_DECIDED}
    assert {one.order and one.order.status for one in losers} == {order.status}
    assert len(await spine.book().list_orders()) == (order.status is QueueStatus.APPROVED)
    decisions = {Kind.ORDER_APPROVED, Kind.ORDER_REJECTED}
    assert len([kind for kind in await spine.told_of(order_id) if kind in decisions]) == 1


async def test_taps_on_different_orders_all_count(spine: Spine) -> None:
    order_ids = [await spine.queue() for _ in range(20)]

    await asyncio.gather(*(spine.approve(order_id) for order_id in order_ids))
    await spine.execute()

    assert len(await spine.book().list_orders()) == 20
    assert (await spine.runtime.audit.verify()).breaks == []


async def test_tap_and_expiry_at_once_have_one_winner(spine: Spine) -> None:
    order_ids = [await spine.queue() for _ in range(10)]
    spine.clock.advance(minutes=15)
    taps = [spine.approve(order_id) for order_id in order_ids]

    verdicts, *_ = await asyncio.gather(
        asyncio.gather(*taps), spine.runtime.expiry.sweep(), spine.runtime.expiry.sweep()
    )

    assert {verdict.answer for verdict in verdicts} == {Answer.EXPIRED}
    for order_id in order_ids:
        assert (await spine.order(order_id)).status is QueueStatus.EXPIRED
        assert (await spine.told_of(order_id)).count(Kind.ORDER_EXPIRED) == 1


async def test_trail_stays_whole_while_the_command_line_writes_too(spine: Spine) -> None:
    async with open_runtime(settings_for(spine.path.parent), spine.clock) as command_line:
        make_keys = [
            command_line.services.keys.create(spine.account.id, f"k{number}", SYSTEM) for number in range(10)
        ]
        taps = [spine.approve(await spine.queue()) for _ in range(10)]
        orders = [spine.submit() for _ in range(20)]

        await asyncio.gather(*make_keys, *orders, *taps)

    assert (await spine.runtime.audit.verify()).breaks == []
    kinds = [link.kind for link in await spine.audit_of()]
    assert [kinds.count(kind) for kind in (Kind.KEY_CREATED, Kind.ORDER_RECEIVED, Kind.ORDER_APPROVED)] == [
        11,
        30,
        10,
    ]


async def test_change_by_the_command_line_counts_at_once(spine: Spine) -> None:
    order_id = await spine.queue()
    async with open_runtime(settings_for(spine.path.parent), spine.clock) as command_line:
        await command_line.services.linking.unlink(spine.account.id, ASHA, SYSTEM)
        await command_line.services.keys.revoke(spine.account.id, spine.key_id, SYSTEM)

    verdict = await spine.approve(order_id)
    with pytest.raises(Unauthorized):
        await spine.caller()

    assert verdict.answer is Answer.NOT_LINKED
