"""Records each account's value day by day, and reads it back with today as it is now."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.accounts import Account, TradingMode
from core.clock import trading_day
from core.errors import BrokerError, BrokerUnavailable, Unready
from core.portfolio.positions import Funds
from core.portfolio.profit_and_loss import DayFigures, History, capital_of, first_of, starting_equity
from core.ports import Brokers, Database
from core.services.trusted_clock import TrustedClock

WRITE_EVERY = timedelta(minutes=5)
"""A day's row is written at most so often."""
PATIENCE = 10.0
"""Seconds that one broker may take."""


class DailyValues:
    """Writes and reads the figures of days. A broker that does not answer is asked again; no figure is invented."""

    def __init__(
        self,
        database: Database,
        brokers: Brokers,
        clock: TrustedClock,
        is_trading_day: Callable[[date], bool] = lambda _: True,
    ) -> None:
        """A day that is no trading day gets no row."""
        self._is_trading_day = is_trading_day
        self._database = database
        self._brokers = brokers
        self._clock = clock

    async def record(self) -> int:
        """Bring today's row of every enabled account's books up to date; how many were written.

        May run late, twice or after a crash: the row says what was seen last. Raises Unready.
        """
        now = self._clock.require()
        if not self._is_trading_day(trading_day(now)):
            return 0
        due = await self._due(now)
        seen = await asyncio.gather(*(self._see(account, mode, latest, now) for account, mode, latest in due))
        fresh = [figures for figures in seen if figures is not None]
        if fresh:
            async with self._database.begin() as tx:
                for figures in fresh:
                    await tx.days.keep(figures)
                await tx.commit()
        return len(fresh)

    async def history(self, account: Account, trading_mode: TradingMode, days: int) -> History:
        """The last `days` calendar days, the present one as the broker has it now if there is trading on it.

        Raises Unready.
        """
        recorded = await self.recorded(account, trading_mode, days)
        now = self._clock.now()
        try:
            funds = await self._funds(account, trading_mode)
        except (BrokerError, Unready) as fault:
            return replace(recorded, problem=str(fault))
        async with self._database.read() as tx:
            before = await tx.days.list_from(account.id, trading_mode, date.min)
        live = _figures(account, trading_mode, before[-1] if before else None, funds, now)
        known = [*(figures for figures in before if figures.day < live.day), live]
        shown = known if self._is_trading_day(live.day) else known[:-1]
        first = first_of(live.day, days)
        return History(live.day, tuple(figures for figures in shown if figures.day >= first), capital_of(known))

    async def today(self, account: Account, trading_mode: TradingMode) -> DayFigures:
        """The present day as the broker has it now. Raises BrokerError, Unready."""
        funds = await self._funds(account, trading_mode)
        async with self._database.read() as tx:
            latest = await tx.days.latest(account.id, trading_mode)
        return _figures(account, trading_mode, latest, funds, self._clock.now())

    async def recorded(self, account: Account, trading_mode: TradingMode, days: int) -> History:
        """The last `days` calendar days as they are on disk. Raises Unready."""
        today = trading_day(self._clock.now())
        async with self._database.read() as tx:
            found = await tx.days.list_from(account.id, trading_mode, date.min)
        first = first_of(today, days)
        return History(today, tuple(figures for figures in found if figures.day >= first), capital_of(found))

    async def _due(self, now: datetime) -> Sequence[tuple[Account, TradingMode, DayFigures | None]]:
        """Every book whose row may be written now, with its newest row."""
        due = []
        async with self._database.read() as tx:
            for account in await tx.accounts.list():
                for mode in TradingMode if account.enabled else ():
                    latest = await tx.days.latest(account.id, mode)
                    if latest is None or _may_follow(latest, now):
                        due.append((account, mode, latest))
        return due

    async def _see(
        self, account: Account, mode: TradingMode, latest: DayFigures | None, now: datetime
    ) -> DayFigures | None:
        """Today's figures, None if they are stored already or the broker does not answer."""
        try:
            funds = await self._funds(account, mode)
        except (BrokerError, Unready):
            # The row stays as it was seen last, and the next round asks again.
            return None
        figures = _figures(account, mode, latest, funds, now)
        is_known = latest is not None and replace(figures, recorded_at=latest.recorded_at) == latest
        return None if is_known else figures

    async def _funds(self, account: Account, mode: TradingMode) -> Funds:
        """The book's funds. Raises BrokerError, Unready."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._brokers.book(account, mode).get_funds()
        except TimeoutError:
            raise BrokerUnavailable("The broker takes too long.") from None


def _may_follow(latest: DayFigures, now: datetime) -> bool:
    """Whether a row may be written after this one: of another day at once, of the same only now and then."""
    age = now - latest.recorded_at
    return age >= WRITE_EVERY or (age > timedelta(0) and trading_day(now) > latest.day)


def _figures(
    account: Account, mode: TradingMode, latest: DayFigures | None, funds: Funds, now: datetime
) -> DayFigures:
    day = trading_day(now)
    return DayFigures(
        account_id=account.id,
        trading_mode=mode,
        day=day,
        starting_equity=starting_equity(day, latest, funds),
        equity=funds.equity,
        available=funds.available,
        realised=funds.realised,
        unrealised=funds.unrealised,
        charges=funds.charges,
        recorded_at=now,
    )
