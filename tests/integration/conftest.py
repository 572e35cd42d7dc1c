"""What the services' tests share."""

from dataclasses import dataclass

import pytest

from core.services.books import Books
from core.services.execute import Executor
from core.services.news import News
from core.services.refresh import Refresher
from core.services.trading import Trading
from tests.fakes import OneBroker, ScriptedBroker
from tests.house import Spine


@dataclass
class Scripted:
    """A second executor, refresher and desk over the spine's database, at a broker that follows a script."""

    broker: ScriptedBroker
    executor: Executor
    refresher: Refresher
    trading: Trading
    steps: list[str]
    """What the executor reported."""


@pytest.fixture
def scripted(spine: Spine) -> Scripted:
    """A broker that cannot prove absence, over the account's live paper book."""
    broker, steps = ScriptedBroker(spine.book()), list[str]()
    brokers, services, database = OneBroker(broker), spine.services, spine.house.database
    executor = Executor(database, brokers, services.clock, News(), lambda step: steps.append(step))
    refresher = Refresher(database, brokers, services.clock, News())
    trading = Trading(database, Books(brokers), services.intake, refresher, services.clock)
    return Scripted(broker, executor, refresher, trading, steps)
