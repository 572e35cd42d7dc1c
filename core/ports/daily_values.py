"""The store of each trading day's figures."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.accounts import TradingMode
from core.ids import AccountId
from core.portfolio.profit_and_loss import DayFigures


class DayReads(Protocol):
    """Reading the days of one account in one trading mode."""

    async def latest(self, account_id: AccountId, trading_mode: TradingMode) -> DayFigures | None:
        """The newest day on record; None without one."""
        ...

    async def list_from(self, account_id: AccountId, trading_mode: TradingMode, first: date) -> Sequence[DayFigures]:
        """Every day from `first` on, oldest first."""
        ...


class Days(DayReads, Protocol):
    """Reading and keeping days."""

    async def keep(self, figures: DayFigures) -> None:
        """Store the day's figures, unless newer ones are stored already."""
        ...
