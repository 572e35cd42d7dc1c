"""A server that sends live prices and order updates."""

from collections.abc import AsyncIterator

import pytest

from tests.runtime import Spine
from tests.webhook.live.live_reading import LiveApi, live_api


@pytest.fixture
async def live(spine: Spine) -> AsyncIterator[LiveApi]:
    """The server; keys are checked often."""
    async with live_api(spine) as running:
        yield running
