"""Stores what charting programs keep here."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from core.errors import Invalid
from core.ids import AccountId
from core.ports import ChartRoom
from db.connections.engines import Engines
from db.connections.upserts import insert_into
from db.tables.charts.chart_preferences import chart_preferences as table


class SqlChartPreferences:
    """Implements core.ports.ChartStore."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def read(self, account_id: AccountId) -> Mapping[str, str]:
        """Everything that is kept for the account, as JSON, by name."""
        query = select(table.c.name, table.c.value).where(table.c.account_id == account_id).order_by(table.c.name)
        async with self._engines.reading() as connection:
            return {row.name: row.value for row in await connection.execute(query)}

    async def keep(self, account_id: AccountId, new: Mapping[str, str], at: datetime, room: ChartRoom) -> None:
        """Store these, each in place of what has its name. Raises Invalid, storing none, without room."""
        await self._engines.write(partial(_keep, account_id, new, at, room))


def _keep(
    account_id: AccountId, new: Mapping[str, str], at: datetime, room: ChartRoom, connection: Connection
) -> None:
    insert = insert_into(table, connection.dialect.name)
    replaced = {"value": insert.excluded.value, "updated_at": insert.excluded.updated_at}
    rows = [{"account_id": account_id, "name": name, "value": value, "updated_at": at} for name, value in new.items()]
    connection.execute(insert.on_conflict_do_update(index_elements=["account_id", "name"], set_=replaced), rows)
    kept = connection.execute(select(table.c.name, table.c.value).where(table.c.account_id == account_id)).all()
    if len(kept) > room.names or sum(len(row.name) + len(row.value) for row in kept) > room.letters:
        raise Invalid(
            f"An account may keep {room.names} chart preferences of {room.letters:,} letters of JSON together."
        )
