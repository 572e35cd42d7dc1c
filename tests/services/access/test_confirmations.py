"""A question is used up once, within two minutes, by who was asked, and only with what it allows."""

import pytest

from core.errors import NotFound
from core.services.access.confirmations import Confirmations
from tests.factories import ASHA, RAVI
from tests.runtime import Spine


@pytest.fixture
def confirmations(spine: Spine) -> Confirmations:
    """Over the clock of the spine."""
    return Confirmations(spine.services.clock)


async def ask(spine: Spine, confirmations: Confirmations) -> str:
    """Put a question to Asha."""
    async with spine.runtime.database.begin() as tx:
        token = await confirmations.ask(tx, ASHA, "sell everything")
        await tx.commit()
    return token


async def test_it_says_what_was_asked_and_works_once(spine: Spine, confirmations: Confirmations) -> None:
    token = await ask(spine, confirmations)

    async with spine.runtime.database.begin() as tx:
        assert await confirmations.take(tx, token, ASHA) == "sell everything"
        await tx.commit()

    async with spine.runtime.database.begin() as tx:
        with pytest.raises(NotFound, match="already answered"):
            await confirmations.take(tx, token, ASHA)


async def test_it_stays_open_when_what_it_allows_was_not_done(spine: Spine, confirmations: Confirmations) -> None:
    token = await ask(spine, confirmations)

    async with spine.runtime.database.begin() as tx:
        await confirmations.take(tx, token, ASHA)

    async with spine.runtime.database.begin() as tx:
        assert await confirmations.take(tx, token, ASHA) == "sell everything"


async def test_a_second_before_its_end_it_works_and_then_no_more(spine: Spine, confirmations: Confirmations) -> None:
    token = await ask(spine, confirmations)

    spine.clock.advance(seconds=119)
    async with spine.runtime.database.begin() as tx:
        assert await confirmations.take(tx, token, ASHA) == "sell everything"

    spine.clock.advance(seconds=1)
    async with spine.runtime.database.begin() as tx:
        with pytest.raises(NotFound):
            await confirmations.take(tx, token, ASHA)


async def test_nobody_else_can_use_it(spine: Spine, confirmations: Confirmations) -> None:
    token = await ask(spine, confirmations)

    async with spine.runtime.database.begin() as tx:
        with pytest.raises(NotFound):
            await confirmations.take(tx, token, RAVI)
