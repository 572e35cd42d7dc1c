"""Moves legs from status to status, and folds an order's legs into its own columns."""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, select, update

from core.ids import OrderId
from core.orders.states import FINAL_LEG_STATES, BrokerStatus, fold
from core.ports import LegOutcome
from db.connections.prepared_statements import Prepared
from db.orders.mappers import dump_ids
from db.orders.order_rows import joined_ids
from db.tables.orders import legs, orders


def move_legs(connection: Connection, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
    """Move each leg out of its `was`; False and nothing changed when one of them is not there, or is tried again."""
    if not _move_all(connection, order_id, outcomes):
        return False
    _fold_into_order(connection, order_id)
    return True


def _move_all(connection: Connection, order_id: OrderId, outcomes: Sequence[LegOutcome]) -> bool:
    if len(outcomes) == 1:
        return _move(connection, order_id, outcomes[0])
    with connection.begin_nested() as savepoint:
        is_whole = all(_move(connection, order_id, outcome) for outcome in outcomes)
        if not is_whole:
            savepoint.rollback()
    return is_whole


def _move(connection: Connection, order_id: OrderId, outcome: LegOutcome) -> bool:
    is_sent = outcome.becomes is BrokerStatus.SENDING
    told = {f"new_{name}": getattr(outcome, name) for name in _TOLD}
    found = {"leg": outcome.leg_id, "of_order": order_id, "was": outcome.was.value, "attempt": outcome.attempt}
    given = {**found, **told, "becomes": outcome.becomes.value, "at": outcome.at}
    given |= {"new_sent_at": outcome.at if is_sent else None, "tries": int(is_sent)}
    given |= {"asked_at": outcome.asked_at, "candidates": dump_ids(outcome.candidates)}
    given["new_known_before"] = None if outcome.known_before is None else dump_ids(outcome.known_before)
    return _MOVE.run(connection, **given) == 1


def _fold_into_order(connection: Connection, order_id: OrderId) -> None:
    rows = _STANDING.rows(connection, wanted=order_id)
    statuses = [BrokerStatus(status) for status, _, _ in rows]
    # One leg tells its own filled quantity; of several, some trading and others not is what counts.
    folded = fold(statuses, filled=len(rows) > 1 and any(filled for _, _, filled in rows))
    ids = [broker_order_id for _, broker_order_id, _ in rows if broker_order_id is not None]
    is_working = any(status not in FINAL_LEG_STATES for status in statuses)
    standing = {"folded": folded and folded.value, "ids": joined_ids(ids), "is_working": is_working}
    _FOLD.run(connection, wanted=order_id, **standing)


def _or_as_it_was(column: Column[object]) -> ColumnElement[object]:
    return func.coalesce(bindparam(f"new_{column.name}", type_=column.type), column)


# Built once: every order needs them twice, and building takes longer than running.
_TOLD = ("broker_order_id", "filled_quantity", "average_price", "message", "client_order_id")
_MOVE = Prepared(
    update(legs)
    .where(
        legs.c.id == bindparam("leg"),
        legs.c.order_id == bindparam("of_order"),
        legs.c.broker_status == bindparam("was"),
        legs.c.attempts == bindparam("attempt"),
    )
    .values(
        broker_status=bindparam("becomes"),
        updated_at=bindparam("at"),
        asked_at=bindparam("asked_at"),
        candidates=bindparam("candidates"),
        attempts=legs.c.attempts + bindparam("tries"),
        **{name: _or_as_it_was(legs.c[name]) for name in (*_TOLD, "sent_at", "known_before")},
    )
)
_STANDING = Prepared(
    select(legs.c.broker_status, legs.c.broker_order_id, legs.c.filled_quantity)
    .where(legs.c.order_id == bindparam("wanted"))
    .order_by(legs.c.number)
)
_FOLD = Prepared(
    update(orders)
    .where(orders.c.id == bindparam("wanted"))
    .values(
        broker_status=bindparam("folded"),
        broker_order_id=bindparam("ids"),
        working=bindparam("is_working"),
        version=orders.c.version + 1,
        cards_due=True,
    )
)
