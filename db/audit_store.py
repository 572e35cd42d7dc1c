"""The audit chain's rows."""

from collections.abc import AsyncIterator, Iterable, Sequence
from operator import attrgetter

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit import GENESIS, Event, Link, forge
from core.ids import AccountId, OrderId
from db.bulk import insert_many
from db.hook_tables import IS_LEG_EVENT
from db.mappers import to_link
from db.tables import audit_events, audit_heads

PAGE = 1000
Heads = dict[AccountId, tuple[int, str]]

# Built once: building a statement takes longer than running it, and this is on every order's way.
_HEADS = select(audit_heads).where(audit_heads.c.account_id.in_(bindparam("of", expanding=True)))
_MOVE_HEAD = update(audit_heads).where(audit_heads.c.account_id == bindparam("of"))
_MOVE_HEAD = _MOVE_HEAD.values(seq=bindparam("seq"), hash=bindparam("hash"))
_ADD_HEAD = insert(audit_heads).values(account_id=bindparam("of"), seq=bindparam("seq"), hash=bindparam("hash"))
_COLUMNS = tuple(column.name for column in audit_events.columns)
_fields = attrgetter(*_COLUMNS)


class AuditStore:
    """Implements core.ports.AuditTrail."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, *events: Event) -> None:
        """Chain these events, in the caller's transaction."""
        await self._connection.run_sync(chain, events)

    async def head(self, account_id: AccountId) -> tuple[int, str]:
        """The last number and hash that were written; 0 and the genesis hash for an empty chain."""
        heads = await self._connection.run_sync(find_heads, [account_id])
        return heads.get(account_id, (0, GENESIS))

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
        """What happened to an order's legs, up to and including the number `until`, in order."""
        query = (
            select(audit_events)
            .where(audit_events.c.order_id == order_id, audit_events.c.seq <= until, text(IS_LEG_EVENT))
            .order_by(audit_events.c.seq)
        )
        return [to_link(row) for row in await self._connection.execute(query)]

    async def chained_accounts(self) -> Sequence[AccountId]:
        """Every account that has a chain, or ought to."""
        with_head = select(audit_heads.c.account_id)
        with_rows = select(audit_events.c.account_id).distinct()
        found = await self._connection.execute(with_head.union(with_rows))
        return sorted(AccountId(row.account_id) for row in found)


def chain(connection: Connection, events: Iterable[Event], heads: Heads | None = None) -> None:
    """Chain these events, in the caller's transaction; `heads` when it has read them there already."""
    events = tuple(events)
    heads = find_heads(connection, {event.account_id for event in events}) if heads is None else heads
    links: list[dict[str, object]] = []
    moved: Heads = {}
    for event in events:
        seq, prev_hash = moved.get(event.account_id) or heads.get(event.account_id, (0, GENESIS))
        link = forge(event, seq + 1, prev_hash)
        moved[event.account_id] = (link.seq, link.hash)
        links.append(dict(zip(_COLUMNS, _fields(link), strict=True)))
    insert_many(connection, audit_events, links)
    for account_id, (seq, hash_) in moved.items():
        _move_head(connection, {"of": account_id, "seq": seq, "hash": hash_})


def find_heads(connection: Connection, account_ids: Iterable[AccountId]) -> Heads:
    """The last number and hash that were written for each of these accounts that has a chain."""
    found = connection.execute(_HEADS, {"of": list(account_ids)})
    return {AccountId(row.account_id): (row.seq, row.hash) for row in found}


def _move_head(connection: Connection, head: dict[str, object]) -> None:
    if connection.execute(_MOVE_HEAD, head).rowcount == 0:
        connection.execute(_ADD_HEAD, head)
