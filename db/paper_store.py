"""Where the paper broker keeps its books."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, Table, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.books import BrokerOrder, Holding, PaperBook, PaperChanges, Position, Trade
from core.errors import BrokerRefused
from core.ids import BrokerOrderId, ClientOrderId
from core.orders import Action, Product
from core.states import BrokerStatus
from db.gtt_store import SqlGttStore
from db.mappers import from_terms, to_terms
from db.paper_tables import paper_books, paper_holdings, paper_orders, paper_positions, paper_trades

IN_TURN = (paper_orders.c.placed_at, paper_orders.c.broker_order_id)
IS_OPEN: ColumnElement[bool] = literal_column("status IN ('open', 'trigger pending')")


class SqlPaperStore(SqlGttStore):
    """Implements core.ports.PaperStore."""

    async def load(self, book: str) -> PaperBook | None:
        """The book, or None before its first save."""
        async with self._engines.reading() as connection:
            row = (await connection.execute(select(paper_books).where(paper_books.c.book == book))).first()
            if row is None:
                return None
            still_open = select(paper_orders).where(paper_orders.c.book == book, IS_OPEN)
            positions = select(paper_positions).where(paper_positions.c.book == book)
            holdings = select(paper_holdings).where(paper_holdings.c.book == book)
            return PaperBook(
                cash=row.cash,
                last_order_number=row.last_order_number,
                open_orders=tuple(await _orders(connection, still_open.order_by(*IN_TURN))),
                positions=tuple(_position(found) for found in await connection.execute(positions)),
                holdings=tuple(_holding(found) for found in await connection.execute(holdings)),
            )

    async def save(self, book: str, changes: PaperChanges) -> None:
        """All of `changes` in one transaction. Raises BrokerRefused when a client order id repeats."""
        head = {"book": book, "cash": changes.cash, "last_order_number": changes.last_order_number}
        async with self._engines.writing() as connection:
            await _replace(connection, paper_books, [head])
            try:
                await _replace(connection, paper_orders, [_order_row(book, one) for one in changes.orders])
            except IntegrityError:
                raise BrokerRefused("This client order id was used before.") from None
            await _replace(connection, paper_trades, [_trade_row(book, one) for one in changes.trades])
            await _replace(connection, paper_positions, [_position_row(book, one) for one in changes.positions])
            await _replace(connection, paper_holdings, [_holding_row(book, one) for one in changes.holdings])
            self._checkpoint("filling")
            await connection.commit()
        self._checkpoint("filled")

    async def find_order(self, book: str, client_order_id: ClientOrderId) -> BrokerOrder | None:
        """By our id."""
        return await self._find(book, paper_orders.c.client_order_id == client_order_id)

    async def get_order(self, book: str, broker_order_id: BrokerOrderId) -> BrokerOrder | None:
        """By the paper broker's id."""
        return await self._find(book, paper_orders.c.broker_order_id == broker_order_id)

    async def list_orders(self, book: str, since: datetime) -> Sequence[BrokerOrder]:
        """Orders placed or moved at or after `since`, oldest first, plus every one still open."""
        recent = or_(paper_orders.c.updated_at >= since, IS_OPEN)
        query = select(paper_orders).where(paper_orders.c.book == book, recent)
        async with self._engines.reading() as connection:
            return await _orders(connection, query.order_by(*IN_TURN))

    async def list_trades(self, book: str, since: datetime) -> Sequence[Trade]:
        """Fills at or after `since`, oldest first."""
        query = select(paper_trades).where(paper_trades.c.book == book, paper_trades.c.at >= since)
        async with self._engines.reading() as connection:
            found = await connection.execute(query.order_by(paper_trades.c.at, paper_trades.c.trade_id))
            return [_trade(row) for row in found]

    async def _find(self, book: str, wanted: Any) -> BrokerOrder | None:
        query = select(paper_orders).where(paper_orders.c.book == book, wanted)
        async with self._engines.reading() as connection:
            found = await _orders(connection, query)
        return found[0] if found else None


async def _orders(connection: AsyncConnection, query: Select[Any]) -> list[BrokerOrder]:
    found = (await connection.execute(query)).mappings()
    return [
        BrokerOrder(
            broker_order_id=BrokerOrderId(row["broker_order_id"]),
            client_order_id=None if row["client_order_id"] is None else ClientOrderId(row["client_order_id"]),
            terms=to_terms(row),
            status=BrokerStatus(row["status"]),
            placed_at=row["placed_at"],
            updated_at=row["updated_at"],
            filled_quantity=row["filled_quantity"],
            average_price=row["average_price"],
            message=row["message"],
            strategy=row["strategy"],
        )
        for row in found
    ]


async def _replace(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert, or update the row of the same primary key."""
    if not rows:
        return
    new: Insert
    keys = [column.name for column in table.primary_key]
    if connection.dialect.name == "postgresql":
        pg = postgresql_insert(table)
        new = pg.on_conflict_do_update(index_elements=keys, set_=_all_but(keys, pg.excluded))
    else:
        lite = sqlite_insert(table)
        new = lite.on_conflict_do_update(index_elements=keys, set_=_all_but(keys, lite.excluded))
    await connection.execute(new, rows)


def _all_but(keys: list[str], excluded: Any) -> dict[str, Any]:
    return {column.name: column for column in excluded if column.name not in keys}


def _order_row(book: str, order: BrokerOrder) -> dict[str, Any]:
    return {
        "broker_order_id": order.broker_order_id,
        "book": book,
        "client_order_id": order.client_order_id,
        "status": order.status.value,
        "placed_at": order.placed_at,
        "updated_at": order.updated_at,
        "filled_quantity": order.filled_quantity,
        "average_price": order.average_price,
        "message": order.message,
        "strategy": order.strategy,
        **from_terms(order.terms),
    }


def _trade_row(book: str, trade: Trade) -> dict[str, Any]:
    return {
        "trade_id": trade.trade_id,
        "book": book,
        "broker_order_id": trade.broker_order_id,
        "exchange": trade.exchange,
        "symbol": trade.symbol,
        "action": trade.action.value,
        "product": trade.product.value,
        "quantity": trade.quantity,
        "price": trade.price,
        "at": trade.at,
        "strategy": trade.strategy,
    }


def _trade(row: Any) -> Trade:
    return Trade(
        row.trade_id,
        BrokerOrderId(row.broker_order_id),
        row.exchange,
        row.symbol,
        Action(row.action),
        Product(row.product),
        row.quantity,
        row.price,
        row.at,
        row.strategy,
    )


def _position_row(book: str, position: Position) -> dict[str, Any]:
    return {
        "book": book,
        "exchange": position.exchange,
        "symbol": position.symbol,
        "product": position.product.value,
        "quantity": position.quantity,
        "average_price": position.average_price,
        "realised": position.realised,
    }


def _position(row: Any) -> Position:
    product = Product(row.product)
    return Position(row.exchange, row.symbol, product, row.quantity, row.average_price, row.realised)


def _holding_row(book: str, holding: Holding) -> dict[str, Any]:
    return {
        "book": book,
        "exchange": holding.exchange,
        "symbol": holding.symbol,
        "quantity": holding.quantity,
        "average_price": holding.average_price,
    }


def _holding(row: Any) -> Holding:
    return Holding(row.exchange, row.symbol, row.quantity, row.average_price)
