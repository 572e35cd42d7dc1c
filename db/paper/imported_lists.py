"""Stores the list of instruments that came over from another program."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, tuple_, union

from core.market.instruments import Instrument
from core.ports import ImportedList
from db.connections.bulk_insert import insert_columns
from db.connections.store_connection import StoreConnection
from db.paper.gtt_store import IS_WAITING
from db.paper.instrument_rows import COLUMNS, to_instrument
from db.tables.paper import (
    imported_instruments,
    imported_lists,
    paper_gtts,
    paper_holdings,
    paper_orders,
    paper_positions,
)

_THE_ONE = 1
_IN_USE = union(
    *(select(table.c.exchange, table.c.symbol) for table in (paper_positions, paper_holdings)),
    select(paper_orders.c.exchange, paper_orders.c.symbol).where(
        paper_orders.c.status.in_(("open", "trigger pending"))
    ),
    select(paper_gtts.c.exchange, paper_gtts.c.symbol).where(IS_WAITING),
)
"""What a paper book has, or has an order or trigger on."""


class ImportedListStore:
    """Implements core.ports.ImportedLists."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def find(self) -> ImportedList | None:
        """The list that is here; None when none came over."""
        table = imported_lists.c
        known = select(table.as_of, table.imported_at, table.count, table.digest)
        row = (await self._connection.execute(known)).first()
        return None if row is None else ImportedList(*row)

    async def note(self, new: ImportedList) -> None:
        """Store what is known of the list, and leave its instruments as they are."""
        await self._connection.execute(delete(imported_lists))
        known = {"as_of": new.as_of, "imported_at": new.imported_at, "count": new.count, "digest": new.digest}
        await self._connection.execute(insert(imported_lists).values(id=_THE_ONE, **known))

    async def replace(self, new: ImportedList, instruments: Collection[Instrument]) -> None:
        """Store this list in place of the one before; what a paper book still has of that one is kept."""
        await self._connection.run_sync(_replace, instruments)
        await self.note(new)


def _replace(connection: Connection, instruments: Collection[Instrument]) -> None:
    listed = {(one.exchange, one.symbol) for one in instruments}
    kept = [one for one in _in_use(connection) if (one.exchange, one.symbol) not in listed]
    connection.execute(delete(imported_instruments))
    everything = (*instruments, *kept)
    # Columns are called as what they are of an instrument.
    columns = {column.name: [getattr(one, column.name) for one in everything] for column in imported_instruments.c}
    insert_columns(connection, imported_instruments, columns)


def _in_use(connection: Connection) -> Sequence[Instrument]:
    ticker = tuple_(imported_instruments.c.exchange, imported_instruments.c.symbol)
    used = _IN_USE.subquery()
    found = select(*COLUMNS).where(ticker.in_(select(used.c.exchange, used.c.symbol)))
    return [to_instrument(row) for row in connection.execute(found)]
