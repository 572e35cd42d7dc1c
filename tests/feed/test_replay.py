"""A recorded market is played in its order and at its pace, and its last prices stay."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.feed.replay_feed import Pace, ReplayFeed
from core.errors import ConfigError
from core.market.quotes import Quote
from tests.feed.rig import CALL, FULL, HEADER, INFY, NIFTY, SBIN, Sleeper, Stopped, rupees, written
from tests.paper.rig import StoppedClock, make_listing
from tests.waiting import until

DAY = (
    "2026-01-05T09:15:00,NSE,SBIN,800",
    "2026-01-05T09:15:01,NSE,INFY,1500",
    "2026-01-05T09:15:01,NSE_INDEX,NIFTY,26000",
    "2026-01-05T09:16:00,NSE,SBIN,802",
    "2026-01-05T09:17:00,NSE,SBIN,799",
)


@pytest.fixture
def clock() -> StoppedClock:
    """Monday, 23 November 2026, 10:00 IST."""
    return StoppedClock()


def feed_of(folder: Path, clock: StoppedClock, pace: Pace, *lines: str, header: str = HEADER) -> ReplayFeed:
    """A feed over these lines."""
    return ReplayFeed(make_listing(clock), clock, written(folder, header, *lines), pace)


async def play(feed: ReplayFeed) -> list[Quote]:
    """Play to the end, and tell what was heard."""
    heard: list[Quote] = []
    feed.subscribe(heard.append)
    running = asyncio.create_task(feed.run())
    await until(lambda: bool(feed.state.problem))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return heard


async def test_ticks_come_in_their_order_at_the_present_time(tmp_path: Path, clock: StoppedClock) -> None:
    start = clock.now()
    heard = await play(feed_of(tmp_path, clock, Pace(1, sleep=Sleeper(clock, 9)), *DAY))

    assert [quote.ltp for quote in heard] == [800, 1500, 26000, 802, 799]
    assert [(quote.at - start).total_seconds() for quote in heard] == [0, 1, 1, 60, 120]


@pytest.mark.parametrize(("speed", "lasts"), [(1, 120), (60, 2), (0.5, 240), (0, 0)])
async def test_speed_is_how_many_seconds_pass_in_one(
    tmp_path: Path, clock: StoppedClock, speed: float, lasts: float
) -> None:
    start = clock.now()
    heard = await play(feed_of(tmp_path, clock, Pace(speed, sleep=Sleeper(clock, 9)), *DAY))

    assert (heard[-1].at - start).total_seconds() == lasts


async def test_the_day_is_added_up(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), *DAY)
    await play(feed)
    quote = feed.quote(*SBIN)

    assert quote is not None
    day = [quote.open, quote.high, quote.low, quote.ltp, quote.prev_close]
    assert day == rupees(800, 802, 799, 799, 800)
    assert 0 < quote.bid < quote.ltp < quote.ask
    assert quote.bid_size > 0 < quote.ask_size


async def test_a_new_day_begins_with_the_close_of_the_last(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), *DAY, "2026-01-06T09:15:00,NSE,SBIN,810")
    await play(feed)
    quote = feed.quote(*SBIN)

    assert quote is not None
    assert [quote.open, quote.high, quote.low, quote.prev_close] == rupees(810, 810, 810, 799)


async def test_what_the_file_says_is_taken_as_it_is(tmp_path: Path, clock: StoppedClock) -> None:
    line = "2026-01-05T09:15:00,NSE,SBIN,800,799.5,800.5,10,20,12345"
    feed = feed_of(tmp_path, clock, Pace(0), line, header=FULL)
    await play(feed)
    quote, depth = feed.quote(*SBIN), feed.depth(*SBIN)

    assert quote is not None
    assert (quote.bid, quote.ask) == (Decimal("799.5"), Decimal("800.5"))
    assert (quote.bid_size, quote.ask_size, quote.volume) == (10, 20, 12345)
    assert depth is not None
    assert (depth.bids[0].quantity, depth.asks[0].quantity) == (10, 20)


async def test_contracts_follow_their_underlying_to_those_who_wait(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), *DAY, "2026-01-05T09:18:00,NSE_INDEX,NIFTY,27000")
    heard: list[Quote] = []
    feed.subscribe(heard.append, lambda: [CALL])
    assert feed.quote(*CALL) is None
    await play(feed)

    assert [(quote.exchange, quote.symbol) for quote in heard] == [CALL, CALL]
    assert heard[0].ltp < heard[1].ltp
    assert feed.quote(*CALL) == heard[1]


async def test_a_contract_in_the_file_does_not_follow(tmp_path: Path, clock: StoppedClock) -> None:
    lines = f"2026-01-05T09:15:00,{CALL[0]},{CALL[1]},55", "2026-01-05T09:15:01,NSE_INDEX,NIFTY,27000"
    feed = feed_of(tmp_path, clock, Pace(0), *lines)
    heard: list[Quote] = []
    feed.subscribe(heard.append, lambda: [CALL])
    await play(feed)

    assert [quote.ltp for quote in heard] == [55]


async def test_at_the_end_the_last_prices_stay_and_grow_old(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), *DAY)
    await play(feed)
    clock.advance(minutes=10)
    quote = feed.quote(*SBIN)

    assert quote is not None
    assert (clock.now() - quote.at).total_seconds() == 600
    told = feed.state.render(clock.now())
    assert told.startswith("replay of ticks.csv, last tick 10 min ago: the file has ended")
    assert "feed.loop = true" in told


async def test_a_loop_begins_again(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(1, loop=True, sleep=Sleeper(clock, 12)), *DAY)
    heard: list[Quote] = []
    feed.subscribe(heard.append, lambda: [SBIN])
    with pytest.raises(Stopped):
        await feed.run()

    assert [quote.ltp for quote in heard] == [800, 802, 799] * 2 + [800]
    assert heard[3].prev_close == 799
    assert not feed.state.problem


async def test_the_start_fails_at_a_bad_line_anywhere(tmp_path: Path, clock: StoppedClock) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), *DAY, "2026-01-05T09:18:00,NSE,SBIN,cheap")

    with pytest.raises(ConfigError, match=r"ticks\.csv, line 7, column ltp: 'cheap' is not a price"):
        await feed.check()


async def test_what_is_not_listed_is_passed_over_and_told(
    tmp_path: Path, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    feed = feed_of(tmp_path, clock, Pace(0), "2026-01-05T09:15:00,NSE,GONE,5", *DAY)
    await feed.check()
    heard = await play(feed)

    assert "1 instruments of ticks.csv are not listed: NSE:GONE" in caplog.text
    assert {(quote.exchange, quote.symbol) for quote in heard} == {SBIN, INFY, NIFTY}
    assert feed.quote("NSE", "GONE") is None
