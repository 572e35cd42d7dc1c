"""Stores the paper broker's books."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Insert,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.exc import IntegrityError

from core.errors import BrokerRefused
from core.ids import BrokerOrderId, ClientOrderId
from core.portfolio.paper_book import PaperBook, PaperChanges, PaperOrder
from core.portfolio.positions import Trade
from core.ports.paper import Entry, ResetRequest
from db.connections.prepared_statements import Prepared
from db.connections.upserts import insert_into
from db.paper import book_rows as rows
from db.paper.gtt_store import IS_WAITING, SqlGttStore
from db.records.audit_store import chain
from db.tables.paper import (
    paper_books,
    paper_gtts,
    paper_holdings,
    paper_orders,
    paper_positions,
    paper_resets,
    paper_trades,
)

T = TypeVar("T")
IN_TURN = (paper_orders.c.placed_at, paper_orders.c.broker_order_id)
IS_OPEN: ColumnElement[bool] = literal_column("status IN ('open', 'trigger pending')")


class SqlPaperStore(SqlGttStore):
    """Implements core.ports.PaperStore."""

    async def list_used(self) -> Sequence[str]:
        """The names of the books that were ever saved, or have a trigger that waits."""
        used = union(select(paper_books.c.book), select(paper_gtts.c.book).where(IS_WAITING))
        return await self._read(used.order_by("book"), itemgetter("book"))

    async def load(self, book: str) -> PaperBook | None:
        """Load the book; None before its first save."""
        async with self._engines.reading() as connection:
            return await connection.run_sync(_load, book)

    async def save(self, book: str, changes: PaperChanges, entry: Entry) -> None:
        """Write all of `changes` and their audit events in one transaction.

        Raises BrokerRefused when a client order id repeats.
        """

        def work(connection: Connection) -> None:
            write_changes(connection, book, changes, entry.rules)
            if entry.meets:
                connection.execute(delete(paper_resets).where(_is_waiting(entry.meets)))
            if entry.events:
                chain(connection, entry.events)
            if changes.orders:
                self._checkpoint("filling")

        await self._engines.write(work)
        if changes.orders:
            self._checkpoint("filled")

    async def request_reset(self, request: ResetRequest) -> None:
        """Store a reset request, in place of one that still waits."""
        row = {
            "book": request.book,
            "capital": request.capital,
            "leverage": rows.from_leverage(request.leverage),
            "requested_at": request.requested_at,
        }
        await self._engines.write(lambda connection: _replace(connection, paper_resets, [row]))

    async def list_resets(self) -> Sequence[ResetRequest]:
        """List the resets that were asked for and not yet made."""
        found = await self._read(select(paper_resets), dict)
        return [
            ResetRequest(
                row["book"],
                row["requested_at"],
                row["capital"],
                rows.to_leverage(row["leverage"]),
            )
            for row in found
        ]

    async def find_order(self, book: str, client_order_id: ClientOrderId) -> PaperOrder | None:
        """The order with this client order id; None when the book has none."""
        return await self._find(book, paper_orders.c.client_order_id == client_order_id)

    async def get_order(self, book: str, broker_order_id: BrokerOrderId) -> PaperOrder | None:
        """The order with the paper broker's id; None when the book has none."""
        return await self._find(book, paper_orders.c.broker_order_id == broker_order_id)

    async def list_orders(self, book: str, since: datetime) -> Sequence[PaperOrder]:
        """Orders placed or moved at or after `since`, oldest first, plus every one still open."""
        recent = or_(paper_orders.c.updated_at >= since, IS_OPEN)
        query = select(paper_orders).where(paper_orders.c.book == book, recent)
        return await self._read(query.order_by(*IN_TURN), rows.to_order)

    async def list_trades(self, book: str, since: datetime) -> Sequence[Trade]:
        """Fills at or after `since`, oldest first."""
        query = select(paper_trades).where(paper_trades.c.book == book, paper_trades.c.at >= since)
        return await self._read(query.order_by(paper_trades.c.at, paper_trades.c.trade_id), rows.to_trade)

    async def _find(self, book: str, wanted: Any) -> PaperOrder | None:
        query = select(paper_orders).where(paper_orders.c.book == book, wanted)
        found = await self._read(query, rows.to_order)
        return found[0] if found else None

    async def _read(self, query: Select[Any] | CompoundSelect[Any], read: Callable[[RowMapping], T]) -> list[T]:
        async with self._engines.reading() as connection:
            return [read(row) for row in (await connection.execute(query)).mappings()]


def write_changes(connection: Connection, book: str, changes: PaperChanges, rules: str) -> None:
    """Write what changed, in the caller's transaction. Raises BrokerRefused when a client order id repeats."""
    _replace(connection, paper_books, [rows.from_head(book, changes.head, rules)])
    try:
        _replace(connection, paper_orders, [rows.from_order(book, one) for one in changes.orders])
    except (IntegrityError, sqlite3.IntegrityError):
        raise BrokerRefused("This client order id was used before.") from None
    _replace(connection, paper_trades, [rows.from_trade(book, one) for one in changes.trades])
    _replace(connection, paper_positions, [rows.from_position(book, one) for one in changes.positions])
    _replace(connection, paper_holdings, [rows.from_holding(book, one) for one in changes.holdings])
    _drop(connection, book, changes)


def _load(connection: Connection, book: str) -> PaperBook | None:
    head = connection.execute(select(paper_books).where(paper_books.c.book == book)).mappings().first()
    if head is None:
        return None

    def of(table: Table, *wanted: ColumnElement[bool]) -> Select[Any]:
        return select(table).where(table.c.book == book, *wanted)

    def read(query: Select[Any], to: Callable[[RowMapping], T]) -> tuple[T, ...]:
        return tuple(to(row) for row in connection.execute(query).mappings())

    return PaperBook(
        head=rows.to_head(head),
        open_orders=read(of(paper_orders, IS_OPEN).order_by(*IN_TURN), rows.to_order),
        positions=read(of(paper_positions), rows.to_position),
        holdings=read(of(paper_holdings), rows.to_holding),
        journaled_rules=head["journaled_rules"] or "",
    )


def _is_waiting(request: ResetRequest) -> ColumnElement[bool]:
    return and_(paper_resets.c.book == request.book, paper_resets.c.requested_at == request.requested_at)


def _drop(connection: Connection, book: str, changes: PaperChanges) -> None:
    for exchange, symbol, product in changes.dropped:
        key = (paper_positions.c.exchange == exchange, paper_positions.c.symbol == symbol)
        of_book = paper_positions.c.book == book
        connection.execute(delete(paper_positions).where(of_book, *key, paper_positions.c.product == product.value))
    for holding in changes.holdings:
        if not holding.quantity:
            same = (paper_holdings.c.exchange == holding.exchange, paper_holdings.c.symbol == holding.symbol)
            connection.execute(delete(paper_holdings).where(paper_holdings.c.book == book, *same))


def _replace(connection: Connection, table: Table, new_rows: list[dict[str, Any]]) -> None:
    """Insert, or update the row of the same primary key."""
    if not new_rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(_upsert(table, connection.dialect.name), new_rows)
        return
    for row in new_rows:
        _prepared(table, tuple(row)).run(connection, **row)


@cache
def _prepared(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(_upsert(table, "sqlite").values({name: bindparam(name) for name in names}))


@cache
def _upsert(table: Table, dialect: str) -> Insert:
    keys = [column.name for column in table.primary_key]
    new = insert_into(table, dialect)
    changed = {column.name: column for column in new.excluded if column.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=changed)
