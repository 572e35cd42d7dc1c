"""A face without the card keeper, for tests that are about lists."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.accounts import Role
from tests.bot.rig import ASHA, Rig, running_rig


@pytest.fixture
async def quiet(patient: None, tmp_path: Path, template: Path) -> AsyncIterator[Rig]:
    """Nothing shows cards: what is tested are the lists."""
    async with running_rig(tmp_path, template, keep=False) as rig:
        await rig.link(ASHA, Role.OWNER)
        yield rig
