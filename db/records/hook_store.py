"""Stores hooks, and the outbox of their deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, insert, literal_column, select, update

from core.ids import AccountId, OrderId
from core.ports.hooks import Attempt, Delivery, DeliveryId, DeliveryStatus, Hook, NewDelivery
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.tables.hooks import deliveries, hooks
from db.tables.orders import audit_heads

_DUE: ColumnElement[str] = literal_column("'due'")
"""A literal, so that the planner sees that the partial index covers it."""
_DELIVERY = ("seq", "event", "body", "created_at", "attempts", "next_at", "answer")
_HOOK = ("url", "rotation", "rotated_at", "position", "stopped_at", "stopped_why")


def _with_work() -> Select[Any]:
    heads, due = audit_heads.c, deliveries.c
    has_news = exists().where(heads.account_id == hooks.c.account_id, heads.seq > hooks.c.position)
    is_due = exists().where(due.status == _DUE, due.account_id == hooks.c.account_id, due.next_at <= bindparam("now"))
    return select(hooks).where(hooks.c.stopped_at.is_(None), has_news | is_due).order_by(hooks.c.account_id)


_WITH_WORK = Prepared(_with_work())
_OF_ACCOUNT = Prepared(select(hooks).where(hooks.c.account_id == bindparam("account")))


def _hook(row: Mapping[str, Any]) -> Hook:
    return Hook(AccountId(row["account_id"]), **{name: row[name] for name in _HOOK})


class HookStore:
    """Implements core.ports.hooks.Hooks."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def find(self, account_id: AccountId) -> Hook | None:
        """The account's hook, a stopped one included."""
        found = await _OF_ACCOUNT.find(self._connection, account=account_id)
        return _hook(found[0]) if found else None

    async def list_with_work(self, now: datetime) -> Sequence[Hook]:
        """List hooks that are not stopped and have events to look at, or deliveries whose time has come."""
        return [_hook(row) for row in await _WITH_WORK.find(self._connection, now=now)]

    async def list_due(self, account_id: AccountId, now: datetime, limit: int) -> Sequence[Delivery]:
        """Deliveries whose time has come, oldest first; of each order only the first that is not finished."""
        earlier = deliveries.alias("earlier")
        in_turn = ~exists().where(
            earlier.c.account_id == deliveries.c.account_id,
            earlier.c.order_id == deliveries.c.order_id,
            earlier.c.id < deliveries.c.id,
            earlier.c.status == _DUE,
        )
        query = select(deliveries).where(deliveries.c.status == _DUE, deliveries.c.account_id == account_id)
        query = query.where(deliveries.c.next_at <= now, in_turn)
        return await self._list(query.order_by(deliveries.c.id).limit(limit))

    async def newest(self, account_id: AccountId, limit: int) -> Sequence[Delivery]:
        """List the account's deliveries, newest first."""
        query = select(deliveries).where(deliveries.c.account_id == account_id)
        return await self._list(query.order_by(deliveries.c.seq.desc()).limit(limit))

    async def count(self, account_id: AccountId) -> Mapping[DeliveryStatus, int]:
        """Count the account's deliveries in each status."""
        query = select(deliveries.c.status, func.count()).where(deliveries.c.account_id == account_id)
        found = await self._connection.execute(query.group_by(deliveries.c.status))
        return {DeliveryStatus(status): count for status, count in found}

    async def put(self, hook: Hook) -> None:
        """Insert or replace the account's hook."""
        values = {name: value for name, value in asdict(hook).items() if name != "account_id"}
        change = update(hooks).where(hooks.c.account_id == hook.account_id).values(values)
        if (await self._connection.execute(change)).rowcount == 0:
            await self._connection.execute(insert(hooks).values(account_id=hook.account_id, **values))

    async def plan(self, hook: Hook, position: int, new: Sequence[NewDelivery], at: datetime) -> bool:
        """Add deliveries and move the hook's position, unless the stored hook differs from `hook`."""
        still = (
            hooks.c.account_id == hook.account_id,
            hooks.c.position == hook.position,
            hooks.c.rotation == hook.rotation,
            hooks.c.stopped_at.is_(None),
        )
        moved = await self._connection.execute(update(hooks).where(*still).values(position=position))
        if moved.rowcount != 1:
            return False
        if new:
            standing = {"created_at": at, "status": "due", "attempts": 0, "next_at": at, "answer": ""}
            await self._connection.execute(insert(deliveries), [asdict(one) | standing for one in new])
        return True

    async def record(self, delivery: Delivery, attempt: Attempt) -> bool:
        """Store an attempt, unless the stored delivery differs from `delivery`."""
        is_over = attempt.status is not DeliveryStatus.DUE
        still = (
            deliveries.c.id == delivery.id,
            deliveries.c.status == delivery.status.value,
            deliveries.c.attempts == delivery.attempts,
        )
        change = (
            update(deliveries)
            .where(*still)
            .values(
                status=attempt.status.value,
                attempts=delivery.attempts + 1,
                next_at=attempt.next_at,
                answer=attempt.answer,
                finished_at=attempt.at if is_over else None,
            )
        )
        return (await self._connection.execute(change)).rowcount == 1

    async def stop(self, account_id: AccountId, at: datetime, why: str) -> int:
        """Stop the account's hook, and give up what was due; returns how many deliveries that were."""
        running = (hooks.c.account_id == account_id, hooks.c.stopped_at.is_(None))
        await self._connection.execute(update(hooks).where(*running).values(stopped_at=at, stopped_why=why))
        due = (deliveries.c.account_id == account_id, deliveries.c.status == _DUE)
        over = update(deliveries).where(*due).values(status="given up", finished_at=at, answer=why)
        return (await self._connection.execute(over)).rowcount

    async def forget_before(self, moment: datetime) -> int:
        """Delete deliveries that were finished before this moment; how many."""
        old = delete(deliveries).where(deliveries.c.finished_at < moment)
        return (await self._connection.execute(old)).rowcount

    async def _list(self, query: Select[Any]) -> list[Delivery]:
        rows = (await self._connection.execute(query)).mappings().all()
        return [
            Delivery(
                id=DeliveryId(row["id"]),
                account_id=AccountId(row["account_id"]),
                order_id=OrderId(row["order_id"]),
                status=DeliveryStatus(row["status"]),
                **{name: row[name] for name in _DELIVERY},
            )
            for row in rows
        ]
