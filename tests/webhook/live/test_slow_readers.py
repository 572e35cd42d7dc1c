"""A reader that stops reading: it loses prices that newer ones replaced, and never an order update in silence."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from core.accounts import OrderMode
from tests.runtime import Spine
from tests.webhook.live.live_reading import SBIN, LiveApi, LiveReader
from webhook.live import outbox

MANY = 2000


@asynccontextmanager
async def stopped_reader(live: LiveApi) -> AsyncIterator[LiveReader]:
    """A reader of prices and orders that takes nothing until its transport goes on."""
    async with live.reading() as reader:
        await reader.ask("subscribe_orders")
        for mode in (1, 2, 3):
            await reader.ask("subscribe", **SBIN, mode=mode)
        reader.socket.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        transport_of(reader).pause_reading()
        yield reader


def transport_of(reader: LiveReader) -> Any:
    """What can be told to read no more, and to go on."""
    return reader.socket._response.connection.transport  # type: ignore[union-attr]


async def ticking(live: LiveApi, since: int) -> None:
    """Many prices, each of which a reader that keeps up would be sent."""
    for number in range(since, since + MANY):
        live.spine.feed.pin("NSE", "SBIN", Decimal(number))
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PACE", 0)


async def sent(spine: Spine) -> str:
    order = await spine.send()
    return str(order.legs[0].broker_order_id)


async def test_old_prices_are_lost_and_every_order_is_told(live: LiveApi) -> None:
    await live.spine.switch(order_mode=OrderMode.AUTO)
    async with stopped_reader(live) as reader:
        before = await sent(live.spine)
        await ticking(live, 1000)
        meanwhile = await sent(live.spine)
        await ticking(live, 5000)
        transport_of(reader).resume_reading()
        while len(orders_of(reader)) < 2 or prices_of(reader)[-1:] != [5000 + MANY - 1]:
            await reader.next()

    assert prices_of(reader) == sorted(prices_of(reader))
    assert len(prices_of(reader)) < MANY
    assert orders_of(reader) == [before, meanwhile]


def prices_of(reader: LiveReader) -> list[float]:
    """The last prices that it was told, oldest first."""
    return [one["data"]["ltp"] for one in reader.seen if one.get("mode") == 1]


def orders_of(reader: LiveReader) -> list[str]:
    """The orders that it was told of."""
    return [one["orderid"] for one in reader.seen if one.get("type") == "order_update"]


async def test_who_leaves_too_many_order_updates_is_disconnected_and_told_why(
    live: LiveApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_MESSAGES", 3)
    await live.spine.switch(order_mode=OrderMode.AUTO)
    async with stopped_reader(live) as reader:
        await ticking(live, 1000)
        for _ in range(5):
            await sent(live.spine)
        transport_of(reader).resume_reading()

        code, reason = await reader.end()
    assert (code, reason) == (1008, str(outbox.Unread()))
