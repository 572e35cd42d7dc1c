"""The running service at a broker that pushes: a fill is shown at once, however seldom orders are asked about."""

from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.live_crashing import EXECUTED, Stage, at_kite, move_to_zerodha
from tests.e2e.people import approve, talking, until
from tests.e2e.program import Installation, Service
from tests.factories import ASHA

pytestmark = pytest.mark.asyncio(loop_scope="module")
SELDOM = "10m"
LOOKS_ANYWAY_AFTER = 60
"""Seconds after which the service looks although nothing woke it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def at_zerodha(furnished: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that is ready to trade at the local Kite."""
    return await move_to_zerodha(furnished, tmp_path_factory.mktemp("streams") / "home")


async def listening(stage: Stage) -> None:
    """Wait until the service follows what Kite pushes."""

    async def listens() -> bool:
        return stage.kite.pushes.listeners == 1

    await until(listens)


async def resting(stage: Stage, service: Service) -> None:
    """An approved order that waits at the broker for its price, as its card says."""
    async with talking(service, stage.home.key) as strategy:
        number = await strategy.queue(pricetype="LIMIT", price="700")
    await approve(stage.telegram, ASHA, number)
    await stage.ending("OPEN")


async def test_a_fill_that_kite_pushes_is_on_the_card_before_anybody_asks_again(
    at_zerodha: Installation, tmp_path: Path
) -> None:
    async with (
        at_kite(at_zerodha.copied_to(tmp_path / "home"), COUNTERSIGN_REFRESH__EVERY=SELDOM) as stage,
        stage.home.running(COUNTERSIGN_BROKERS__ZERODHA__STREAM_URL=stage.stream_url) as service,
    ):
        await listening(stage)
        await resting(stage, service)
        stage.kite.book.move("NSE:SBIN", Decimal(690))
        said = await stage.ending(EXECUTED, LOOKS_ANYWAY_AFTER / 3)
        stopped, _ = await service.stop()

    assert "690" in said
    assert stopped == 0
    assert stage.kite.pushes.listeners == 0
