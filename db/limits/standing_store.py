"""Standing approvals, and what was sent under them, counted off the orders themselves."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select, update

from core.accounts import TradingMode
from core.clock import utc_text
from core.errors import Unready
from core.ids import AccountId, OrderId, UserId
from core.market.instruments import Ticker
from core.orders.order import ApiType
from core.orders.states import BrokerStatus, QueueStatus
from core.standing.approvals import Size, StandingApproval, StandingId, Terms
from core.standing.grammar import dump_terms, parse_terms
from core.standing.replay import StandingRows, size_as_facts
from core.standing.usage import UsedLeg, UsedOrder
from db.connections.store_connection import StoreConnection
from db.tables.orders import legs, orders
from db.tables.standing import standing_approvals as rows
from db.tables.standing import standing_uses as uses

_IN_FORCE = rows.c.stopped_at.is_(None)


class StandingStore:
    """Implements core.ports.StandingApprovals."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def list(self, account_id: AccountId) -> Sequence[StandingApproval]:
        """Those that nobody stopped, oldest first. Raises Unready."""
        query = select(rows).where(rows.c.account_id == account_id, _IN_FORCE).order_by(rows.c.id)
        return await self._load(query)

    async def find(self, standing_id: StandingId) -> StandingApproval | None:
        """The approval with this number, also one that was stopped. Raises Unready."""
        found = await self._load(select(rows).where(rows.c.id == standing_id))
        return found[0] if found else None

    async def list_numbers(self, account_id: AccountId, given_by: UserId | None = None) -> Sequence[StandingId]:
        """The numbers of those that nobody stopped, of one giver or of all; also of those that cannot be read."""
        query = select(rows.c.id).where(rows.c.account_id == account_id, _IN_FORCE).order_by(rows.c.id)
        if given_by is not None:
            query = query.where(rows.c.given_by_id == given_by)
        return [StandingId(one) for one in (await self._connection.execute(query)).scalars()]

    async def list_used(self, account_id: AccountId, since: datetime) -> Sequence[UsedOrder]:
        """The orders sent under any of the account's approvals since then, as they stand now."""
        columns = (uses.c.order_id, uses.c.standing_id, uses.c.shares, uses.c.lots, uses.c.rupees, orders.c.status)
        of_leg = (legs.c.broker_status, legs.c.filled_quantity, legs.c.sent_at)
        query = (
            select(*columns, *of_leg)
            .join(orders, orders.c.id == uses.c.order_id)
            .join(rows, rows.c.id == uses.c.standing_id)
            .join(legs, legs.c.order_id == uses.c.order_id)
            .where(rows.c.account_id == account_id, uses.c.used_at >= since)
            .order_by(uses.c.order_id, legs.c.number)
        )
        found = (await self._connection.execute(query)).all()
        try:
            return [_to_used(list(group)) for _, group in groupby(found, key=lambda row: row.order_id)]
        except ValueError:
            raise Unready("What was sent under a standing approval cannot be read.") from None

    async def list_unsent(self, standing_id: StandingId) -> Sequence[OrderId]:
        """The orders sent under it that are still approved and of which no leg has left."""
        left = exists().where(legs.c.order_id == orders.c.id, legs.c.broker_status != BrokerStatus.READY.value)
        query = select(orders.c.id).join(uses, uses.c.order_id == orders.c.id).order_by(orders.c.id)
        query = query.where(uses.c.standing_id == standing_id, orders.c.status == QueueStatus.APPROVED.value, ~left)
        return [OrderId(one) for one in (await self._connection.execute(query)).scalars()]

    async def list_seen(
        self, account_id: AccountId, trading_mode: TradingMode, most: int
    ) -> Sequence[tuple[str, Ticker]]:
        """Which strategies sent orders for which instruments, among so many of the newest orders; newest first."""
        newest = (
            select(orders.c.id, orders.c.strategy, orders.c.trading_mode, orders.c.api_type)
            .where(orders.c.account_id == account_id)
            .order_by(orders.c.id.desc())
            .limit(most)
            .subquery()
        )
        what = newest.c.strategy, legs.c.exchange, legs.c.symbol
        query = select(*what).join(legs, legs.c.order_id == newest.c.id)
        query = query.where(newest.c.trading_mode == trading_mode.value, newest.c.api_type != ApiType.CLIENT.value)
        found = await self._connection.execute(query.group_by(*what).order_by(func.max(newest.c.id).desc(), *what))
        return [(strategy, (exchange, symbol)) for strategy, exchange, symbol in found]

    async def list_rows(self, account_id: AccountId) -> StandingRows:
        """Every approval of the account, and every use, as they are stored."""
        given = select(rows).where(rows.c.account_id == account_id)
        used = select(uses).join(orders, orders.c.id == uses.c.order_id).where(orders.c.account_id == account_id)
        found = StandingRows()
        for row in await self._connection.execute(given):
            written = row.terms, row.given_by_id, utc_text(row.given_at), row.stopped_at is not None
            found.approvals[row.id] = written
        for row in await self._connection.execute(used):
            found.uses[row.order_id] = row.standing_id, *size_as_facts(Size(row.shares, row.lots, row.rupees))
        return found

    async def add(self, terms: Terms, given_by: str, given_by_id: UserId, at: datetime) -> StandingId:
        """Add an approval; returns its number."""
        new = {"account_id": terms.account_id, "terms": dump_terms(terms), "given_by": given_by}
        added = await self._connection.execute(insert(rows).values(**new, given_by_id=given_by_id, given_at=at))
        key = added.inserted_primary_key
        assert key is not None
        return StandingId(int(key[0]))

    async def stop(self, standing_id: StandingId, by: str, at: datetime) -> bool:
        """Stop it; False when it was stopped already."""
        swap = update(rows).where(rows.c.id == standing_id, _IN_FORCE).values(stopped_by=by, stopped_at=at)
        return (await self._connection.execute(swap)).rowcount == 1

    async def record_use(self, order_id: OrderId, standing_id: StandingId, size: Size, at: datetime) -> None:
        """Record that an order is sent under an approval, and how large it is."""
        new = {"order_id": order_id, "standing_id": standing_id, "used_at": at, "shares": size.shares}
        await self._connection.execute(insert(uses).values(**new, lots=size.lots, rupees=size.rupees))

    async def _load(self, query: Select[Any]) -> Sequence[StandingApproval]:
        return [_to_approval(row) for row in await self._connection.execute(query)]


def _to_approval(row: Row[Any]) -> StandingApproval:
    terms = parse_terms(row.terms)
    if terms.account_id != row.account_id:
        raise Unready("A standing approval names another account; none of them lets anything through.")
    given = row.given_by, UserId(row.given_by_id), row.given_at
    return StandingApproval(StandingId(row.id), terms, *given, row.stopped_by or "", row.stopped_at)


def _to_used(found: Sequence[Any]) -> UsedOrder:
    one = found[0]
    size = Size(one.shares, one.lots, one.rupees)
    of_legs = [UsedLeg(BrokerStatus(row.broker_status), row.filled_quantity, row.sent_at) for row in found]
    return UsedOrder(StandingId(one.standing_id), size, QueueStatus(one.status), of_legs)
