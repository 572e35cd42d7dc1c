"""Counts rows for metrics."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from core.audit import Kind
from core.ids import AccountId
from core.orders.states import BrokerStatus
from core.ports.counts import Step
from db.connections.store_connection import StoreConnection
from db.tables.column_types import Moment
from db.tables.orders import WAITS, accounts, audit_events, audit_heads, legs, orders

_PENDING = select(func.count()).select_from(orders).where(*WAITS)
# Not the plain minimum: for that SQLite would walk the index of the arrivals of all orders there ever were.
_OLDEST = select(func.min(func.coalesce(orders.c.created_at, orders.c.created_at, type_=Moment))).where(*WAITS)
_UNKNOWN = (
    select(func.count())
    .select_from(legs)
    .where(legs.c.broker_status == BrokerStatus.UNKNOWN.value)
    .where(legs.c.order_id.in_(select(orders.c.id).where(orders.c.working)))
)
_STEPS = (Kind.ORDER_SHOWN.value, Kind.LEG_SENDING.value)


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

    async def list_steps(self, account_id: AccountId, after: int, until: int) -> Sequence[Step]:
        """Each order shown and each leg sent behind the number `after`, up to and including `until`."""
        rows = audit_events.c
        query = (
            select(rows.kind, rows.at, rows.facts, orders.c.created_at, orders.c.approved_at, orders.c.approved_by_id)
            .join(orders, orders.c.id == rows.order_id)
            .where(rows.account_id == account_id, rows.seq > after, rows.seq <= until, rows.kind.in_(_STEPS))
        )
        found = await self._connection.execute(query)
        return [
            Step(kind, at, facts, created_at, approved_at if approver is not None else None)
            for kind, at, facts, created_at, approved_at, approver in found
        ]

    async def oldest_waiting(self) -> datetime | None:
        """When the oldest order that waits for a person came; None when none waits."""
        oldest: datetime | None = (await self._connection.execute(_OLDEST)).scalar_one_or_none()
        return oldest

    async def count_unknown_legs(self) -> int:
        """Count the legs of which nobody knows what the broker did."""
        return (await self._connection.execute(_UNKNOWN)).scalar_one()
