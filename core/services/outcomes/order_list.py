"""Lets a strategy page through its account's orders."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.ids import AccountId, OrderId
from core.orders.states import QueueStatus
from core.ports import Database, OrderPage


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of orders, and how many orders of the whole account have each status."""

    page: OrderPage
    counts: Mapping[QueueStatus, int]


class OrderList:
    """Reads an account's orders, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, account_id: AccountId, status: QueueStatus | None, before: OrderId | None, limit: int
    ) -> Listing:
        """At most `limit` orders in `status` (None: in any) below the number `before`. Raises Unready."""
        async with self._database.read() as tx:
            page = await tx.orders.list_newest([account_id], status, before, limit)
            counted = await tx.orders.count_by_status(account_id)
        return Listing(page, {one: counted.get(one, 0) for one in QueueStatus})
