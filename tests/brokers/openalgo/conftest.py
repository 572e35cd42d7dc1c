"""What the tests of OpenAlgo's adapter share."""

from collections.abc import AsyncIterator

import pytest

from tests.brokers.fault_contract import patience_of
from tests.brokers.openalgo.rig import OpenAlgoRig, open_rig


@pytest.fixture
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[OpenAlgoRig]:
    """An empty book with one lakh rupees."""
    async with open_rig(patience_of(request)) as one:
        yield one
