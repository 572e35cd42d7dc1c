"""Stores when the service was last alive."""

from datetime import datetime

from sqlalchemy import insert, select, update

from db.connections.store_connection import StoreConnection
from db.tables.orders import heartbeats

THE_ONE = 1


class HeartbeatStore:
    """Implements core.ports.Heartbeats."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def last(self) -> datetime | None:
        """When the service was last alive; None for a new database."""
        return (await self._connection.execute(select(heartbeats.c.at))).scalar_one_or_none()

    async def beat(self, at: datetime) -> None:
        """Record that the service is alive; the time never moves back."""
        last = await self.last()
        if last is None:
            await self._connection.execute(insert(heartbeats).values(id=THE_ONE, at=at))
        elif at > last:
            await self._connection.execute(update(heartbeats).values(at=at))
