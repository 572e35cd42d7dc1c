"""The process is killed at every step at a live broker: one approval is one order there at most, whatever is lost."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.e2e.crashing import KILLED
from tests.e2e.live_crashing import BEFORE_A_HUMAN, CUTS, EXECUTED, CutEnding, move_to_zerodha, play
from tests.e2e.program import Installation
from tests.e2e.side_by_side import side_by_side

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endings(
    request: pytest.FixtureRequest, furnished: Installation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, asyncio.Task[CutEnding]]]:
    """Every cut that is asked for; each test waits for its own."""
    folder = tmp_path_factory.mktemp("live")
    made = await move_to_zerodha(furnished, folder / "home")

    async def one(name: str) -> CutEnding:
        return await play(CUTS[name], made.copied_to(folder / name))

    async with side_by_side(request, "cut", one) as tasks:
        yield tasks


@pytest.mark.parametrize("cut", CUTS)
async def test_one_approval_is_one_order_at_most(endings: Mapping[str, asyncio.Task[CutEnding]], cut: str) -> None:
    ending, expected = await endings[cut], CUTS[cut]

    assert ending.died == KILLED
    assert ending.accepted == expected.accepted
    is_found_late = expected.ends == BEFORE_A_HUMAN and expected.accepted
    assert ending.accepted_before_the_tap == (0 if is_found_late else expected.accepted)
    assert (EXECUTED in ending.card) == bool(expected.accepted)
    assert (ending.stopped, ending.verified.status) == (0, 0), ending.verified.out
