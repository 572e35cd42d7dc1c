"""What is asked all the time walks an index of what is alive, however many orders there were."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from core.accounts import TradingMode
from core.ports import ReadTransaction
from tests.factories import START, some_terms
from tests.runtime import Spine


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is executed until the block ends, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        seen.append((told[2], told[3]))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


Ask = Callable[[ReadTransaction, Spine], Awaitable[object]]
ASKED: dict[str, tuple[Ask, str]] = {
    "is an order for this position under way": (
        lambda tx, spine: tx.orders.is_moving(spine.account.id, TradingMode.LIVE, some_terms()),
        "ix_orders_working",
    ),
    "how many wait": (lambda tx, _: tx.counts.count_pending(), "ix_orders_waiting"),
    "how many has nobody seen": (lambda tx, _: tx.cards.count_unseen(START, 10), "ix_orders_waiting"),
    "whose cards are stale": (lambda tx, _: tx.cards.list_stale(START, 10), "ix_orders_waiting"),
    "what is expired": (lambda tx, _: tx.orders.list_expired(START, 10), "ix_orders_waiting"),
}


@pytest.mark.parametrize("what", ASKED)
async def test_it_walks_what_is_alive(spine: Spine, what: str) -> None:
    ask, index = ASKED[what]
    async with spine.runtime.database.read() as tx:
        with statements() as seen:
            await ask(tx, spine)

    sql, values = seen[0]
    plan = [row[3] for row in spine.sql(f"EXPLAIN QUERY PLAN {sql}", *values)]
    of_orders = [step for step in plan if step.startswith(("SEARCH orders", "SCAN orders"))]
    assert [step for step in of_orders if index not in step] == []
    assert of_orders
