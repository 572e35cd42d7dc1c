"""Tells people when a daily loss limit is nearly used up, and when it is reached."""

import asyncio
import hashlib
from collections.abc import Mapping

from core.accounts import Account, TradingMode
from core.clock import trading_day
from core.errors import BrokerError, Unready
from core.insight.doers import Doer
from core.insight.news import News, Topic
from core.limits.limits import Limits
from core.limits.loss import LossLevel, loss_level
from core.money import rupees
from core.portfolio.profit_and_loss import DayFigures
from core.ports import Database
from core.services.portfolio.daily_values import DailyValues
from core.services.telling import tell
from core.services.trusted_clock import TrustedClock

_TOPICS = {LossLevel.NEAR: Topic.LOSS_NEAR, LossLevel.REACHED: Topic.LOSS_REACHED}


class LossWatch:
    """Looks at every account with a daily loss limit; may run late, twice or after a crash."""

    def __init__(self, database: Database, daily_values: DailyValues, clock: TrustedClock) -> None:
        self._database = database
        self._daily_values = daily_values
        self._clock = clock

    async def look(self) -> int:
        """Tell those who decide of every limit that has come to a point, once a day; returns how many messages.

        Raises Unready.
        """
        self._clock.require()
        watched = await self._watched()
        told = await asyncio.gather(*(self._look_at(account, bounds) for account, bounds in watched))
        return sum(told)

    async def _watched(self) -> list[tuple[Account, Mapping[str, Limits]]]:
        found = []
        async with self._database.read() as tx:
            for account in await tx.accounts.list():
                if account.limited and account.enabled:
                    bounds = await tx.limits.list(account.id)
                    if any(one.daily_loss is not None for one in bounds.values()):
                        found.append((account, bounds))
        return found

    async def _look_at(self, account: Account, bounds: Mapping[str, Limits]) -> int:
        told = 0
        try:
            today = await self._daily_values.today(account, TradingMode(account.trading_mode))
        except (BrokerError, Unready, ValueError):
            # Entries are refused meanwhile; the next round asks again.
            return 0
        for strategy, limits in bounds.items():
            told += await self._tell(account, strategy, limits, today)
        return told

    async def _tell(self, account: Account, strategy: str, limits: Limits, today: DayFigures) -> int:
        level = loss_level(limits.daily_loss, today.profit) if limits.daily_loss is not None else None
        if level is None or limits.daily_loss is None:
            return 0
        facts = {
            "strategy": strategy,
            "mode": today.trading_mode.value,
            "lost": rupees(-today.profit),
            "limit": rupees(limits.daily_loss),
        }
        now = self._clock.now()
        whose = hashlib.sha256(strategy.encode()).hexdigest()[:8]
        key = f"{account.id}-loss-{today.trading_mode}-{trading_day(now)}-{level.value}-{whose}"
        news = News(_TOPICS[level], now, Doer("system"), facts)
        async with self._database.begin() as tx:
            told = await tell(tx, account.id, news, key, now)
            await tx.commit()
        return told
