"""The Zerodha adapter, held to the one contract in front of a local Kite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.brokers.zerodha.kite_rig import KiteRig, kite_rig
from tests.contract.broker_contract import BrokerContract


class TestZerodha(BrokerContract):
    """An empty book with one crore rupees."""

    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[KiteRig]:
        """A logged in client."""
        async with kite_rig(tmp_path) as rig:
            yield rig
