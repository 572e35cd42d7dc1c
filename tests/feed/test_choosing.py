"""The settings choose where prices come from."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from bot.process.bootstrap import open_runtime
from bot.settings.feed import Feed
from brokers.feed.replay_feed import ReplayFeed
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.symbols.instruments import load_instruments
from core.errors import ConfigError
from core.market.quotes import Quote
from tests.factories import SettableClock
from tests.feed.rig import HEADER, SBIN, written
from tests.feed.test_replay import DAY
from tests.runtime import settings_for
from tests.waiting import until


async def market_of(folder: Path, clock: SettableClock, seed: str) -> list[Quote | None]:
    """All shares after ten ticks."""
    async with open_runtime(settings_for(folder, feed=Feed(seed=seed)), clock) as runtime:
        assert isinstance(runtime.feed, SimulatedFeed)
        for _ in range(10):
            runtime.feed.tick_once()
        return [runtime.feed.quote(*ticker) for ticker in load_instruments()]


async def test_a_seed_gives_the_same_market_at_every_start(tmp_path: Path, clock: SettableClock) -> None:
    first = await market_of(tmp_path, clock, "monday")

    assert await market_of(tmp_path, clock, "monday") == first
    assert await market_of(tmp_path, clock, "tuesday") != first
    assert await market_of(tmp_path, clock, "") != await market_of(tmp_path, clock, "")


async def test_a_replay_is_checked_before_it_is_played(tmp_path: Path, clock: SettableClock) -> None:
    written(tmp_path, HEADER, *DAY)
    settings = settings_for(tmp_path, feed=Feed(source="replay", file=str(tmp_path / "ticks.csv")))
    async with open_runtime(settings, clock) as runtime:
        assert isinstance(runtime.feed, ReplayFeed)
        await runtime.feed.check()
        written(tmp_path, HEADER, *DAY, "2026-01-05")
        with pytest.raises(ConfigError, match="line 7, column exchange: is empty"):
            await runtime.feed.check()
        assert runtime.services.health.prices() == "replay of ticks.csv, no tick yet"
        assert runtime.feed.quote(*SBIN) is None


async def test_an_ended_replay_is_not_ready(tmp_path: Path, clock: SettableClock) -> None:
    written(tmp_path, HEADER, DAY[0])
    settings = settings_for(tmp_path, feed=Feed(source="replay", file=str(tmp_path / "ticks.csv"), speed=0))
    async with open_runtime(settings, clock) as runtime:
        running = asyncio.create_task(runtime.feed.run())
        await until(lambda: bool(runtime.feed.state.problem))
        told = (await runtime.services.health.readiness())["prices"]
        running.cancel()
        quote = runtime.feed.quote(*SBIN)

    assert "the file has ended" in told
    assert quote is not None
    assert quote.ltp == Decimal(800)
