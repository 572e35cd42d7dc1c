"""One smart order for a position at a time, and none while an order for it is on its way to the broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from core.accounts import TradingMode
from core.errors import Unready
from core.ids import AccountId
from core.orders.intents import Intent, Smart
from core.ports import Database


class PositionLocks:
    """A lock for each position: a smart order's legs depend on it, so two of them must not read it at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks: WeakValueDictionary[tuple[str | int, ...], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, account_id: AccountId, intent: Intent | None) -> AsyncIterator[None]:
        """Hold the lock of a smart order's position; other intents need none."""
        if not isinstance(intent, Smart):
            yield
            return
        terms = intent.terms
        lock = self._locks.setdefault((account_id, *terms.position_key), asyncio.Lock())
        async with lock:
            yield

    async def require_settled(self, account_id: AccountId, trading_mode: TradingMode, intent: Intent) -> None:
        """Raises Unready while an order for a smart order's position is on its way to the broker."""
        if not isinstance(intent, Smart):
            return
        async with self._database.read() as tx:
            moving = await tx.orders.is_moving(account_id, trading_mode, intent.terms)
        if moving:
            raise Unready(
                f"Another order for {intent.terms.symbol} is on its way to the broker, so the position "
                "is not certain. Nothing was sent; try again in a moment."
            )
