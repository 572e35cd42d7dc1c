"""Moves legs from state to state, and their order with them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import OrderId
from core.orders.states import FINAL_LEG_STATES, BrokerStatus, fold
from core.ports import LegOutcome
from db.orders.order_rows import joined_ids
from db.tables.orders import legs, orders


async def move_legs(connection: AsyncConnection, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
    """Move each leg out of its `was`, and the order with them; False and nothing changed when one is not there."""
    if not await _move_all(connection, order_id, outcomes):
        return False
    await _fold_into_order(connection, order_id)
    return True


async def _move_all(connection: AsyncConnection, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
    if len(outcomes) == 1:
        return await _move_leg(connection, order_id, outcomes[0])
    async with connection.begin_nested() as savepoint:
        for outcome in outcomes:
            if not await _move_leg(connection, order_id, outcome):
                await savepoint.rollback()
                return False
    return True


async def _move_leg(connection: AsyncConnection, order_id: OrderId, outcome: LegOutcome) -> bool:
    reported = {
        "broker_order_id": outcome.broker_order_id,
        "filled_quantity": outcome.filled_quantity,
        "average_price": outcome.average_price,
        "message": outcome.message,
    }
    values: dict[str, Any] = {name: value for name, value in reported.items() if value is not None}
    if outcome.becomes is BrokerStatus.SENDING:
        values |= {"sent_at": outcome.at, "attempts": legs.c.attempts + 1}
    swap = (
        update(legs)
        .where(
            legs.c.id == outcome.leg_id,
            legs.c.order_id == order_id,
            legs.c.broker_status == outcome.was.value,
        )
        .values(broker_status=outcome.becomes.value, updated_at=outcome.at, **values)
    )
    return (await connection.execute(swap)).rowcount == 1


async def _fold_into_order(connection: AsyncConnection, order_id: OrderId) -> None:
    query = select(legs.c.broker_status, legs.c.broker_order_id, legs.c.filled_quantity)
    rows = (await connection.execute(query.where(legs.c.order_id == order_id).order_by(legs.c.number))).all()
    statuses = [BrokerStatus(row.broker_status) for row in rows]
    # One leg tells its own filled quantity; of several, some trading and others not is what counts.
    folded = fold(statuses, filled=len(rows) > 1 and any(row.filled_quantity for row in rows))
    ids = [row.broker_order_id for row in rows if row.broker_order_id is not None]
    change = (
        update(orders)
        .where(orders.c.id == order_id)
        .values(
            broker_status=folded and folded.value,
            broker_order_id=joined_ids(ids),
            working=any(status not in FINAL_LEG_STATES for status in statuses),
            version=orders.c.version + 1,
            cards_due=True,
        )
    )
    await connection.execute(change)
