"""A running server on the fakes, and a client to talk to it."""

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import pytest
import structlog

from tests.http.fakes import FakeServices
from tests.http.talking import Http, talking_to


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@pytest.fixture(autouse=True)
def _quiet_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    structlog.configure(processors=[_drop])
    # The real one may have been bound, once and for all, to what another test had configured.
    monkeypatch.setattr("webhook.middlewares.log", structlog.get_logger())
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
