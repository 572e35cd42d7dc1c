"""What the tests of OpenAlgo's adapter share."""

from collections.abc import AsyncIterator

import pytest

from tests.brokers.openalgo.rig import OpenAlgoRig, open_rig


@pytest.fixture
async def rig() -> AsyncIterator[OpenAlgoRig]:
    """An empty book with one lakh rupees."""
    async with open_rig() as one:
        yield one
