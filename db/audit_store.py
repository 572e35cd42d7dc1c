"""The audit chain's rows."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit import GENESIS, Event, Link, forge
from core.ids import AccountId
from db.mappers import to_link
from db.tables import audit_events, audit_heads

PAGE = 1000


class AuditStore:
    """Implements core.ports.AuditTrail."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, *events: Event) -> None:
        """Chain these events, in the caller's transaction."""
        heads = await self._heads({event.account_id for event in events})
        links: list[Link] = []
        for event in events:
            seq, prev_hash = heads.get(event.account_id, (0, GENESIS))
            link = forge(event, seq + 1, prev_hash)
            heads[event.account_id] = (link.seq, link.hash)
            links.append(link)
        await self._connection.execute(insert(audit_events), [asdict(link) for link in links])
        for account_id, (seq, hash_) in heads.items():
            await self._move_head(account_id, seq, hash_)

    async def head(self, account_id: AccountId) -> tuple[int, str]:
        """The last number and hash that were written; 0 and the genesis hash for an empty chain."""
        return (await self._heads([account_id])).get(account_id, (0, GENESIS))

    async def links(self, account_id: AccountId) -> AsyncIterator[Link]:
        """The account's rows in the order of their numbers."""
        last = 0
        while True:
            page = (
                select(audit_events)
                .where(audit_events.c.account_id == account_id, audit_events.c.seq > last)
                .order_by(audit_events.c.seq)
                .limit(PAGE)
            )
            rows = (await self._connection.execute(page)).all()
            for row in rows:
                yield to_link(row)
            if len(rows) < PAGE:
                return
            last = rows[-1].seq

    async def chained_accounts(self) -> Sequence[AccountId]:
        """Every account that has a chain, or ought to."""
        with_head = select(audit_heads.c.account_id)
        with_rows = select(audit_events.c.account_id).distinct()
        found = await self._connection.execute(with_head.union(with_rows))
        return sorted(AccountId(row.account_id) for row in found)

    async def _heads(self, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[int, str]]:
        query = select(audit_heads).where(audit_heads.c.account_id.in_(list(account_ids)))
        found = await self._connection.execute(query)
        return {AccountId(row.account_id): (row.seq, row.hash) for row in found}

    async def _move_head(self, account_id: AccountId, seq: int, hash_: str) -> None:
        values = {"seq": seq, "hash": hash_}
        moved = await self._connection.execute(
            update(audit_heads).where(audit_heads.c.account_id == account_id).values(**values)
        )
        if moved.rowcount == 0:
            await self._connection.execute(insert(audit_heads).values(account_id=account_id, **values))
