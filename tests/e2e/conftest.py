"""One installation that everybody copies: an account with a key, an owner and an approver."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.nursery import Nursery
from tests.e2e.people import link, local_telegram, notices_settled
from tests.e2e.program import CONFIG, Installation
from tests.factories import ASHA, RAVI


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Cheap starts."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def bare(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A folder with a config.toml and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return Installation(folder, nursery)


@pytest.fixture(scope="session")
def furnished(bare: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The account `main`, semi-auto and live, with Asha its owner and Ravi an approver."""
    return asyncio.run(_furnish(bare.copied_to(tmp_path_factory.mktemp("furnished") / "home")))


@pytest.fixture
def home(furnished: Installation, tmp_path: Path) -> Installation:
    """A furnished installation of one's own."""
    return furnished.copied_to(tmp_path / "home")


async def _furnish(made: Installation) -> Installation:
    await made.json("account", "add", "main", "--order-mode", "semi_auto", "--trading-mode", "live")
    key = (await made.json("key", "create", "main", "--label", "tests"))["key"]
    async with local_telegram() as (telegram, url):
        here = made.at(url)
        async with here.running() as service:
            await link(telegram, here, ASHA, "owner")
            await link(telegram, here, RAVI, "approver")
            await notices_settled(here, 1)
            assert (await service.stop())[0] == 0
    return Installation(made.folder, made.nursery, {}, key)
