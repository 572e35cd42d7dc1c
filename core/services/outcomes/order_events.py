"""Reads the events of an account's orders from any position in its audit trail on."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from core.accounts import Caller
from core.audit import Link
from core.ids import AccountId, OrderId
from core.orders.order import Order
from core.orders.order_events import StrategyEvent, change_of, concerns_strategy, event_name_of, is_of_leg
from core.ports import Database, ReadTransaction
from core.services.outcomes.idle_streams import IdleStreams
from core.services.wakeups import Wakeups


@dataclass(frozen=True, slots=True)
class Page:
    """A page of events in order; continue from `position`, at once when there may be `more`."""

    events: Sequence[StrategyEvent]
    position: int
    more: bool


class Events:
    """Reads the audit trail as events, and says when there may be new ones."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database = database
        self._wakeups = wakeups
        self._idle = IdleStreams(database)

    async def head(self, account_id: AccountId) -> int:
        """The account's last position. Raises Unready."""
        async with self._database.read() as tx:
            return (await tx.audit.head(account_id))[0]

    async def after(self, account_id: AccountId, position: int, limit: int) -> Page:
        """The events among the next `limit` rows behind `position`; often none. Raises Unready."""
        async with self._database.read() as tx:
            links = await tx.audit.after(account_id, position, limit)
            orders: dict[OrderId, Order | None] = {}
            events = [one for link in links if (one := await _event_of(tx, link, orders)) is not None]
        return Page(events, links[-1].seq if links else position, len(links) == limit)

    async def must_look(self, caller: Caller, position: int) -> bool:
        """Whether the caller must look: for events behind `position`, or because its key is no longer good."""
        return await self._idle.must_look(caller, position)

    def following(self, account_id: AccountId) -> AbstractContextManager[asyncio.Event]:
        """An event that is set whenever something may have happened to an order of this account."""
        return self._wakeups.follow(account_id)


async def _event_of(tx: ReadTransaction, link: Link, orders: dict[OrderId, Order | None]) -> StrategyEvent | None:
    if not concerns_strategy(link) or link.order_id is None:
        return None
    order_id = OrderId(link.order_id)
    if order_id not in orders:
        orders[order_id] = await tx.orders.find(order_id)
    order = orders[order_id]
    if order is None:
        return None
    until_then = await tx.audit.leg_events(order_id, link.seq) if is_of_leg(link) else ()
    name = event_name_of(link, order, until_then)
    return None if name is None else StrategyEvent(link.seq, name, link.at, order, change_of(link))
