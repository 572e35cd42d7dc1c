"""Asking somebody else for prices: for what is wanted, no more often than told, and never making one up."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from brokers.feed.polled_feed import BATCH, PROBE, PolledFeed, Polling
from brokers.feed.recent_requests import KEPT_FOR
from brokers.paper.symbols.instruments import load_instruments
from brokers.tickers import Ticker
from core.errors import BrokerUnavailable
from core.market.quotes import Quote
from tests.feed.rig import CALL, INFY, NIFTY, SBIN, FakeSource, PolledStage, Sleeper, Stopped
from tests.paper.rig import make_listing

DOWN = BrokerUnavailable("a fake cannot be reached; is it running?")


@pytest.fixture
def stage() -> PolledStage:
    """A source that knows NIFTY only."""
    return PolledStage()


def asked_for(source: FakeSource) -> set[tuple[str, str]]:
    """What the last question was about."""
    return set(source.asked[-1])


async def test_the_first_look_finds_nothing_and_the_next_poll_brings_it(stage: PolledStage) -> None:
    stage.source.prices[SBIN] = Decimal(800)
    assert stage.feed.quote(*SBIN) is None
    await stage.feed.poll_once()
    quote = stage.feed.quote(*SBIN)

    assert quote is not None
    assert (quote.ltp, quote.at) == (Decimal(800), stage.clock.now())


async def test_nothing_is_asked_while_nobody_wants_anything(stage: PolledStage) -> None:
    await stage.feed.poll_once()

    assert not stage.source.asked
    assert not stage.source.asked_deep


async def test_it_asks_for_interests_and_for_what_was_looked_at_each_once(stage: PolledStage) -> None:
    stage.feed.subscribe(lambda _: None, lambda: [SBIN, CALL])
    stage.feed.subscribe(lambda _: None, lambda: [SBIN])
    stage.feed.subscribe(lambda _: None)
    stage.feed.quote(*INFY)
    stage.feed.quote(*SBIN)
    await stage.feed.poll_once()

    assert sorted(stage.source.asked[-1]) == sorted([SBIN, CALL, INFY])


async def test_what_was_looked_at_is_forgotten_and_an_interest_is_not(stage: PolledStage) -> None:
    stage.feed.subscribe(lambda _: None, lambda: [SBIN])
    stage.feed.quote(*INFY)
    stage.clock.advance(seconds=KEPT_FOR.total_seconds())
    await stage.feed.poll_once()
    assert asked_for(stage.source) == {SBIN, INFY}
    stage.clock.advance(seconds=1)
    await stage.feed.poll_once()
    assert asked_for(stage.source) == {SBIN}


async def test_the_listed_strikes_follow_what_the_source_says(stage: PolledStage) -> None:
    stage.listing.follow(stage.feed)
    stage.source.prices[NIFTY] = Decimal(28_700)
    assert stage.listing.find("NFO", "NIFTY29DEC2628700CE") is None
    await stage.feed.poll_once()

    assert stage.listing.find("NFO", "NIFTY29DEC2628700CE")
    assert stage.feed.quote("NFO", "NIFTY29DEC2628700CE") is None
    await stage.feed.poll_once()
    assert ("NFO", "NIFTY29DEC2628700CE") in asked_for(stage.source)


async def test_what_is_not_listed_is_never_asked_for(stage: PolledStage) -> None:
    assert stage.feed.quote("NSE", "DROP TABLE") is None
    assert stage.feed.depth("NSE", "DROP TABLE") is None
    await stage.feed.poll_once()

    assert not stage.source.asked
    assert not stage.source.asked_deep


async def test_many_instruments_are_asked_for_in_several_questions(stage: PolledStage) -> None:
    listing = make_listing(stage.clock)
    options = [one for kind in ("CE", "PE") for one in listing.search(f"NIFTY DEC26 {kind}", "NFO", 100)]
    wanted = {(one.exchange, one.symbol) for one in options} | set(load_instruments())
    for ticker in wanted:
        stage.feed.quote(*ticker)
    await stage.feed.poll_once()

    assert len(wanted) > 2 * BATCH
    assert all(len(question) <= BATCH for question in stage.source.asked)
    assert {ticker for question in stage.source.asked for ticker in question} == wanted


async def test_of_too_many_those_asked_for_last_are_kept(stage: PolledStage) -> None:
    shares = [ticker for ticker in load_instruments() if ticker[0] == "NSE"]
    for ticker in shares[:11]:
        stage.feed.depth(*ticker)
    await stage.feed.poll_once()

    assert stage.source.asked_deep == shares[1:11]


async def test_a_tick_is_a_change_and_every_answer_makes_the_price_younger(stage: PolledStage) -> None:
    heard: list[Quote] = []
    stage.feed.subscribe(heard.append, lambda: [SBIN])
    for ltp in (800, 800, 801, 801):
        stage.clock.advance(seconds=1)
        stage.source.prices[SBIN] = Decimal(ltp)
        await stage.feed.poll_once()
        quote = stage.feed.quote(*SBIN)
        assert quote is not None
        assert quote.at == stage.clock.now()

    assert [quote.ltp for quote in heard] == [800, 801]


async def test_an_answer_nobody_asked_for_is_not_believed(stage: PolledStage) -> None:
    async def more_than_asked(_: object) -> list[Quote]:
        return [quote for quote in [stage.feed.quote(*NIFTY)] if quote]

    await stage.show(NIFTY, Decimal(26_000))
    stage.source.fetch = more_than_asked  # type: ignore[assignment,method-assign]
    other = PolledFeed(stage.source, make_listing(stage.clock).find, stage.clock, Polling(1, Random(1)))
    other.quote(*SBIN)
    await other.poll_once()

    assert other.quote(*NIFTY) is None


async def test_a_price_the_source_has_lost_stays_with_its_time(stage: PolledStage) -> None:
    await stage.show(SBIN, Decimal(800))
    seen = stage.clock.now()
    del stage.source.prices[SBIN]
    stage.clock.advance(seconds=30)
    await stage.feed.poll_once()
    quote = stage.feed.quote(*SBIN)

    assert quote is not None
    assert (quote.ltp, quote.at) == (Decimal(800), seen)


async def test_depth_brings_sizes_and_its_quote(stage: PolledStage) -> None:
    heard: list[Quote] = []
    stage.feed.subscribe(heard.append, lambda: [SBIN])
    await stage.show(SBIN, Decimal(800))
    assert stage.feed.depth(*SBIN) is None
    await stage.feed.poll_once()
    await stage.feed.poll_once()
    depth, quote = stage.feed.depth(*SBIN), stage.feed.quote(*SBIN)

    assert depth is not None
    assert quote == depth.quote
    assert (quote.bid_size, quote.ask_size) == (7, 9)
    assert [one.bid_size for one in heard] == [0, 7]


async def test_what_has_no_depth_still_has_a_price(stage: PolledStage) -> None:
    stage.source.deep, stage.source.prices[SBIN] = False, Decimal(800)
    stage.feed.depth(*SBIN)
    await stage.feed.poll_once()

    assert stage.feed.depth(*SBIN) is None
    assert stage.feed.quote(*SBIN) is not None


async def test_a_depth_nobody_wants_any_more_is_not_shown_again(stage: PolledStage) -> None:
    await stage.show(SBIN, Decimal(800))
    stage.feed.depth(*SBIN)
    await stage.feed.poll_once()
    stage.clock.advance(seconds=KEPT_FOR.total_seconds() + 1)
    await stage.feed.poll_once()

    assert stage.feed.depth(*SBIN) is None


async def test_a_poll_under_way_is_no_answer_to_a_look_after_it_began(stage: PolledStage) -> None:
    stage.source.prices |= {SBIN: Decimal(800), INFY: Decimal(1500)}
    fetch, begun, go_on = stage.source.fetch, asyncio.Event(), asyncio.Event()

    async def slow(tickers: Sequence[Ticker]) -> Sequence[Quote]:
        begun.set()
        await go_on.wait()
        return await fetch(tickers)

    stage.source.fetch = slow  # type: ignore[method-assign]
    stage.feed.quote(*SBIN)
    first = asyncio.create_task(stage.feed.poll_once())
    await begun.wait()
    stage.feed.quote(*INFY)
    waiting = asyncio.create_task(stage.feed.next_answers())
    go_on.set()
    await first

    assert not waiting.done()
    await stage.feed.poll_once()
    await waiting
    assert stage.feed.quote(*INFY) is not None


async def test_a_poll_that_fails_is_an_answer_too(stage: PolledStage) -> None:
    stage.source.fault = DOWN
    stage.feed.quote(*SBIN)
    waiting = asyncio.create_task(stage.feed.next_answers())
    await asyncio.sleep(0)
    with pytest.raises(BrokerUnavailable):
        await stage.feed.poll_once()

    await waiting


class Trouble:
    """A feed that runs for so many polls over a source whose troubles are told by number of poll."""

    def __init__(self, stage: PolledStage, *troubles: BrokerUnavailable | None) -> None:
        self.source, self.troubles = stage.source, iter(troubles)
        self.sleeper = Sleeper(stage.clock, len(troubles) - 1)
        polling = Polling(1, Random(1), self._sleep)
        self.feed = PolledFeed(stage.source, make_listing(stage.clock).find, stage.clock, polling)
        self.feed.subscribe(lambda _: None, lambda: [NIFTY])
        self.source.fault = next(self.troubles)
        self.problems: list[str] = []

    async def _sleep(self, seconds: float) -> None:
        self.problems.append(self.feed.state.problem)
        await self.sleeper(seconds)
        self.source.fault = next(self.troubles)

    async def run(self) -> list[float]:
        """How long it waited each time."""
        with pytest.raises(Stopped):
            await self.feed.run()
        return self.sleeper.slept


async def test_a_source_that_fails_is_asked_less_and_less_often(stage: PolledStage) -> None:
    waits = await Trouble(stage, *[DOWN] * 12).run()

    for wait, base in zip(waits, [2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60], strict=True):
        assert base <= wait <= base * 1.25
    assert len(set(waits)) == len(waits)


async def test_a_source_that_comes_back_is_asked_as_before(
    stage: PolledStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    trouble = Trouble(stage, None, DOWN, DOWN, None, None)
    waits = await trouble.run()

    assert [waits[0], waits[3]] == [1, 1]
    assert trouble.problems == ["", str(DOWN), str(DOWN), "", ""]
    assert [record.getMessage() for record in caplog.records] == [str(DOWN), "a fake answers again"]
    quote = trouble.feed.quote(*NIFTY)
    assert quote is not None
    assert quote.at == stage.clock.now()


async def test_while_the_source_is_away_prices_stay_and_grow_old(stage: PolledStage) -> None:
    await stage.show(SBIN, Decimal(800))
    stage.source.fault = DOWN
    stage.clock.advance(minutes=3)
    with pytest.raises(BrokerUnavailable):
        await stage.feed.poll_once()
    quote = stage.feed.quote(*SBIN)

    assert quote is not None
    assert stage.clock.now() - quote.at == timedelta(minutes=3)


async def test_a_source_without_any_price_is_told_before_the_start(stage: PolledStage) -> None:
    del stage.source.prices[PROBE]

    with pytest.raises(BrokerUnavailable, match="a fake has no price for NIFTY; is its broker connected"):
        await stage.feed.check()
