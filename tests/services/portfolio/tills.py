"""Brokers that hold what a test says, for the services that write figures down."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.accounts import Account, TradingMode
from core.errors import BrokerUnavailable, Unready
from core.portfolio.positions import Funds
from core.portfolio.profit_and_loss import DayFigures
from core.ports import Broker
from core.services.portfolio.daily_values import DailyValues
from tests.fakes import OneBroker, ScriptedBroker
from tests.runtime import Spine

LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
LAKH = Decimal(100_000)


def funds(available: int, used: int = 0, unrealised: int = 0, realised: int = 0, charges: int = 0) -> Funds:
    """So many rupees at hand."""
    amounts = {"used": used, "unrealised": unrealised, "realised": realised, "charges": charges}
    return Funds(Decimal(available), paper=None, **{name: Decimal(value) for name, value in amounts.items()})


class Till(ScriptedBroker):
    """A broker that holds what the test says, or nothing it would tell."""

    money: Funds | Exception = BrokerUnavailable()

    async def get_funds(self) -> Funds:
        """The money."""
        await asyncio.sleep(0)
        if isinstance(self.money, Exception):
            raise self.money
        return self.money


@dataclass
class Tills:
    """A till for every account and mode."""

    spine: Spine
    tills: dict[tuple[str, TradingMode], Till] = field(default_factory=dict)

    def of(self, account: Account, mode: TradingMode) -> Till:
        """The account's till."""
        key = account.name, mode
        return self.tills.setdefault(key, Till(self.spine.book()))

    def hold(self, account: Account, money: Funds, *modes: TradingMode) -> None:
        """Put money in."""
        for mode in modes or TradingMode:
            self.of(account, mode).money = money


class Banks(OneBroker):
    """Implements core.ports.Brokers over tills."""

    def __init__(self, tills: Tills) -> None:
        spine = tills.spine
        super().__init__(spine.book(), spine.runtime.brokers.instruments(spine.account, spine.account.trading_mode))
        self._tills = tills

    def book(self, account: Account, trading_mode: TradingMode) -> Broker:
        """The till."""
        if account.broker == "gone":
            raise Unready("no such broker")
        return self._tills.of(account, trading_mode)


def some_tills(spine: Spine) -> Tills:
    """One lakh in both books of the account."""
    tills = Tills(spine)
    tills.hold(spine.account, funds(100_000))
    return tills


def snapshots_of(tills: Tills) -> DailyValues:
    """The service over the tills."""
    return DailyValues(tills.spine.runtime.database, Banks(tills), tills.spine.services.clock)


async def days_of(spine: Spine, mode: TradingMode = LIVE, account: Account | None = None) -> list[DayFigures]:
    """Every row of a book."""
    async with spine.runtime.database.read() as tx:
        return [*await tx.days.list_from((account or spine.account).id, mode, date.min)]
