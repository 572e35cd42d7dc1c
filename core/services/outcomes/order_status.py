"""Lets a strategy ask for the status of its order."""

import asyncio
from datetime import timedelta

from core.errors import NotFound
from core.ids import AccountId, OrderId
from core.orders.order import Order
from core.orders.states import UNSENT_LEG_STATES, QueueStatus
from core.ports import Database
from core.services.wakeups import Wakeups


def is_settled(order: Order) -> bool:
    """Whether the order is decided and, if it was approved, its legs have left for the broker."""
    if order.status is not QueueStatus.APPROVED:
        return order.status is not QueueStatus.PENDING
    return all(leg.broker_status not in UNSENT_LEG_STATES for leg in order.legs)


class OrderStatusReader:
    """Reads one order, at once or when it is settled."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database = database
        self._wakeups = wakeups

    async def get(self, account_id: AccountId, order_id: OrderId, wait: timedelta = timedelta(0)) -> Order:
        """The order, once it is settled, the wait is over or the program stops. Raises NotFound for another's."""
        order = await self._find(account_id, order_id)
        if is_settled(order) or not wait:
            return order
        try:
            async with asyncio.timeout(wait.total_seconds()):
                with self._wakeups.watch(order_id) as changed:
                    while (
                        not is_settled(order := await self._find(account_id, order_id)) and not self._wakeups.is_over
                    ):
                        await changed.wait()
                        changed.clear()
        except TimeoutError:
            return await self._find(account_id, order_id)
        return order

    async def count_readers(self, order_id: OrderId) -> int:
        """How many of those who may decide on this order have its card before them."""
        async with self._database.read() as tx:
            return await tx.cards.count_readers(order_id)

    async def _find(self, account_id: AccountId, order_id: OrderId) -> Order:
        async with self._database.read() as tx:
            order = await tx.orders.find(order_id)
        if order is None or order.account_id != account_id:
            raise NotFound(f"Pending order {order_id} not found")
        return order
