"""Whether Countersign can do its work now, component by component."""

from collections.abc import Callable, Mapping

from core.errors import Unready
from core.ports import Database
from core.services.execute import Executor
from core.services.trusted_clock import TrustedClock


class Health:
    """Asks each component; an empty answer means fine."""

    def __init__(self, database: Database, clock: TrustedClock, executor: Executor) -> None:
        self._database = database
        self._clock = clock
        self._executor = executor
        self.telegram: Callable[[], str] = lambda: ""

    async def readiness(self) -> Mapping[str, str]:
        """What is wrong with each component, as a sentence; empty when nothing is."""
        return {
            "database": await self._ask_database(),
            "clock": self._ask_clock(),
            "telegram": self.telegram(),
            "brokers": self._executor.problem,
        }

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
