"""A running server on the fakes, and a client to talk to it."""

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import pytest
import structlog

from tests.runtime import Spine
from tests.webhook.fakes import FakeServices
from tests.webhook.market_client import Shop, open_shop
from tests.webhook.scripting import Script, script_on
from tests.webhook.talking import Http, talking_to
from tests.webhook.trading import Trader, trading_on


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@pytest.fixture(autouse=True)
def _quiet_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    structlog.configure(processors=[_drop])
    # The real one may have been bound, once and for all, to what another test had configured.
    monkeypatch.setattr("webhook.request.middlewares.log", structlog.get_logger())
    yield
    structlog.reset_defaults()


@pytest.fixture
def services() -> FakeServices:
    """What the server under test calls."""
    return FakeServices()


@pytest.fixture
async def http(services: FakeServices) -> AsyncIterator[Http]:
    """A client of a running server."""
    async with talking_to(services) as client:
        yield client


@pytest.fixture
async def shop(spine: Spine) -> AsyncIterator[Shop]:
    """A running server in front of a semi-auto, live account, and somebody who asks about the market."""
    async with open_shop(spine) as running:
        yield running


@pytest.fixture
async def trader(spine: Spine) -> AsyncIterator[Trader]:
    """A strategy whose orders wait for the client."""
    async with trading_on(spine) as trader:
        yield trader


@pytest.fixture
async def no_approval(trader: Trader) -> None:
    """The strategy's orders wait for nobody."""
    await trader.auto()


@pytest.fixture
async def script(spine: Spine) -> AsyncIterator[Script]:
    """A strategy on the semi-auto, live account that uses the published client."""
    async with script_on(spine) as running:
        yield running
