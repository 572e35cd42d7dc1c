"""Counts orders and what happened to them since the start, from the audit trail."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.audit import Kind
from core.ids import AccountId
from core.ports import Database

COUNTED: Mapping[str, Kind] = {
    "received": Kind.ORDER_RECEIVED,
    "approved": Kind.ORDER_APPROVED,
    "rejected": Kind.ORDER_REJECTED,
    "expired": Kind.ORDER_EXPIRED,
    "withdrawn": Kind.ORDER_WITHDRAWN,
    "denied": Kind.ORDER_DENIED,
}
"""What is counted, and the kind of audit row that stands for it."""


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """Orders of all accounts: what happened since the start, how many wait, and how many accounts are paused."""

    happened: Mapping[str, int]
    pending: int
    paused_accounts: int = 0


class OrderCounts:
    """Counts, reading only the audit rows added since the last call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: Mapping[AccountId, int] | None = None
        self._kinds: Counter[str] = Counter()
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Count from here on. Raises Unready."""
        async with self._database.read() as tx:
            self._read = await tx.counts.heads()

    async def take(self) -> OrderTotals:
        """The totals since counting began, at the latest with this call. Raises Unready."""
        async with self._turn:
            if self._read is None:
                await self.begin()
            pending, paused = await self._count()
        return OrderTotals({name: self._kinds[kind] for name, kind in COUNTED.items()}, pending, paused)

    async def _count(self) -> tuple[int, int]:
        """How many orders wait and accounts are paused; what happened is added up."""
        seen, found = self._read or {}, Counter[str]()
        async with self._database.read(lengthy=True) as tx:
            heads = await tx.counts.heads()
            for account_id, head in heads.items():
                after = seen.get(account_id, 0)
                if head > after:
                    found.update(await tx.counts.count_kinds(account_id, after, head))
            pending = await tx.counts.count_pending(), await tx.counts.count_paused()
        # After all reads, so that a failed one is not half counted.
        self._kinds.update(found)
        self._read = heads
        return pending
