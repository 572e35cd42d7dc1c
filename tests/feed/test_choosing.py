"""The settings choose where prices come from."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from bot.process.bootstrap import build_house
from bot.settings.feed import Feed
from brokers.feed.replay_feed import ReplayFeed
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.symbols.instruments import load_instruments
from core.errors import ConfigError
from core.market.quotes import Quote
from tests.factories import SettableClock
from tests.feed.rig import HEADER, SBIN, written
from tests.feed.test_replay import DAY
from tests.house import settings_for
from tests.waiting import until


async def market_of(folder: Path, clock: SettableClock, seed: str) -> list[Quote | None]:
    """All shares after ten ticks."""
    async with build_house(settings_for(folder, feed=Feed(seed=seed)), clock) as house:
        assert isinstance(house.feed, SimulatedFeed)
        for _ in range(10):
            house.feed.tick_once()
        return [house.feed.quote(*ticker) for ticker in load_instruments()]


async def test_a_seed_gives_the_same_market_at_every_start(tmp_path: Path, clock: SettableClock) -> None:
    first = await market_of(tmp_path, clock, "monday")

    assert await market_of(tmp_path, clock, "monday") == first
    assert await market_of(tmp_path, clock, "tuesday") != first
    assert await market_of(tmp_path, clock, "") != await market_of(tmp_path, clock, "")


async def test_a_replay_is_checked_before_it_is_played(tmp_path: Path, clock: SettableClock) -> None:
    written(tmp_path, HEADER, *DAY)
    settings = settings_for(tmp_path, feed=Feed(source="replay", file=str(tmp_path / "ticks.csv")))
    async with build_house(settings, clock) as house:
        assert isinstance(house.feed, ReplayFeed)
        await house.feed.check()
        written(tmp_path, HEADER, *DAY, "2026-01-05")
        with pytest.raises(ConfigError, match="line 7, column exchange: is empty"):
            await house.feed.check()
        assert house.services.health.prices() == "replay of ticks.csv, no tick yet"
        assert house.feed.quote(*SBIN) is None


async def test_an_ended_replay_is_not_ready(tmp_path: Path, clock: SettableClock) -> None:
    written(tmp_path, HEADER, DAY[0])
    settings = settings_for(tmp_path, feed=Feed(source="replay", file=str(tmp_path / "ticks.csv"), speed=0))
    async with build_house(settings, clock) as house:
        running = asyncio.create_task(house.feed.run())
        await until(lambda: bool(house.feed.state.problem))
        told = (await house.services.health.readiness())["prices"]
        running.cancel()
        quote = house.feed.quote(*SBIN)

    assert "the file has ended" in told
    assert quote is not None
    assert quote.ltp == Decimal(800)
