"""Follows the order updates that brokers push: whatever they say, it is only a hint to ask the broker."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from core.accounts import Account
from core.backoff import Backoff
from core.errors import BrokerError, BrokerRefused, BrokerUnavailable, Unsupported
from core.ids import AccountId
from core.ports import BrokerConnections, Database, LiveBroker, OrderStream
from core.services.background_tasks import BackgroundTasks
from core.services.execution.refresh import Refresher

log = logging.getLogger(__name__)


_AGAIN = Backoff(first=1, longest=60)


class StreamingBroker(LiveBroker, OrderStream, Protocol):
    """A broker that pushes order updates."""


@dataclass(frozen=True, slots=True)
class StreamPace:
    """When a stream that ended is taken up again. `chance` is from 0 to 1; times are seconds."""

    chance: Callable[[], float]
    again: Backoff = _AGAIN
    refused_for: float = 600
    """A login that was not taken is not tried again before that, unless there is a new one."""
    steady_after: float = 10
    """A stream that stood for less has failed, and nobody is told that it stood."""


class OrderStreams:
    """One stream for each account that trades at a broker that pushes. Orders are polled all the same."""

    def __init__(
        self, database: Database, connections: BrokerConnections, refresher: Refresher, pace: StreamPace
    ) -> None:
        self._database = database
        self._connections = connections
        self._refresher = refresher
        self._pace = pace
        self._tasks = BackgroundTasks()
        self._followed: dict[AccountId, tuple[_Followed, asyncio.Task[None]]] = {}

    @property
    def counts(self) -> Mapping[tuple[str, bool], int]:
        """How many streams there are, by broker and whether they stand."""
        return Counter((one.broker.name, one.stands) for one, _ in self._followed.values())

    async def look(self) -> None:
        """Follow whom there is to follow, with the login of now, and nobody else. Raises Unready."""
        async with self._database.read() as tx:
            accounts = [account for account in await tx.accounts.list() if account.trades_at_a_broker]
        wanted = {account.id: broker for account in accounts if (broker := self._find(account)) is not None}
        for account_id, (followed, task) in [*self._followed.items()]:
            if wanted.get(account_id) is not followed.broker or task.done():
                task.cancel()
                del self._followed[account_id]
        for account_id in wanted.keys() - self._followed.keys():
            self._start(account_id, wanted[account_id])

    async def try_out(self, account: Account) -> None:
        """Connect until the stream stands, and leave. Raises BrokerError, Unsupported."""
        broker = self._find(account)
        if broker is None:
            raise Unsupported(f"{account.broker} pushes no order updates that are taken here.")
        stands = asyncio.Event()
        tasks = [asyncio.create_task(broker.follow_orders(stands.set)), asyncio.create_task(stands.wait())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        outcome, _ = await asyncio.gather(*tasks, return_exceptions=True)
        if not stands.is_set():
            raise outcome if isinstance(outcome, BrokerError) else BrokerUnavailable("it was closed at once")

    async def close(self) -> None:
        """End every stream."""
        self._followed.clear()
        await self._tasks.close()

    def _find(self, account: Account) -> StreamingBroker | None:
        broker = self._connections.broker_of(account.id)
        is_theirs = broker is not None and broker.name == account.broker
        return broker if is_theirs and isinstance(broker, OrderStream) else None

    def _start(self, account_id: AccountId, broker: StreamingBroker) -> None:
        followed = _Followed(broker, account_id, partial(self._refresher.ask_soon, account_id), self._pace)
        self._followed[account_id] = followed, self._tasks.start(followed.run(), f"order stream {account_id}")


class _Followed:
    """One stream with one login, taken up again whenever it ends."""

    def __init__(
        self, broker: StreamingBroker, account_id: AccountId, ask: Callable[[], None], pace: StreamPace
    ) -> None:
        self.broker = broker
        self.stands = False
        self._account_id = account_id
        self._ask = ask
        self._pace = pace
        self._steady: asyncio.TimerHandle | None = None
        self._is_steady = False
        self._is_told_up: bool | None = None
        """What the log says last; nothing yet."""

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            at_least = await self._follow()
            failures = 1 if self._is_steady else failures + 1
            await asyncio.sleep(max(at_least, self._pace.again.wait(failures, self._pace.chance())))

    async def _follow(self) -> float:
        """Follow until it ends; for how many seconds it has to be left alone then."""
        self._is_steady = False
        why, at_least = "the broker closed it", 0.0
        try:
            # Where a login is known to be over, or nobody answers, nothing is asked.
            await self.broker.check()
            await self.broker.follow_orders(self._note_move)
        except BrokerRefused as no:
            why, at_least = str(no), self._pace.refused_for
        except BrokerUnavailable as away:
            why = str(away)
        finally:
            self.stands = False
            if self._steady is not None:
                self._steady.cancel()
        if self._is_told_up is not False:
            self._is_told_up = False
            log.warning("no order updates from %s for account %s: %s", self.broker.name, self._account_id, why)
        return at_least

    def _note_move(self) -> None:
        if not self.stands:
            self.stands = True
            self._steady = asyncio.get_running_loop().call_later(self._pace.steady_after, self._note_steady)
        self._ask()

    def _note_steady(self) -> None:
        self._is_steady = True
        if not self._is_told_up:
            self._is_told_up = True
            log.info("order updates come from %s for account %s", self.broker.name, self._account_id)
