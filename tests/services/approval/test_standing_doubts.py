"""On any doubt an order that was approved in advance waits for a tap."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings.settings import Paper
from core.accounts import TradingMode
from core.audit import SYSTEM
from core.orders.states import QueueStatus
from tests.factories import ASHA, START, SettableClock
from tests.runtime import Spine, running_spine
from tests.services.approval.standing import came, give

WAITS = QueueStatus.PENDING


async def _price_is_old(spine: Spine) -> None:
    spine.clock.advance(seconds=61)


async def _owner_unlinked(spine: Spine) -> None:
    await spine.services.linking.unlink(spine.account.id, ASHA, SYSTEM)


async def _owner_linked_anew(spine: Spine) -> None:
    spine.clock.advance(seconds=1)
    spine.sql("UPDATE approvers SET linked_at = ? WHERE user_id = ?", "2026-11-23T04:30:01.000000+00:00", ASHA)


async def _owner_only_approves_now(spine: Spine) -> None:
    spine.sql("UPDATE approvers SET role = 'approver' WHERE user_id = ?", ASHA)


async def _disabled_for_a_while(spine: Spine) -> None:
    await spine.switch(enabled=False)
    await spine.switch(enabled=True)


async def _other_mode(spine: Spine) -> None:
    await spine.switch(trading_mode=TradingMode.SANDBOX)


async def _other_broker(spine: Spine) -> None:
    spine.sql("UPDATE standing_approvals SET terms = replace(terms, '\"paper\"', '\"zerodha\"')")


async def _unreadable(spine: Spine) -> None:
    spine.sql("UPDATE standing_approvals SET terms = 'nonsense'")


async def _last_day_over(spine: Spine) -> None:
    spine.clock.advance(days=39)
    spine.feed.pin("NSE", "SBIN", Decimal(800))


DOUBTS: list[Callable[[Spine], Awaitable[None]]] = [
    _price_is_old,
    _owner_unlinked,
    _owner_linked_anew,
    _owner_only_approves_now,
    _disabled_for_a_while,
    _other_mode,
    _other_broker,
    _unreadable,
    _last_day_over,
]


@pytest.mark.parametrize("doubt", DOUBTS, ids=lambda doubt: doubt.__name__)
async def test_on_any_doubt_the_order_waits(spine: Spine, doubt: Callable[[Spine], Awaitable[None]]) -> None:
    await give(spine)
    await doubt(spine)

    assert (await came(spine)).status is WAITS


async def test_nothing_is_sent_at_a_price_that_nobody_has(spine: Spine) -> None:
    await give(spine, "momentum buy SBIN order=10shares day=100shares until=today")
    spine.clock.advance(minutes=2)

    order = await came(spine)

    assert order.status is WAITS
    assert order.stopped is not None
    assert "standing approval 1: there is no fresh price for SBIN" in order.stopped


async def test_while_the_market_is_closed_orders_wait(tmp_path: Path, template: Path) -> None:
    clock = SettableClock(START.replace(hour=14))
    async with running_spine(tmp_path, template, clock, paper=Paper(outside_hours="queue")) as spine:
        await give(spine)

        order = await came(spine)

    assert order.status is WAITS
    assert order.stopped is not None
    assert "closed" in order.stopped
