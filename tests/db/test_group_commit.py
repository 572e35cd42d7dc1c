"""The way in for orders, when the process stops."""

import asyncio

from core.accounts import OrderMode, TradingMode
from core.errors import Unready
from core.orders.order import ApiType, DraftLeg, NewOrder
from db.orders.group_commit import GroupCommit
from tests.factories import START, some_terms
from tests.runtime import Spine


async def test_who_still_waits_when_we_stop_is_refused_and_nothing_is_stored(spine: Spine) -> None:
    log = GroupCommit(spine.runtime.engines, lambda step: None, spine.clock)
    async with spine.runtime.engines.writing():
        running = asyncio.create_task(log.run())
        in_flight = asyncio.create_task(log.write(a_draft(spine), None))
        await asyncio.sleep(0)
        behind_it = asyncio.create_task(log.write(a_draft(spine), None))
        await asyncio.sleep(0)

        running.cancel()
        answers = await asyncio.gather(in_flight, behind_it, return_exceptions=True)

    assert [type(answer) for answer in answers] == [Unready, Unready]
    assert spine.sql("SELECT count(*) FROM orders") == [(0,)]


def a_draft(spine: Spine) -> NewOrder:
    """An order that is about to be written down."""
    return NewOrder(
        account_id=spine.account.id,
        api_key_id=spine.key_id,
        api_type=ApiType.PLACEORDER,
        strategy="momentum",
        order_mode=OrderMode.SEMI_AUTO,
        trading_mode=TradingMode.LIVE,
        legs=(DraftLeg(some_terms()),),
        order_data={},
        created_at=START,
        expires_at=START,
    )
