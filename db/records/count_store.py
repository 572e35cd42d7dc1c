"""Counts rows for metrics."""

from collections.abc import Mapping

from sqlalchemy import func, select

from core.ids import AccountId
from db.connections.store_connection import StoreConnection
from db.tables.orders import WAITS, accounts, audit_events, audit_heads, orders

_PENDING = select(func.count()).select_from(orders).where(*WAITS)


class CountStore:
    """Implements core.ports.Counts."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def count_pending(self) -> int:
        """Count the orders of all accounts that wait for a person."""
        return (await self._connection.execute(_PENDING)).scalar_one()

    async def count_paused(self) -> int:
        """Count the accounts that are paused."""
        query = select(func.count()).select_from(accounts).where(accounts.c.paused_at.is_not(None))
        return (await self._connection.execute(query)).scalar_one()

    async def heads(self) -> Mapping[AccountId, int]:
        """The last number of each account's audit trail."""
        found = await self._connection.execute(select(audit_heads.c.account_id, audit_heads.c.seq))
        return {AccountId(row.account_id): row.seq for row in found}

    async def count_kinds(self, account_id: AccountId, after: int, until: int) -> Mapping[str, int]:
        """Count the trail's rows of each kind behind the number `after`, up to and including `until`."""
        rows = audit_events.c
        query = select(rows.kind, func.count().label("rows")).where(rows.account_id == account_id)
        found = await self._connection.execute(query.where(rows.seq > after, rows.seq <= until).group_by(rows.kind))
        return {row.kind: row.rows for row in found}
