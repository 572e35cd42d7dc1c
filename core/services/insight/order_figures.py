"""Figures of a person's accounts over some days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.ids import UserId
from core.insight.missed_signals import MissedSignals, missed_signals
from core.insight.statistics import Statistics, summarise
from core.ports import Brokers, Database
from core.services.trusted_clock import TrustedClock

MOST_DAYS = 365
MOST_ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account in its present mode."""

    account: Account
    statistics: Statistics
    missed: MissedSignals


class OrderFigureBook:
    """Reads figures; one question to the database for each account."""

    def __init__(self, database: Database, brokers: Brokers, clock: TrustedClock) -> None:
        self._database = database
        self._brokers = brokers
        self._clock = clock

    async def read(self, user_id: UserId, days: int) -> Sequence[AccountFigures]:
        """The figures of the last `days` times 24 hours of this person's first few accounts. Raises Unready."""
        since, found = self._clock.now() - timedelta(days=min(days, MOST_DAYS)), []
        async with self._database.read() as tx:
            for link in (await tx.accounts.list_links_of(user_id))[:MOST_ACCOUNTS]:
                account = await tx.accounts.get(link.account_id)
                mode = TradingMode.SANDBOX if account.is_sandbox else TradingMode.LIVE
                found.append((account, mode, await tx.figures.asked_since(account.id, mode, since)))
        return [
            AccountFigures(account, summarise(asked), missed_signals(asked, self._last_of(account, mode)))
            for account, mode, asked in found
        ]

    def _last_of(self, account: Account, mode: TradingMode) -> Callable[[str, str], Decimal | None]:
        def last(exchange: str, symbol: str) -> Decimal | None:
            quote = self._brokers.feed(account, mode).quote(exchange, symbol)
            return None if quote is None else quote.ltp

        return last
