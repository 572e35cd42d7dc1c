"""The trigger store's promise kept in memory, with a power cut at a chosen step."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from core.errors import BrokerRefused, Unready
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.gtt import WAITING_GTTS, BrokerGtt


class MemoryGttStore:
    """Implements core.ports.GttStore."""

    def __init__(self) -> None:
        self.gtts: dict[tuple[str, BrokerOrderId], BrokerGtt] = {}
        self.steps_left: int | None = None
        """After so many steps the process dies: each change has one before and one after it is on disk."""
        self.are_gtts_down = False

    async def add_gtt(self, book: str, gtt: BrokerGtt) -> None:
        """A new one."""
        await self._step()
        if any(key[0] == book and one.client_order_id == gtt.client_order_id for key, one in self.gtts.items()):
            raise BrokerRefused("This client order id was used before.")
        self.gtts[book, gtt.trigger_id] = gtt
        await self._step()

    async def swap_gtt(self, book: str, becomes: BrokerGtt) -> bool:
        """Replace the revision before."""
        await self._step()
        was = self.gtts.get((book, becomes.trigger_id))
        if was is None or was.revision != becomes.revision - 1:
            return False
        self.gtts[book, becomes.trigger_id] = becomes
        await self._step()
        return True

    async def get_gtt(self, book: str, trigger_id: BrokerOrderId) -> BrokerGtt | None:
        """By its id."""
        return self.gtts.get((book, trigger_id))

    async def find_gtt(self, book: str, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """By our id."""
        found = (one for key, one in self.gtts.items() if key[0] == book and one.client_order_id == client_order_id)
        return next(found, None)

    async def list_gtts(self, book: str, since: datetime | None) -> Sequence[BrokerGtt]:
        """Waiting ones, and those that moved since; newest first."""
        of_book = [one for key, one in self.gtts.items() if key[0] == book]
        kept = [
            one for one in of_book if one.status in WAITING_GTTS or (since is not None and one.updated_at >= since)
        ]
        return sorted(kept, key=lambda one: (one.placed_at, one.trigger_id), reverse=True)

    async def _step(self) -> None:
        await asyncio.sleep(0)
        if self.are_gtts_down:
            raise Unready("the database is locked")
        if self.steps_left is None:
            return
        if self.steps_left == 0:
            self.steps_left = None
            raise asyncio.CancelledError
        self.steps_left -= 1
