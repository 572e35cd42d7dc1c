"""Lets a strategy withdraw an order that is not decided yet."""

from core.accounts import Caller
from core.audit import Actor, Event, Kind
from core.clock import Clock
from core.errors import NotFound, TooLate
from core.ids import OrderId
from core.orders.order import Order
from core.orders.states import QueueEvent, QueueStatus, next_queue_status
from core.ports import Database, Decision
from core.services.wakeups import Wakeups


class Withdraw:
    """Withdraws; the database decides who was first."""

    def __init__(self, database: Database, clock: Clock, wakeups: Wakeups) -> None:
        self._database = database
        self._clock = clock
        self._wakeups = wakeups

    async def withdraw(self, caller: Caller, order_id: OrderId) -> Order:
        """The order, withdrawn. Raises NotFound for another account's, TooLate once it is decided, Unready."""
        async with self._database.begin() as tx:
            order = await tx.orders.find(order_id)
            if order is None or order.account_id != caller.account.id:
                raise NotFound(f"Pending order {order_id} not found")
            if order.status is not QueueStatus.PENDING:
                raise TooLate(f"Pending order {order_id} cannot be withdrawn: it is {order.status} already.")
            now = self._clock.now()
            decision = Decision(next_queue_status(order.status, QueueEvent.WITHDRAW), now, by="strategy")
            if not await tx.orders.decide(order_id, order.status, order.version, decision):
                raise TooLate(f"Pending order {order_id} was changed at the same moment; try again.")
            actor = Actor("key", "", caller.api_key_id)
            facts = {"version": order.version, "took_seconds": round((now - order.created_at).total_seconds(), 3)}
            await tx.audit.append(Event(order.account_id, Kind.ORDER_WITHDRAWN, actor, now, order_id, facts))
            withdrawn = await tx.orders.get(order_id)
            await tx.commit()
        self._wakeups.order_moved(order.account_id, order_id)
        return withdrawn
