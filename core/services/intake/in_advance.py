"""Has an order looked at that its account's owner may have approved in advance, before it waits for its client."""

import asyncio
from datetime import timedelta
from typing import Protocol

from core.ids import OrderId
from core.services.background_tasks import BackgroundTasks

LOOKED_AT_WITHIN = 1.0
"""Seconds that a strategy waits for that; a slow broker may make it take longer."""

SETTLED_WITHIN = 3.0


class StandingApprover(Protocol):
    """Approves what may be sent without a tap."""

    async def approve(self, order_id: OrderId, execute_within: timedelta) -> bool:
        """Approve the order if its owner has done so in advance; whatever fails leaves it waiting."""
        ...


class InAdvance:
    """The order is on disk and waits: nothing that happens here may make its caller send it again."""

    def __init__(self, approver: StandingApprover) -> None:
        self._approver = approver
        self._looking = BackgroundTasks()

    async def settle(self) -> None:
        """Wait a moment longer until every order has been looked at: at a stop."""
        await self._looking.wait(SETTLED_WITHIN)

    async def look_at(self, order_id: OrderId, execute_within: timedelta) -> None:
        """Have it approved if it may be, and wait for that a moment; a failure is logged, and the order waits."""
        work = self._approver.approve(order_id, execute_within)
        await asyncio.wait(
            {self._looking.start(work, f"standing approval of order {order_id}")}, timeout=LOOKED_AT_WITHIN
        )
