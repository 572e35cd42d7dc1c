"""Lists orders as one person sees them, and hides finished ones from them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, literal, literal_column, or_, select, true, update

from core.ids import AccountId, OrderId, UserId
from core.orders.states import QueueStatus
from core.ports import OrderPage
from db.connections.store_connection import StoreConnection
from db.orders.order_store import OrderStore
from db.tables.order_lists import kept_orders, list_marks
from db.tables.orders import WAITS, orders

_WAITS = orders.c.status == literal_column("'pending'")
"""A literal, so that the planner sees that a partial index covers it."""
_WORKS = orders.c.working == true()
_UNFINISHED = or_(_WAITS, _WORKS)


_NEWEST = 50
"""Rejected orders of an account: what somebody rejected a moment ago is among them."""


class OrderListStore:
    """Implements core.ports.insight.OrderLists."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection
        self._orders = OrderStore(connection)

    async def list_unhidden(
        self,
        user_id: UserId,
        account_ids: Sequence[AccountId],
        status: QueueStatus | None,
        before: OrderId | None,
        limit: int,
    ) -> OrderPage:
        """Orders of these accounts that this person has not hidden, newest first."""
        found: list[int] = []
        for account_id in account_ids:
            mark = await self._mark(user_id, account_id)
            newer = select(orders.c.id).where(orders.c.account_id == account_id, orders.c.id > mark)
            found += await self._walk(newer, status, before, limit)
            if mark:
                found += await self._walk(_kept(user_id, account_id, mark), status, before, limit)
        found.sort(reverse=True)
        return await self._page(found, limit)

    async def list_waiting(self, account_ids: Sequence[AccountId], after: OrderId | None, limit: int) -> OrderPage:
        """Pending orders of these accounts, the one that expires soonest first; `after` continues behind it."""
        query = select(orders.c.id).where(*WAITS, orders.c.account_id.in_(account_ids))
        if after is not None:
            ends = select(orders.c.expires_at).where(orders.c.id == after).scalar_subquery()
            at_once = and_(orders.c.expires_at == ends, orders.c.id > after)
            query = query.where(orders.c.expires_at >= ends, or_(orders.c.expires_at > ends, at_once))
        query = query.order_by(orders.c.expires_at, orders.c.id).limit(limit + 1)
        return await self._page([*(await self._connection.execute(query)).scalars()], limit)

    async def find_unexplained(
        self, user_id: UserId, account_ids: Collection[AccountId], since: datetime
    ) -> OrderId | None:
        """What this person rejected last, after `since` and without a reason, among the newest rejected orders."""
        found = []
        for account_id in account_ids:
            of_account = orders.c.account_id == account_id, orders.c.status == QueueStatus.REJECTED.value
            newest = select(orders).where(*of_account).order_by(orders.c.id.desc()).limit(_NEWEST).subquery()
            theirs = newest.c.rejected_by_id == user_id, newest.c.rejected_at > since
            query = select(newest.c.rejected_at, newest.c.id).where(*theirs, newest.c.rejected_reason.is_(None))
            found += [(row.rejected_at, row.id) for row in await self._connection.execute(query)]
        return OrderId(max(found)[1]) if found else None

    async def hides_any(self, user_id: UserId, account_ids: Collection[AccountId]) -> bool:
        """Whether this person has hidden orders of any of these accounts."""
        theirs = list_marks.c.user_id == user_id, list_marks.c.account_id.in_(account_ids)
        return (
            await self._connection.execute(select(list_marks.c.up_to).where(*theirs).limit(1))
        ).first() is not None

    async def hide_decided(self, user_id: UserId, account_id: AccountId) -> bool:
        """Leave every order that is finished out of this person's lists; whether that hid any more of them."""
        if not await self._shows_finished(user_id, account_id):
            return False
        await self._keep(user_id, account_id)
        newest = select(func.max(orders.c.id)).where(orders.c.account_id == account_id).scalar_subquery()
        theirs = list_marks.c.user_id == user_id, list_marks.c.account_id == account_id
        moved = await self._connection.execute(update(list_marks).where(*theirs).values(up_to=newest))
        if moved.rowcount == 0:
            new = {"user_id": user_id, "account_id": account_id, "up_to": newest}
            await self._connection.execute(insert(list_marks).values(new))
        return True

    async def show_hidden(self, user_id: UserId, account_id: AccountId) -> None:
        """List everything again."""
        for table in (kept_orders, list_marks):
            theirs = table.c.user_id == user_id, table.c.account_id == account_id
            await self._connection.execute(delete(table).where(*theirs))

    async def _shows_finished(self, user_id: UserId, account_id: AccountId) -> bool:
        """Whether these lists show an order that is finished."""
        mark = await self._mark(user_id, account_id)
        newer = select(orders.c.id).where(orders.c.account_id == account_id, orders.c.id > mark)
        for shown in (newer, _kept(user_id, account_id, mark)):
            if (await self._connection.execute(shown.where(~_UNFINISHED).limit(1))).first() is not None:
                return True
        return False

    async def _keep(self, user_id: UserId, account_id: AccountId) -> None:
        """Write down what is not finished yet: it stays listed when it is decided later."""
        theirs = kept_orders.c.user_id == user_id, kept_orders.c.account_id == account_id
        await self._connection.execute(delete(kept_orders).where(*theirs))
        for unfinished in (_WAITS, _WORKS):
            rows = select(literal(user_id), orders.c.account_id, orders.c.id)
            rows = rows.where(orders.c.account_id == account_id, unfinished)
            columns = ["user_id", "account_id", "order_id"]
            await self._connection.execute(insert(kept_orders).from_select(columns, rows))

    async def _mark(self, user_id: UserId, account_id: AccountId) -> int:
        theirs = list_marks.c.user_id == user_id, list_marks.c.account_id == account_id
        return (await self._connection.execute(select(list_marks.c.up_to).where(*theirs))).scalar() or 0

    async def _walk(
        self, query: Select[Any], status: QueueStatus | None, before: OrderId | None, limit: int
    ) -> list[int]:
        """The first numbers of one ordered walk along an index."""
        if status is not None:
            query = query.where(orders.c.status == status.value)
        if before is not None:
            query = query.where(orders.c.id < before)
        newest = query.order_by(orders.c.id.desc()).limit(limit + 1)
        return [*(await self._connection.execute(newest)).scalars()]

    async def _page(self, numbers: Sequence[int], limit: int) -> OrderPage:
        page = tuple(await self._orders.list_by_number(numbers[:limit]))
        return OrderPage(page, page[-1].id if page and len(numbers) > limit else None)


def _kept(user_id: UserId, account_id: AccountId, mark: int) -> Select[Any]:
    """What was not finished when the person hid everything else up to `mark`."""
    query = select(orders.c.id).join(kept_orders, kept_orders.c.order_id == orders.c.id)
    theirs = kept_orders.c.user_id == user_id, kept_orders.c.account_id == account_id
    return query.where(*theirs, orders.c.id <= mark)
