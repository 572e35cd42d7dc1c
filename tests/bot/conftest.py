"""A running face for each test that asks for one, and quiet logs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import structlog

from bot.local_telegram.server.server import LocalTelegram
from bot.transport.bot_client import build_bot
from tests.bot.keeping import Hours
from tests.bot.polling import FakeApplication, address_of
from tests.bot.profits import TINY, draw_by
from tests.bot.rig import ASHA, RAVI, TOKEN, Rig, running_rig
from tests.waiting import DRAWN_WITHIN, SOON


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    structlog.configure(processors=[_drop])
    yield
    structlog.reset_defaults()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram takes messages quickly, and a machine that is busy with other tests is not told of."""
    monkeypatch.setattr("bot.transport.send_queue.PER_PRIVATE_CHAT", (100, 0.01))
    monkeypatch.setattr("bot.cards.keeper.DIGEST_SECONDS", 0.05)
    monkeypatch.setattr("bot.handlers.decisions.WORKING_AFTER", SOON)
    monkeypatch.setattr("bot.chart.renderer.DRAW_WITHIN", DRAWN_WITHIN)


@pytest.fixture
async def rig(patient: None, tmp_path: Path, template: Path) -> AsyncIterator[Rig]:
    """Everything runs, and people may be written to often; test_lanes looks after Telegram's limits."""
    async with running_rig(tmp_path, template) as rig:
        yield rig


@pytest.fixture
async def still(patient: None, tmp_path: Path, template: Path) -> AsyncIterator[Rig]:
    """Nothing runs but the way in for orders; tests move the rest by hand."""
    async with running_rig(tmp_path, template, poll=False, keep=False, execute=False) as rig:
        yield rig


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """A Telegram with two people."""
    telegram = LocalTelegram(TOKEN)
    for user_id, name in ((ASHA, "Asha"), (RAVI, "Ravi")):
        telegram.add_user(user_id, name)
    await telegram.start()
    yield telegram
    await telegram.stop()


@pytest.fixture
async def application(telegram: LocalTelegram) -> AsyncIterator[FakeApplication]:
    """An application that only remembers."""
    bot = build_bot(TOKEN, address_of(telegram), lambda _: None)
    telegram.world.updates.allowed = ["message", "callback_query"]
    yield FakeApplication(bot)
    await bot.shutdown()


@pytest.fixture
def hours(still: Rig) -> Hours:
    """The keeper's own time, moved by the test."""
    hours = Hours()
    still.keeper._seconds = still.keeper._pauses._seconds = hours
    return hours


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that take no time."""
    draw_by(monkeypatch, TINY)
