"""The adapters that exist, held to the one contract."""

from decimal import Decimal

import pytest

from brokers.paper.broker import PaperBroker
from tests.contract.broker_contract import PRICE, BrokerContract, BrokerRig
from tests.paper.rig import Rig


class PaperRig:
    """The paper broker over a store in memory."""

    def __init__(self) -> None:
        self._rig = Rig()
        self._rig.pin(str(PRICE))

    @property
    def broker(self) -> PaperBroker:
        """The book under test."""
        return self._rig.broker

    async def move(self, ltp: Decimal) -> None:
        """Set SBIN's price and let the orders see it."""
        await self._rig.tick(str(ltp))


class TestPaperBroker(BrokerContract):
    """The embedded default."""

    @pytest.fixture
    def rig(self) -> BrokerRig:
        """An empty book with one crore rupees."""
        return PaperRig()
