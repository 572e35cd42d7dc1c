"""Whether each component of the service works now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.errors import Unready
from core.ports import Database, RunningFeed
from core.services.execution.execute import Executor
from core.services.trusted_clock import TrustedClock

SHOWN_WITHIN = timedelta(seconds=30)
"""A card that takes longer is in trouble; a burst in one chat comes at one a second."""
MOST_COUNTED = 1000


@dataclass(slots=True)
class TelegramConnection:
    """Why Telegram cannot be reached, as a sentence; empty when it can. Set by the poller."""

    problem: str = ""


@dataclass(slots=True)
class BrokerOutages:
    """Which brokers do not answer, as a sentence for each; empty when none is asked in vain. Set by OutageWatch."""

    problem: str = ""


class Health:
    """Asks each component whether it works."""

    def __init__(self, database: Database, clock: TrustedClock, executor: Executor, feed: RunningFeed) -> None:
        self._database = database
        self._clock = clock
        self._executor = executor
        self._feed = feed
        self.telegram = TelegramConnection()
        self.brokers = BrokerOutages()

    async def readiness(self) -> Mapping[str, str]:
        """What is wrong with each component, as a sentence; empty when nothing is."""
        return {
            "database": await self._ask_database(),
            "clock": self._ask_clock(),
            "telegram": self.telegram.problem,
            "brokers": self._executor.problem,
            "prices": self.prices() if self._feed.state.problem else "",
        }

    async def attention(self) -> Mapping[str, str]:
        """What a person should look into although the service can do its work; empty where there is nothing."""
        return {"cards": await self._look_for_unseen(), "broker_answers": self.brokers.problem}

    async def count_unseen(self) -> int:
        """How many orders wait that nobody who may decide has been shown in good time. Raises Unready."""
        async with self._database.read() as tx:
            return await tx.cards.count_unseen(self._clock.now() - SHOWN_WITHIN, MOST_COUNTED)

    async def _look_for_unseen(self) -> str:
        try:
            unseen = await self.count_unseen()
        except Unready:
            return ""
        orders = "1 waiting order was" if unseen == 1 else f"{unseen} waiting orders were"
        return f"{orders} shown to nobody who may decide; `countersign doctor` says why" if unseen else ""

    def prices(self) -> str:
        """The feed's name and the age of its last price in one line, and what is wrong with it, if anything."""
        return self._feed.state.render(self._clock.now())

    async def _ask_database(self) -> str:
        try:
            async with self._database.read() as tx:
                await tx.heartbeats.last()
        except Unready as fault:
            return str(fault)
        return ""

    def _ask_clock(self) -> str:
        try:
            self._clock.require()
        except Unready as fault:
            return str(fault)
        return ""
