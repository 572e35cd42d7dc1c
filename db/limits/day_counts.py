"""Counts a day's orders off the orders themselves, so that no crash can leave a counter wrong."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, select

from core.accounts import TradingMode
from core.clock import session_start
from core.ids import AccountId
from core.limits.judging import Counts
from core.money import EXACT, ZERO
from core.orders.states import QueueStatus
from core.ports import WHOLE_ACCOUNT
from db.tables.orders import orders

MINUTE = timedelta(minutes=1)
_MAY_HAVE_TRADED = (QueueStatus.PENDING.value, QueueStatus.APPROVED.value)


def count_taken(
    connection: Connection, account_id: AccountId, trading_mode: TradingMode, strategy: str, now: datetime
) -> Counts:
    """The orders that came in: all of them for their number, those that wait or were approved for their worth."""
    mine = _of(account_id, trading_mode, strategy).where(orders.c.status != QueueStatus.DENIED.value)
    today = mine.where(orders.c.created_at >= session_start(now))
    worth = today.where(orders.c.status.in_(_MAY_HAVE_TRADED)).with_only_columns(orders.c.value)
    return Counts(
        _count(connection, mine.where(orders.c.created_at > now - MINUTE)),
        _count(connection, today),
        total(connection.execute(worth).scalars()),
    )


def approved_since(account_id: AccountId, trading_mode: TradingMode, strategy: str, start: datetime) -> Select[Any]:
    """What each order that came and was approved since then is worth."""
    mine = _of(account_id, trading_mode, strategy).where(orders.c.status == QueueStatus.APPROVED.value)
    return mine.where(orders.c.created_at >= start).with_only_columns(orders.c.value)


def total(values: Any) -> Decimal | None:
    """The sum; None when one of them is not known."""
    found = ZERO
    for value in values:
        if value is None:
            return None
        found = EXACT.add(found, value)
    return found


def _of(account_id: AccountId, trading_mode: TradingMode, strategy: str) -> Select[Any]:
    of_book = select(orders.c.id).where(
        orders.c.account_id == account_id, orders.c.trading_mode == trading_mode.value
    )
    return of_book if strategy == WHOLE_ACCOUNT else of_book.where(orders.c.strategy == strategy)


def _count(connection: Connection, query: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
