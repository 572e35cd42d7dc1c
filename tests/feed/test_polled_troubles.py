"""A feed that asks somebody else, while that one is slow or away."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from brokers.feed.polled_feed import PROBE, PolledFeed, Polling
from core.errors import BrokerUnavailable
from core.market.instruments import Ticker
from core.market.quotes import Quote
from tests.feed.rig import INFY, NIFTY, SBIN, PolledStage, Sleeper, Stopped
from tests.paper.rig import make_listing

DOWN = BrokerUnavailable("a fake cannot be reached; is it running?")


@pytest.fixture
def stage() -> PolledStage:
    """A source that knows NIFTY only."""
    return PolledStage()


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
