"""A process that dies at any step between approval and fill: one trigger, and one order, in the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

import pytest

from brokers.paper.book.order_numbers import BookKey
from brokers.paper.engine.events import Rules
from brokers.paper.exchange import Exchange
from brokers.paper.registry import PaperBrokers
from brokers.paper.trading_hours import AlwaysOpen
from core.accounts import TradingMode
from core.orders.gtt import GttStatus
from core.orders.states import BrokerStatus
from core.services.execution.execute import Executor
from core.services.wakeups import Wakeups
from db.paper.book_store import SqlPaperStore
from tests.runtime import Spine
from tests.services.trading.gtts import at_broker, left, queue


class PowerCut(Exception):
    """The process dies here."""


@asynccontextmanager
async def another_process(spine: Spine, fatal: str = "") -> AsyncIterator[PaperBrokers]:
    """The paper broker over the same database file; it dies at the step `fatal`."""

    def checkpoint(step: str) -> None:
        if step == fatal:
            raise PowerCut

    exchange = Exchange(spine.runtime.listing, spine.runtime.feed, spine.clock, AlwaysOpen(), Rules())
    brokers = PaperBrokers(SqlPaperStore(spine.runtime.engines, checkpoint), exchange)
    try:
        yield brokers
    finally:
        brokers.close()


FIRING = (
    "trigger to triggering",
    "trigger triggering",
    "filling",
    "filled",
    "trigger to triggered",
    "trigger triggered",
)


@pytest.mark.parametrize("fatal", FIRING)
async def test_one_order_whichever_step_of_firing_it_dies_at(spine: Spine, fatal: str) -> None:
    order = await left(spine)
    spine.runtime.paper.close()
    key = BookKey(TradingMode.LIVE, spine.account.id)
    async with another_process(spine, fatal) as dying:
        await dying.open_book(key)
        spine.feed.pin("NSE", "SBIN", Decimal(790))
        with pytest.raises(PowerCut):
            await dying.drain()

    async with another_process(spine) as alive:
        await alive.open_book(key)
        spine.feed.pin("NSE", "SBIN", Decimal(790))
        await alive.drain()
        (found,), orders = await alive.book(key).list_gtts(), await alive.book(key).list_orders()

    assert found.status is GttStatus.TRIGGERED
    assert len(orders) == 1
    assert found.trigger_id == order.legs[0].broker_order_id


@pytest.mark.parametrize("fatal", ["claimed", "answered", "recorded"])
async def test_one_trigger_whichever_step_of_sending_it_dies_at(spine: Spine, fatal: str) -> None:
    order_id = await queue(spine)
    await spine.approve(order_id)

    def checkpoint(step: str) -> None:
        if step == fatal:
            raise PowerCut

    dying = Executor(spine.runtime.database, spine.runtime.brokers, spine.services.clock, Wakeups(), checkpoint)
    with suppress(PowerCut):
        await dying.execute_due()
    await spine.runtime.maintenance.recover()
    await spine.runtime.refresher.refresh()
    await spine.execute()

    (leg,) = (await spine.order(order_id)).legs
    assert (leg.broker_status, leg.broker_order_id) == (BrokerStatus.OPEN, (await at_broker(spine)).trigger_id)


async def test_a_second_process_on_the_same_file_does_not_fire_what_the_first_ended(spine: Spine) -> None:
    order = await left(spine)
    key, trigger_id = BookKey(TradingMode.LIVE, spine.account.id), order.legs[0].broker_order_id
    assert trigger_id is not None
    async with another_process(spine) as other:
        await other.open_book(key)
        await spine.book().cancel_gtt(trigger_id)

        spine.feed.pin("NSE", "SBIN", Decimal(790))
        await other.drain()

        assert (await at_broker(spine)).status is GttStatus.CANCELLED
        assert await other.book(key).list_orders() == []
