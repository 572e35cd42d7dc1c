"""What is asked all the time walks an index of what is alive, however many orders there were."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.accounts import TradingMode
from core.ports import ReadTransaction
from tests.factories import START, some_terms
from tests.runtime import Spine


@asynccontextmanager
async def statements(spine: Spine) -> AsyncIterator[list[str]]:
    """Every statement that reads until the block ends; the connection is the one that the next reader gets."""
    seen: list[str] = []
    async with spine.runtime.engines.reading() as reading:
        driver: Any = await reading.run_sync(lambda connection: connection.connection.driver_connection)
    driver.set_trace_callback(lambda sql: seen.append(sql) if sql.startswith("SELECT") else None)
    yield seen
    driver.set_trace_callback(None)


Ask = Callable[[ReadTransaction, Spine], Awaitable[object]]
ASKED: dict[str, tuple[Ask, str]] = {
    "is an order for this position under way": (
        lambda tx, spine: tx.orders.is_moving(spine.account.id, TradingMode.LIVE, some_terms()),
        "ix_orders_working",
    ),
    "how many wait": (lambda tx, _: tx.counts.count_pending(), "ix_orders_waiting"),
    "since when one waits": (lambda tx, _: tx.counts.oldest_waiting(), "ix_orders_waiting"),
    "how many legs nobody knows of": (lambda tx, _: tx.counts.count_unknown_legs(), "ix_orders_working"),
    "how many has nobody seen": (lambda tx, _: tx.cards.count_unseen(START, 10), "ix_orders_waiting"),
    "whose cards are stale": (lambda tx, _: tx.cards.list_stale(START, 10), "ix_orders_waiting"),
    "what is expired": (lambda tx, _: tx.orders.list_expired(START, 10), "ix_orders_waiting"),
}


@pytest.mark.parametrize("what", ASKED)
async def test_it_walks_what_is_alive(spine: Spine, what: str) -> None:
    ask, index = ASKED[what]
    async with statements(spine) as seen, spine.runtime.database.read() as tx:
        await ask(tx, spine)

    plan = [row[3] for row in spine.sql(f"EXPLAIN QUERY PLAN {seen[0]}")]
    of_orders = [step for step in plan if step.startswith(("SEARCH orders", "SCAN orders"))]
    assert [step for step in of_orders if index not in step] == []
    assert of_orders
