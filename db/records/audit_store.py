"""Stores each account's chain of audit events."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from core.audit import NO_HEAD, SYSTEM, Event, Head, Kind, Link, forge, seal_head
from core.ids import AccountId, OrderId
from db.connections.bulk_insert import insert_columns
from db.connections.prepared_statements import Prepared
from db.connections.store_connection import StoreConnection
from db.tables.hooks import IS_LEG_EVENT
from db.tables.orders import audit_events, audit_heads


def to_link(row: Row[Any]) -> Link:
    """A link of the chain out of its row."""
    return Link(
        AccountId(row.account_id),
        row.seq,
        row.at,
        row.kind,
        row.actor,
        row.order_id,
        row.facts,
        row.prev_hash,
        row.hash,
    )


PAGE = 1000
Heads = dict[AccountId, Head]

_HEAD = Prepared(
    select(audit_heads.c.seq, audit_heads.c.hash, audit_heads.c.seal).where(
        audit_heads.c.account_id == bindparam("account")
    )
)
_moved: dict[str, Any] = {"seq": bindparam("new_seq"), "hash": bindparam("new_hash"), "seal": bindparam("new_seal")}
_MOVE_HEAD = Prepared(update(audit_heads).where(audit_heads.c.account_id == bindparam("account")).values(_moved))
_ADD_HEAD = Prepared(insert(audit_heads).values(account_id=bindparam("account"), **_moved))
_COLUMNS = tuple(column.name for column in audit_events.columns)
_fields = attrgetter(*_COLUMNS)


class AuditStore:
    """Implements core.ports.AuditTrail."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def append(self, *events: Event) -> None:
        """Append these events to their accounts' chains."""
        await self._connection.run_sync(chain, events)

    async def head(self, account_id: AccountId) -> Head:
        """What was written last; number 0 and the genesis hash for an empty chain."""
        heads = await self._connection.run_sync(find_heads, [account_id])
        return heads.get(account_id, NO_HEAD)

    async def links(self, account_id: AccountId) -> AsyncIterator[Link]:
        """The account's rows in the order of their numbers."""
        last = 0
        while True:
            page = await self.after(account_id, last, PAGE)
            for link in page:
                yield link
            if len(page) < PAGE:
                return
            last = page[-1].seq

    async def after(self, account_id: AccountId, seq: int, limit: int) -> Sequence[Link]:
        """The account's rows behind the number `seq`, in their order."""
        page = (
            select(audit_events)
            .where(audit_events.c.account_id == account_id, audit_events.c.seq > seq)
            .order_by(audit_events.c.seq)
            .limit(limit)
        )
        return [to_link(row) for row in await self._connection.execute(page)]

    async def leg_events(self, order_id: OrderId, until: int) -> Sequence[Link]:
        """List the events of an order's legs, up to and including the number `until`, in order."""
        query = (
            select(audit_events)
            .where(audit_events.c.order_id == order_id, audit_events.c.seq <= until, text(IS_LEG_EVENT))
            .order_by(audit_events.c.seq)
        )
        return [to_link(row) for row in await self._connection.execute(query)]

    async def chained_accounts(self) -> Sequence[AccountId]:
        """Every account that has a chain or must have one."""
        with_head = select(audit_heads.c.account_id)
        with_rows = select(audit_events.c.account_id).distinct()
        found = await self._connection.execute(with_head.union(with_rows))
        return sorted(AccountId(row.account_id) for row in found)


def chain(connection: Connection, events: Iterable[Event], heads: Heads | None = None) -> None:
    """Append these events to their accounts' chains; `heads` when this transaction has read them already."""
    events = tuple(events)
    if not events:
        return
    heads = find_heads(connection, {event.account_id for event in events}) if heads is None else heads
    links: list[tuple[object, ...]] = []
    moved: Heads = {}
    for event in events:
        last = moved.get(event.account_id) or heads.get(event.account_id, NO_HEAD)
        link = forge(event, last.seq + 1, last.hash)
        moved[event.account_id] = Head(link.seq, link.hash)
        links.append(_fields(link))
    insert_columns(connection, audit_events, dict(zip(_COLUMNS, zip(*links, strict=True), strict=True)))
    for account_id, head in moved.items():
        _move_head(connection, account_id, head)


def find_heads(connection: Connection, account_ids: Iterable[AccountId]) -> Heads:
    """The last number and hash that were written for each of these accounts that has a chain."""
    found = {account_id: _HEAD.rows(connection, account=account_id) for account_id in account_ids}
    return {account_id: Head(*rows[0]) for account_id, rows in found.items() if rows}


def seal_unsealed(connection: Connection, now: datetime) -> None:
    """Seal the chains that an older version has written; each says from which event on it is sealed."""
    found = connection.execute(select(audit_heads).where(audit_heads.c.seal.is_(None))).all()
    chain(
        connection,
        [Event(AccountId(row.account_id), Kind.SEALED, SYSTEM, now, facts={"until": row.seq}) for row in found],
    )


def _move_head(connection: Connection, account_id: AccountId, head: Head) -> None:
    key = connection.get_execution_options()["seal_key"]
    seal = seal_head(key, account_id, head.seq, head.hash)
    values = {"account": account_id, "new_seq": head.seq, "new_hash": head.hash, "new_seal": seal}
    if _MOVE_HEAD.run(connection, **values) == 0:
        _ADD_HEAD.run(connection, **values)
