"""Stores what accounts were worth day by day."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from core.accounts import TradingMode
from core.ids import AccountId
from core.portfolio.profit_and_loss import DayFigures
from db.connections.store_connection import StoreConnection
from db.tables.daily_values import day_figures as rows


class DailyValueStore:
    """Implements core.ports.Days."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def latest(self, account_id: AccountId, trading_mode: TradingMode) -> DayFigures | None:
        """The newest day on record; None without one."""
        return await self._one(_of(account_id, trading_mode).order_by(rows.c.day.desc()).limit(1))

    async def list_from(self, account_id: AccountId, trading_mode: TradingMode, first: date) -> Sequence[DayFigures]:
        """List every day from `first` on, oldest first."""
        query = _of(account_id, trading_mode).where(rows.c.day >= first).order_by(rows.c.day)
        return [_figures(row) for row in await self._connection.execute(query)]

    async def keep(self, figures: DayFigures) -> None:
        """Store the day's values, unless newer ones are stored already."""
        new = asdict(figures) | {"trading_mode": figures.trading_mode.value}
        known = await self._one(_of(figures.account_id, figures.trading_mode).where(rows.c.day == figures.day))
        if known is None:
            await self._connection.execute(insert(rows).values(new))
        elif known.recorded_at < figures.recorded_at:
            same_day = (
                rows.c.account_id == figures.account_id,
                rows.c.trading_mode == figures.trading_mode.value,
                rows.c.day == figures.day,
            )
            await self._connection.execute(update(rows).where(*same_day).values(new))

    async def _one(self, query: Select[Any]) -> DayFigures | None:
        row = (await self._connection.execute(query)).first()
        return None if row is None else _figures(row)


def _of(account_id: AccountId, trading_mode: TradingMode) -> Select[Any]:
    return select(rows).where(rows.c.account_id == account_id, rows.c.trading_mode == trading_mode.value)


def _figures(row: Row[Any]) -> DayFigures:
    fields: dict[str, Any] = dict(row._mapping)
    ours = {"account_id": AccountId(row.account_id), "trading_mode": TradingMode(row.trading_mode)}
    return DayFigures(**(fields | ours))
