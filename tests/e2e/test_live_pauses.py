"""A service that stands still at a bad moment, and a second one that takes its place at a live broker."""

import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from tests.brokers.faults import NONE
from tests.e2e.live_crashing import BEFORE_A_HUMAN, EXECUTED, Stage, at_kite, move_to_zerodha
from tests.e2e.people import until
from tests.e2e.program import Installation, Service

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform != "linux", reason="/proc tells that a process stands still"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def at_zerodha(furnished: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that is ready to trade at the local Kite."""
    return await move_to_zerodha(furnished, tmp_path_factory.mktemp("pauses") / "home")


@asynccontextmanager
async def standing_still(home: Installation, step: str) -> AsyncIterator[tuple[Stage, Service]]:
    """A service that has stopped at this step of an approved order, which may leave for eight seconds."""
    async with (
        at_kite(home, COUNTERSIGN_APPROVAL__EXECUTE_WITHIN="8s") as stage,
        stage.home.running(COUNTERSIGN_PAUSEPOINT=step) as service,
    ):
        await stage.tap(service, NONE)
        await until(lambda: _is_stopped(service))
        yield stage, service


async def _is_stopped(service: Service) -> bool:
    return _state(service.process.pid) == "T"


def _state(pid: int) -> str:
    said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return said.rpartition(")")[2].split()[0]


async def _is_too_late(stage: Stage) -> bool:
    [(moment,)] = stage.home.sql("SELECT execute_by FROM orders")
    return datetime.fromisoformat(moment) < datetime.now(UTC)


async def test_a_second_service_is_kept_out_and_the_first_sends_nothing_late(
    at_zerodha: Installation, tmp_path: Path
) -> None:
    async with standing_still(at_zerodha.copied_to(tmp_path / "home"), "claimed") as (stage, first):
        kept_out = await stage.home.fails_to_run()
        await until(lambda: _is_too_late(stage))
        (stage.home.folder / "countersign.db.lock").unlink()
        async with stage.home.running() as second:
            await stage.ending(BEFORE_A_HUMAN)
            first.signal(signal.SIGCONT)
            woken, _ = await first.stop()
            card = await stage.ending(BEFORE_A_HUMAN)
            await second.stop()
        verified = await stage.home.cli("audit", "verify")

    assert (kept_out.status, "Another Countersign service is running" in kept_out.err) == (1, True)
    assert woken == 0
    assert (stage.accepted(), stage.faults.struck) == (0, [])
    assert "NOT CONFIRMED" in card
    assert verified.status == 0, verified.out


@pytest.mark.parametrize("step", ["answered", "recorded"])
async def test_what_the_first_had_sent_is_found_and_neither_sends_it_again(
    at_zerodha: Installation, tmp_path: Path, step: str
) -> None:
    async with standing_still(at_zerodha.copied_to(tmp_path / "home"), step) as (stage, first):
        (stage.home.folder / "countersign.db.lock").unlink()
        async with stage.home.running() as second:
            await stage.ending(EXECUTED)
            first.signal(signal.SIGCONT)
            woken, _ = await first.stop()
            await second.stop()
        verified = await stage.home.cli("audit", "verify")

    assert woken == 0
    assert (stage.accepted(), len(stage.faults.struck)) == (1, 1)
    assert verified.status == 0, verified.out
