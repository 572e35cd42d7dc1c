"""Orders and legs must be what their events lead to: whoever changes a row past us is found, with row and column."""

import pytest

from core.ids import OrderId
from core.services.operations.audit import AuditBook
from tests.factories import ASHA, some_terms
from tests.runtime import Spine, presser

LATER = "2031-01-01T00:00:00.000000+00:00"
ORDER_COLUMNS = {
    "strategy": "other",
    "api_type": "basketorder",
    "order_mode": "auto",
    "trading_mode": "sandbox",
    "status": "rejected",
    "created_at": LATER,
    "expires_at": LATER,
    "execute_by": LATER,
    "approved_at": LATER,
    "approved_by": "Mallory",
    "approved_by_id": 7666,
    "rejected_at": LATER,
    "rejected_by": "Mallory",
    "rejected_by_id": 7666,
    "rejected_reason": "never said",
    "closed_at": LATER,
}
LEG_COLUMNS = {
    "part": 9,
    "exchange": "BSE",
    "symbol": "TCS",
    "action": "SELL",
    "quantity": "1000",
    "pricetype": "SL",
    "product": "CNC",
    "price": "1.05",
    "trigger_price": "3",
    "disclosed_quantity": 5,
    "broker_status": "rejected",
    "client_order_id": "CSOTHER",
    "broker_order_id": "another",
    "filled_quantity": "3",
    "average_price": "1.05",
    "message": "never said",
    "sent_at": LATER,
    "attempts": 7,
}


@pytest.fixture
def audit(spine: Spine) -> AuditBook:
    """The one that people call."""
    return spine.runtime.audit


async def filled(spine: Spine) -> OrderId:
    """An order that was approved, sent and filled."""
    order_id = await spine.approved(some_terms(limit=900))
    await spine.execute()
    return order_id


async def found(audit: AuditBook) -> list[str]:
    """Every break, in words."""
    return [broken.what for broken in (await audit.verify()).breaks]


@pytest.mark.parametrize("column", ORDER_COLUMNS)
async def test_a_changed_column_of_an_order_is_named(spine: Spine, audit: AuditBook, column: str) -> None:
    order_id = await filled(spine)

    spine.sql(f"UPDATE orders SET {column} = ? WHERE id = ?", ORDER_COLUMNS[column], order_id)  # noqa: S608

    (what,) = await found(audit)
    assert what.startswith(f"order {order_id}: {column} is ")


@pytest.mark.parametrize("column", LEG_COLUMNS)
async def test_a_changed_column_of_a_leg_is_named(spine: Spine, audit: AuditBook, column: str) -> None:
    order_id = await filled(spine)

    spine.sql(f"UPDATE legs SET {column} = ? WHERE order_id = ?", LEG_COLUMNS[column], order_id)  # noqa: S608

    (what,) = await found(audit)
    assert what.startswith(f"order {order_id} leg 1: {column} is ")


async def test_orders_at_every_stage_are_what_the_trail_says(spine: Spine, audit: AuditBook) -> None:
    await spine.queue()
    await spine.queue(some_terms(), some_terms())
    rejected = await spine.queue()
    await spine.reject(rejected)
    await spine.services.decide.give_reason(rejected, presser(ASHA), "too large")
    await spine.approved()
    await filled(spine)
    await spine.services.withdraw.withdraw(await spine.caller(), await spine.queue())

    verified = await audit.verify()
    spine.clock.advance(hours=1)
    await spine.runtime.expiry.sweep()

    assert verified.breaks == []
    assert (verified.orders, verified.legs) == (6, 7)
    assert await found(audit) == []


async def test_an_order_that_vanished_is_named(spine: Spine, audit: AuditBook) -> None:
    order_id = await spine.queue()

    spine.sql("DELETE FROM legs WHERE order_id = ?", order_id)
    spine.sql("DELETE FROM orders WHERE id = ?", order_id)

    assert await found(audit) == [f"order {order_id} is missing"]


async def test_an_order_that_nobody_placed_is_named(spine: Spine, audit: AuditBook) -> None:
    order_id = await spine.queue()
    columns = [name for (_, name, *_) in spine.sql("PRAGMA table_info(orders)") if name != "id"]

    spine.sql(f"INSERT INTO orders ({', '.join(columns)}) SELECT {', '.join(columns)} FROM orders")  # noqa: S608

    assert await found(audit) == [f"order {order_id + 1} is in the table, and the trail does not tell of it"]


async def test_a_leg_that_vanished_is_named(spine: Spine, audit: AuditBook) -> None:
    order_id = await spine.queue(some_terms(), some_terms())

    spine.sql("DELETE FROM legs WHERE order_id = ? AND number = 2", order_id)

    assert await found(audit) == [f"order {order_id} leg 2 is missing"]


async def test_a_row_that_cannot_be_read_hides_no_other(spine: Spine, audit: AuditBook) -> None:
    first, second, third = [await spine.queue() for _ in range(3)]

    spine.sql("UPDATE orders SET status = 'nonsense' WHERE id = ?", second)
    spine.sql("UPDATE orders SET strategy = 'other' WHERE id IN (?, ?)", first, third)

    words = await found(audit)
    assert f"order {second} cannot be read" in words
    assert len([what for what in words if "strategy is other" in what]) == 2


async def test_events_of_an_older_version_are_no_breaks(spine: Spine, audit: AuditBook) -> None:
    order_id = await filled(spine)
    with_less = {
        "order.received": "json_remove(facts, '$.legs', '$.expires_at')",
        "order.approved": "json_remove(facts, '$.execute_by')",
        "leg.filled": "json_remove(facts, '$.status')",
    }
    before = len(await found(audit))
    for name in [name for (name,) in spine.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        spine.sql(f"DROP TRIGGER {name}")
    for kind, facts in with_less.items():
        spine.sql(f"UPDATE audit_events SET facts = {facts} WHERE kind = ?", kind)  # noqa: S608

    about_orders = [what for what in await found(audit) if what.startswith("order ")]
    assert (before, about_orders) == (0, [])
    assert (await spine.order(order_id)).legs[0].filled_quantity
