"""What the services' tests share."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings.settings import Hooks
from core.accounts import TradingMode
from core.services.execution.execute import Executor
from core.services.execution.refresh import Refresher
from core.services.portfolio.broker_books import BrokerBooks
from core.services.trading.open_orders import OpenOrders
from core.services.wakeups import Wakeups
from tests.factories import SettableClock
from tests.fakes import OneBroker, ScriptedBroker
from tests.runtime import Spine, running_spine
from tests.services.outcomes.hook_rig import Receiver, a_receiver


@dataclass
class Scripted:
    """A second executor, refresher and `OpenOrders` over the spine's database, at a broker that follows a script."""

    broker: ScriptedBroker
    executor: Executor
    refresher: Refresher
    trading: OpenOrders
    steps: list[str]
    """What the executor reported."""


@pytest.fixture
def scripted(spine: Spine) -> Scripted:
    """A broker that cannot prove absence, over the account's live paper book."""
    broker, steps = ScriptedBroker(spine.book()), list[str]()
    brokers, services, database = (
        OneBroker(broker, spine.runtime.brokers.instruments(spine.account, TradingMode.LIVE), spine.runtime.feed),
        spine.services,
        spine.runtime.database,
    )
    executor = Executor(database, brokers, services.clock, Wakeups(), lambda step: steps.append(step))
    refresher = Refresher(database, brokers, services.clock, Wakeups())
    trading = OpenOrders(database, BrokerBooks(brokers), services.intake, refresher, services.clock)
    return Scripted(broker, executor, refresher, trading, steps)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    async with a_receiver() as made:
        yield made


@pytest.fixture
async def hooked(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Spine]:
    """A spine whose hooks may go to this machine."""
    async with running_spine(tmp_path, template, clock, hooks=Hooks(allow_private=True)) as running:
        yield running
