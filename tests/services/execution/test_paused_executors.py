"""Two executors on one database: one stands still at a bad moment, another takes over, and the first wakes up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.settings.settings import Approval
from core.ids import OrderId
from core.orders.order import Order
from core.orders.states import BrokerStatus
from core.services.approval.doubtful_legs import Doubt
from core.services.execution.execute import Executor
from core.services.wakeups import Wakeups
from tests.factories import ASHA, SettableClock
from tests.services.execution.live_rig import Live, running_live

BEFORE_THE_CLAIM, CLAIMED, LEAVING, ANSWERED = "before the claim", "claimed", "leaving", "answered"
MOMENTS = (BEFORE_THE_CLAIM, CLAIMED, LEAVING, ANSWERED)


@dataclass
class Standstill:
    """One moment at which a process stops, once, until it is woken."""

    moment: str
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def at(self, moment: str) -> None:
        """Stand still, if it is this one."""
        if moment == self.moment and not self.reached.is_set():
            self.reached.set()
            await self.woken.wait()


class Stopping:
    """Whatever it stands for, except for what a subclass has of its own."""

    def __init__(self, inner: Any, still: Standstill) -> None:
        self._inner = inner
        self._still = still

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class StoppingBroker(Stopping):
    """Stands still around the request."""

    async def check(self) -> None:
        """As the broker does."""
        await self._inner.check()
        await self._still.at(BEFORE_THE_CLAIM)

    async def place(self, request: Any) -> Any:
        """As the broker does."""
        await self._still.at(LEAVING)
        placed = await self._inner.place(request)
        await self._still.at(ANSWERED)
        return placed


class StoppingBrokers(Stopping):
    """Hands such brokers out."""

    def book(self, *of: Any) -> StoppingBroker:
        """As the brokers do."""
        return StoppingBroker(self._inner.book(*of), self._still)


class StoppingDatabase(Stopping):
    """Stands still when the claim has been written."""

    @asynccontextmanager
    async def begin(self, **options: Any) -> AsyncIterator[Any]:
        """As the database does."""
        async with self._inner.begin(**options) as tx:
            yield tx
        await self._still.at(CLAIMED)


@dataclass
class Stopped:
    """The executor that stands still, with an approved order at a live broker."""

    live: Live
    still: Standstill
    order_id: OrderId
    running: "asyncio.Task[int]"

    async def order(self) -> Order:
        """The order as it stands."""
        return await self.live.spine.order(self.order_id)

    async def take_over(self, after: float) -> None:
        """Another service starts so many seconds later, as after a crash."""
        self.live.clock.advance(seconds=after)
        await self.live.spine.runtime.maintenance.recover()
        await self.live.spine.execute()
        await self.live.look()

    async def send_again(self) -> None:
        """The client does not find it at the broker, and has it sent once more."""
        order, doubtful = await self.order(), self.live.spine.services.doubtful_legs
        question = await doubtful.ask_send_again(Doubt(order.id, order.version, 1), ASHA)
        await doubtful.send_again(question.token, ASHA)

    async def wake(self) -> None:
        """The first executor goes on, to the end of what it was doing."""
        self.still.woken.set()
        await self.running


def executor(live: Live, still: Standstill) -> Executor:
    """One more executor on the same database, which stands still then."""
    runtime = live.spine.runtime
    database, brokers = StoppingDatabase(runtime.database, still), StoppingBrokers(runtime.brokers, still)
    return Executor(database, brokers, runtime.services.clock, Wakeups(), lambda _: None)


@asynccontextmanager
async def stopped(live: Live, moment: str) -> AsyncIterator[Stopped]:
    """An executor of its own that stands still at this moment."""
    still, order_id = Standstill(moment), await live.spine.approved()
    running = asyncio.create_task(executor(live, still).execute_due())
    async with asyncio.timeout(10):
        await still.reached.wait()
    yield Stopped(live, still, order_id, running)
    still.woken.set()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """What is approved may be sent for an hour, so that only the time since a claim keeps it back."""
    approval = Approval(execute_within=timedelta(hours=1))
    async with running_live(tmp_path, template, clock, approval=approval) as live:
        yield live


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("after", [1, 16, 200])
async def test_nothing_is_sent_twice_whenever_one_stands_still(live: Live, moment: str, after: float) -> None:
    async with stopped(live, moment) as one:
        await one.take_over(after)
        await one.wake()
        for _ in range(3):
            await live.spine.execute()
            await live.look(61)

        leg = (await one.order()).legs[0]
        assert live.accepted() == len(live.faults.struck) <= 1
        is_there = BrokerStatus.COMPLETE if live.accepted() else BrokerStatus.UNKNOWN
        assert leg.broker_status is is_there
        assert (leg.asked_at is not None) == (not live.accepted())
        assert not (await live.spine.runtime.audit.verify()).breaks


@pytest.mark.parametrize("moment", [CLAIMED, LEAVING])
async def test_what_the_client_had_sent_again_is_not_sent_by_who_wakes_up(live: Live, moment: str) -> None:
    async with stopped(live, moment) as one:
        await one.take_over(121)
        await one.send_again()
        await live.spine.execute()
        second = (await one.order()).legs[0]
        await one.wake()
        await live.look(61)

        assert [row["tag"] for row in live.fake.book.orders] == [second.client_order_id]
        assert (await one.order()).legs[0].broker_order_id == second.broker_order_id


@pytest.mark.parametrize("moment", [CLAIMED, LEAVING])
async def test_who_wakes_up_says_nothing_of_a_later_try(live: Live, moment: str) -> None:
    async with stopped(live, moment) as one:
        await one.take_over(121)
        await one.send_again()
        second = Standstill(LEAVING)
        sending = asyncio.create_task(executor(live, second).execute_due())
        await second.reached.wait()
        await one.wake()

        meanwhile = (await one.order()).legs[0].broker_status
        second.woken.set()
        await sending
        await live.look()

        assert meanwhile is BrokerStatus.SENDING
        assert live.accepted() == 1
        assert (await one.order()).legs[0].broker_status is BrokerStatus.COMPLETE
