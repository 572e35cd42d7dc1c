"""What the tests of imports share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.settings import Paper
from tests.factories import SettableClock
from tests.runtime import Spine, settings_for
from tests.services.imports.coming_over import Listing, Open
from tests.services.imports.openalgo_sample import OpenAlgoSample


@pytest.fixture
def old(tmp_path: Path) -> OpenAlgoSample:
    """An OpenAlgo with one user, `admin`."""
    return OpenAlgoSample(tmp_path / "openalgo")


@pytest.fixture
def opened(spine: Spine, clock: SettableClock) -> Open:
    """Opens the installation anew with this setting."""

    @asynccontextmanager
    async def open_with(listing: Listing) -> AsyncIterator[Runtime]:
        paper = Paper(outside_hours="ignore", instruments=listing)
        async with open_runtime(settings_for(spine.path.parent, paper=paper), clock) as runtime:
            runtime.services.clock.require()
            yield runtime

    return open_with
