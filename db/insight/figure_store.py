"""Reads what figures of orders are made of, along an index and no further back than asked."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select

from core.accounts import TradingMode
from core.ids import AccountId
from core.insight.statistics import AskedLeg, AskedOrder
from core.orders.order import Action, ApiType, PriceType
from core.orders.states import QueueStatus
from db.connections.store_connection import StoreConnection
from db.tables.orders import legs, orders

_LIMITED = {PriceType.LIMIT.value, PriceType.SL.value}
_OF_ORDER = (
    "id",
    "api_type",
    "strategy",
    "status",
    "created_at",
    "approved_at",
    "approved_by_id",
    "rejected_at",
    "signal_prices",
)
_OF_LEG = ("exchange", "symbol", "action", "quantity", "pricetype", "price", "trigger_price")


class FigureStore:
    """Implements core.ports.insight.OrderFigures."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def asked_since(
        self, account_id: AccountId, trading_mode: TradingMode, moment: datetime
    ) -> Sequence[AskedOrder]:
        """The account's orders of this mode since then, oldest first."""
        rows = await self._connection.execute(asked_query(account_id, trading_mode, moment))
        return [*_orders(rows.all())]


def asked_query(account_id: AccountId, trading_mode: TradingMode, moment: datetime) -> Select[Any]:
    """The account's orders of this mode since then with their legs.

    The number of the first order since then bounds the walk along the account's index.
    """
    first = select(orders.c.id).where(orders.c.created_at >= moment).order_by(orders.c.created_at).limit(1)
    columns = [*(orders.c[name] for name in _OF_ORDER), *(legs.c[name] for name in _OF_LEG)]
    query = select(*columns).join(legs, legs.c.order_id == orders.c.id)
    query = query.where(orders.c.account_id == account_id, orders.c.id >= first.scalar_subquery())
    query = query.where(orders.c.created_at >= moment, orders.c.trading_mode == trading_mode.value)
    return query.order_by(orders.c.id, legs.c.number)


def _orders(rows: Sequence[Row[Any]]) -> Iterator[AskedOrder]:
    for _, group in groupby(rows, key=lambda row: row.id):
        theirs = [*group]
        one = theirs[0]
        asked = tuple(_leg(row) for row in theirs)
        decided_at = one.approved_at if one.approved_by_id is not None else one.rejected_at
        # Nobody decides about an order that the client gave.
        is_clients = one.api_type == ApiType.CLIENT.value
        after = None if decided_at is None or is_clients else decided_at - one.created_at
        yield AskedOrder(one.strategy, QueueStatus(one.status), one.created_at, asked, after, is_clients)


def _leg(row: Row[Any]) -> AskedLeg:
    # At the market the order began where the market stood; with a trigger it would have begun there.
    entry = row.price if row.pricetype in _LIMITED and row.price else row.trigger_price or _signal_price(row)
    return AskedLeg(row.exchange, row.symbol, Action(row.action), row.quantity, entry or None)


def _signal_price(row: Row[Any]) -> Decimal | None:
    try:
        return Decimal(json.loads(row.signal_prices or "{}")[f"{row.exchange}:{row.symbol}"])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
