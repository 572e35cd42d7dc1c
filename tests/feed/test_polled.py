"""Asking somebody else for prices: for what is wanted, no more often than told, and never making one up."""

from decimal import Decimal
from random import Random

import pytest

from brokers.feed.polled_feed import BATCH, PolledFeed, Polling
from brokers.feed.recent_requests import KEPT_FOR
from brokers.paper.symbols.instruments import load_instruments
from core.market.quotes import Quote
from tests.feed.rig import CALL, INFY, NIFTY, SBIN, FakeSource, PolledStage
from tests.paper.rig import make_listing


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
