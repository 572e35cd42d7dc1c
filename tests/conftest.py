"""Fixtures that every test may ask for, and how tests are run."""

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.depth import load_profile
from tests.factories import SettableClock
from tests.once import make_once
from tests.runtime import Spine, migrate, running_spine

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
"""Bytes that a whole run needs at most, with room to spare."""


def pytest_configure() -> None:
    """Hypothesis has its profiles; what tests write goes to memory, so that thousands of commits wait for no disk."""
    load_profile()
    make_once()
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, made once."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(migrate(path))
    return path


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """What the program sets up for its log is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    yield
    root.handlers[:], root.level = handlers, level
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    structlog.reset_defaults()


@pytest.fixture
def clock() -> SettableClock:
    """A Monday, 10:00 in India, until a test lets time pass."""
    return SettableClock()


@pytest.fixture
async def spine(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Spine]:
    """The services over a database of their own, on a clock that the test sets."""
    async with running_spine(tmp_path, template, clock) as running:
        yield running
