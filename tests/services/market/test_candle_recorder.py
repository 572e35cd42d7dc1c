"""Candles are recorded from the ticks of the running feeds: each tick once, also over a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.process.bootstrap import Runtime, open_runtime
from bot.process.scheduler import jobs
from bot.settings.settings import History, Paper
from brokers.feed.simulated_feed import SimulatedFeed
from core.errors import Unready
from core.market.candles import Candle
from core.market.instruments import Ticker
from db.records.candle_store import SqlCandles
from tests.factories import START, SettableClock
from tests.runtime import Spine, settings_for

SBIN, INFY, CALL = ("NSE", "SBIN"), ("NSE", "INFY"), ("NFO", "NIFTY29DEC2626000CE")
FEED = "simulated"
PAUSES = "CREATE TRIGGER full BEFORE INSERT ON candles BEGIN SELECT RAISE(ABORT, 'disk full'); END"


async def stored(runtime: Runtime, ticker: Ticker = SBIN, feed: str = FEED) -> list[Candle]:
    """What the record has."""
    found = SqlCandles(runtime.engines)
    return [*await found.read(feed, ticker, START - timedelta(days=99), START + timedelta(days=99), 10_000)]


def trade(runtime: Runtime, clock: SettableClock, *prices: int, ticker: Ticker = SBIN) -> None:
    """A trade a second at these prices."""
    assert isinstance(runtime.feed, SimulatedFeed)
    for price in prices:
        clock.advance(seconds=1)
        runtime.feed.pin(*ticker, Decimal(price))


def candle(at: datetime, *prices: int) -> Candle:
    """Of these prices, in their order; what is pinned has no volume."""
    first, last = Decimal(prices[0]), Decimal(prices[-1])
    return Candle(at, first, Decimal(max(prices)), Decimal(min(prices)), last, 0)


@asynccontextmanager
async def serving(folder: Path, clock: SettableClock, **sections: Any) -> AsyncIterator[Runtime]:
    """A service that records, from its start to an orderly stop."""
    async with open_runtime(settings_for(folder, **sections), clock) as runtime:
        await runtime.candle_recorder.keep()
        yield runtime
        await runtime.candle_recorder.close()


async def test_the_minutes_that_are_over_are_stored(spine: Spine, clock: SettableClock) -> None:
    await spine.runtime.candle_recorder.keep()
    trade(spine.runtime, clock, 790, 800, 810, 805)
    await spine.runtime.candle_recorder.keep()
    assert await stored(spine.runtime) == []

    clock.advance(minutes=2)
    await spine.runtime.candle_recorder.keep()
    assert await stored(spine.runtime) == [candle(START, 800, 810, 805)]


async def test_ticks_are_stored_together_and_not_one_by_one(spine: Spine, clock: SettableClock) -> None:
    await spine.runtime.candle_recorder.keep()
    for _ in range(3):
        for _ in range(5):
            clock.advance(seconds=1)
            spine.feed.tick_once()
        clock.advance(minutes=1)
    assert spine.sql("SELECT count(*) FROM candles") == [(0,)]
    await spine.runtime.candle_recorder.keep()

    assert spine.sql("SELECT count(*) FROM candles")[0][0] > 100
    assert len(await stored(spine.runtime, INFY)) == 3


async def test_a_restart_goes_on_with_the_minute_and_counts_nothing_twice(
    tmp_path: Path, clock: SettableClock
) -> None:
    async with serving(tmp_path, clock) as runtime:
        trade(runtime, clock, 800, 801, 820)
    async with serving(tmp_path, clock) as runtime:
        trade(runtime, clock, 815, 816)
        clock.advance(minutes=2)
        await runtime.candle_recorder.keep()
        assert await stored(runtime) == [candle(START, 801, 820, 816)]


async def test_the_time_in_which_nothing_ran_has_no_candle(tmp_path: Path, clock: SettableClock) -> None:
    async with serving(tmp_path, clock) as runtime:
        trade(runtime, clock, 800, 801)
    clock.advance(minutes=30)
    async with serving(tmp_path, clock) as runtime:
        trade(runtime, clock, 850, 851)
    async with serving(tmp_path, clock) as runtime:
        found = await stored(runtime)

    assert [one.at for one in found] == [START, START + timedelta(minutes=30)]


async def test_storing_the_same_minute_again_changes_nothing(spine: Spine) -> None:
    record = SqlCandles(spine.runtime.engines)
    for _ in range(2):
        await record.keep(FEED, [(SBIN, candle(START, 800, 801)), (INFY, candle(START, 5))])

    assert await stored(spine.runtime) == [candle(START, 800, 801)]


async def test_a_database_that_cannot_store_gets_the_candles_later(spine: Spine, clock: SettableClock) -> None:
    await spine.runtime.candle_recorder.keep()
    trade(spine.runtime, clock, 800, 801)
    clock.advance(minutes=2)
    spine.sql(PAUSES)
    with pytest.raises(Unready):
        await spine.runtime.candle_recorder.keep()
    spine.sql("DROP TRIGGER full")
    await spine.runtime.candle_recorder.keep()

    assert await stored(spine.runtime) == [candle(START, 801)]


async def test_an_option_is_recorded_once_its_candles_were_asked_for(spine: Spine, clock: SettableClock) -> None:
    recorder = spine.runtime.candle_recorder
    await recorder.keep()
    spine.feed.tick_once()
    recorder.follow(FEED, CALL)
    for _ in range(30):
        clock.advance(seconds=1)
        spine.feed.tick_once()

    (forming,) = recorder.not_stored(FEED, CALL)
    assert forming.at == START


async def test_what_was_asked_for_is_followed_after_a_restart_for_a_week(
    tmp_path: Path, clock: SettableClock
) -> None:
    async with serving(tmp_path, clock) as runtime:
        runtime.candle_recorder.follow(FEED, CALL)
    for days, is_followed in ((6, True), (2, False)):
        clock.advance(days=days)
        async with serving(tmp_path, clock) as runtime:
            assert isinstance(runtime.feed, SimulatedFeed)
            for _ in range(30):
                clock.advance(seconds=1)
                runtime.feed.tick_once()
            assert bool(runtime.candle_recorder.not_stored(FEED, CALL)) is is_followed


async def test_nothing_is_recorded_while_the_exchange_is_closed(tmp_path: Path, clock: SettableClock) -> None:
    clock.advance(hours=7)
    async with serving(tmp_path, clock, paper=Paper()) as runtime:
        trade(runtime, clock, 800, 801, 802)
        clock.advance(minutes=2)
        await runtime.candle_recorder.keep()
        assert await stored(runtime) == []


async def test_candles_are_kept_as_long_as_the_settings_say(tmp_path: Path, clock: SettableClock) -> None:
    async with serving(tmp_path, clock, history=History(keep=timedelta(days=2))) as runtime:
        old = [(SBIN, candle(START + timedelta(minutes=one), 800)) for one in range(2500)]
        await SqlCandles(runtime.engines).keep(FEED, [*old, (INFY, candle(START, 5))])
        clock.advance(days=2, minutes=2400)
        (job,) = [job for job in jobs(runtime) if job.name == "old candles"]
        await job.work()
        await job.work()

        assert await stored(runtime) == [one for _, one in old[2400:]]
        assert await stored(runtime, INFY) == []


async def test_there_is_a_job_that_stores(spine: Spine, clock: SettableClock) -> None:
    (job,) = [job for job in jobs(spine.runtime) if job.name == "candles"]
    await job.work()
    trade(spine.runtime, clock, 800, 801)
    clock.advance(minutes=2)
    await job.work()

    assert await stored(spine.runtime) == [candle(START, 801)]
