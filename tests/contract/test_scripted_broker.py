"""The tests' own broker with faults on demand, held to the contract while no fault is asked for."""

from decimal import Decimal

import pytest

from tests.contract.broker_contract import BrokerContract, BrokerRig
from tests.contract.test_broker_contract import PaperRig
from tests.fakes import ScriptedBroker


class ScriptedRig:
    """The scripted broker over a paper broker."""

    def __init__(self, *, proves_absence: bool) -> None:
        self._paper = PaperRig()
        self._broker = ScriptedBroker(self._paper.broker, proves_absence=proves_absence)

    @property
    def broker(self) -> ScriptedBroker:
        """The book under test."""
        return self._broker

    async def move(self, ltp: Decimal) -> None:
        """Set SBIN's price and let the orders see it."""
        await self._paper.move(ltp)


@pytest.mark.parametrize("rig", [True, False], indirect=True)
class TestScriptedBroker(BrokerContract):
    """Whether or not it promises to prove absence."""

    @pytest.fixture
    def rig(self, request: pytest.FixtureRequest) -> BrokerRig:
        """An empty book."""
        return ScriptedRig(proves_absence=bool(request.param))
