"""The live brokers that are open, one for each account with a login, and their prices."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import date
from random import Random

from brokers.catalogue import NAMES, find_adapter
from brokers.common.adapter import Adapter, Opening
from brokers.feed.polled_feed import PolledFeed, Polling
from core.clock import Clock, trading_day
from core.errors import BrokerUnavailable, Invalid
from core.ids import AccountId
from core.ports import LiveBroker, RunningFeed

PRICES_EVERY = 1.0
"""Seconds between two polls of a broker's prices."""
LOOK_AT_INSTRUMENTS_EVERY = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """An account's open broker."""

    broker: LiveBroker
    feed: RunningFeed


class BrokerConnections:
    """Implements core.ports.BrokerConnections."""

    def __init__(self, opening: Callable[[Adapter, Mapping[str, str]], Opening], clock: Clock, rng: Random) -> None:
        """`opening` makes of an adapter and credentials what the adapter is opened with."""
        self._opening = opening
        self._clock = clock
        self._rng = rng
        self._open: dict[AccountId, Connection] = {}
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._is_running = False

    def names(self) -> Sequence[str]:
        """The brokers that can be logged in at."""
        return NAMES

    def require_complete(self, broker: str, credentials: Mapping[str, str]) -> None:
        """Raises Invalid for credentials that are not what this broker needs, naming the fields."""
        adapter = find_adapter(broker)
        given = {name for name, value in credentials.items() if value}
        if any(wanted <= given <= wanted | adapter.optional for wanted in adapter.credentials):
            return
        raise Invalid(f"{adapter.title} needs {self.needs(broker)}.")

    def fields(self, broker: str) -> Sequence[str]:
        """Every field of this broker's credentials. Raises Invalid."""
        adapter = find_adapter(broker)
        needed = [name for wanted in adapter.credentials for name in sorted(wanted)]
        return list(dict.fromkeys([*needed, *sorted(adapter.optional)]))

    def needs(self, broker: str) -> str:
        """The credentials that this broker needs, in words."""
        if broker not in NAMES:
            return "none"
        adapter = find_adapter(broker)
        ways = " or ".join(", ".join(sorted(wanted)) for wanted in adapter.credentials)
        return f"{ways} (and {', '.join(sorted(adapter.optional))} if you have it)" if adapter.optional else ways

    async def load_instruments(self, account_id: AccountId) -> None:
        """Take today's symbol master of the account's broker. Raises BrokerUnavailable."""
        broker = self.broker_of(account_id)
        if broker is not None:
            await broker.load_instruments()

    def instruments_of(self, account_id: AccountId) -> date | None:
        """The day of the symbol master of the account's broker."""
        broker = self.broker_of(account_id)
        return broker.instruments.as_of if broker is not None else None

    def login_url(self, broker: str, credentials: Mapping[str, str]) -> str | None:
        """The broker's page where the person logs in; None for brokers without one."""
        adapter = find_adapter(broker)
        return adapter.login_url(credentials) if adapter.login_url is not None else None

    def find(self, account_id: AccountId) -> Connection | None:
        """The account's open broker, or None."""
        return self._open.get(account_id)

    def opened(self) -> Mapping[AccountId, Connection]:
        """Every account's open broker."""
        return self._open

    def broker_of(self, account_id: AccountId) -> LiveBroker | None:
        """The account's open broker, or None."""
        found = self._open.get(account_id)
        return found.broker if found is not None else None

    async def connect(self, account_id: AccountId, broker: str, credentials: Mapping[str, str]) -> None:
        """Open this broker for the account instead of what was open."""
        await self.disconnect(account_id)
        adapter = find_adapter(broker)
        opened = adapter.open(self._opening(adapter, credentials))
        # The list of instruments is another object after each day's load.
        prices = PolledFeed(
            opened,
            lambda exchange, symbol: opened.instruments.find(exchange, symbol),
            self._clock,
            Polling(PRICES_EVERY, self._rng),
        )
        self._open[account_id] = Connection(opened, prices)
        if self._is_running:
            self._start(account_id)

    async def disconnect(self, account_id: AccountId) -> None:
        """Close what is open for the account."""
        task, was = self._tasks.pop(account_id, None), self._open.pop(account_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if was is not None:
            await was.broker.close()

    async def run(self) -> None:
        """Keep prices and instruments of every open broker up to date until cancelled."""
        self._is_running = True
        for account_id in self._open:
            self._start(account_id)
        try:
            await asyncio.Event().wait()
        finally:
            self._is_running = False
            tasks = [*self._tasks.values()]
            self._tasks.clear()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Close every broker."""
        for account_id in [*self._open]:
            await self.disconnect(account_id)

    def _start(self, account_id: AccountId) -> None:
        work, name = self._keep(self._open[account_id]), f"broker {account_id}"
        # A context of its own: whoever logged in may have been urgent, and this goes on for as long as the program.
        self._tasks[account_id] = asyncio.create_task(work, name=name, context=Context())

    async def _keep(self, connection: Connection) -> None:
        await asyncio.gather(connection.feed.run(), self._keep_instruments(connection.broker))

    async def _keep_instruments(self, broker: LiveBroker) -> None:
        while True:
            as_of = broker.instruments.as_of
            if as_of is None or as_of < trading_day(self._clock.now()):
                try:
                    await broker.load_instruments()
                except BrokerUnavailable as why:
                    log.warning("%s: no fresh list of instruments: %s", broker.name, why)
            await asyncio.sleep(LOOK_AT_INSTRUMENTS_EVERY)
