"""The simulated feed: it moves by itself, repeats itself exactly, and stands still where it is pinned."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from random import Random

import pytest

from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.symbols.instruments import load_instruments, load_references
from core.errors import NotFound
from core.market.quotes import Quote
from tests.paper.rig import StoppedClock, make_feed, make_listing
from tests.waiting import SOON


def _all(feed: SimulatedFeed) -> list[Quote]:
    quotes = (feed.quote(*ticker) for ticker in load_instruments())
    return [quote for quote in quotes if quote is not None]


@pytest.fixture
def clock() -> StoppedClock:
    """Monday, 10:00 IST."""
    return StoppedClock()


@pytest.fixture
def feed(clock: StoppedClock) -> SimulatedFeed:
    """Everything that is listed."""
    return make_feed(clock)


def test_same_seed_gives_the_same_market(clock: StoppedClock) -> None:
    one, other = make_feed(clock), make_feed(clock)
    for feed in (one, other):
        for _ in range(20):
            feed.tick_once()
    assert _all(one) == _all(other)
    assert _all(one) != _all(make_feed(clock, seed=2))


def test_every_share_and_index_has_a_price_from_the_start(feed: SimulatedFeed) -> None:
    assert len(_all(feed)) == len(load_instruments())


def test_prices_stay_in_order_and_on_tick(feed: SimulatedFeed) -> None:
    before = {(q.exchange, q.symbol): q for q in _all(feed)}
    for _ in range(300):
        feed.tick_once()
    for ticker, quote in {(q.exchange, q.symbol): q for q in _all(feed)}.items():
        assert 0 < quote.bid <= quote.ltp <= quote.ask
        assert quote.low <= min(quote.ltp, quote.open) <= max(quote.ltp, quote.open) <= quote.high
        assert quote.ltp % load_instruments()[ticker].tick == 0
        assert quote.prev_close == before[ticker].prev_close


def test_liquid_shares_move(feed: SimulatedFeed) -> None:
    first = feed.quote("NSE", "RELIANCE")
    for _ in range(30):
        feed.tick_once()
    last = feed.quote("NSE", "RELIANCE")
    assert first is not None
    assert last is not None
    assert first.ltp != last.ltp
    assert abs(last.ltp / first.ltp - 1) < Decimal("0.01")
    assert last.volume > 0


def test_market_stays_near_its_reference_for_days(clock: StoppedClock) -> None:
    prices = {("NSE", "SBIN"): load_references()["NSE", "SBIN"]}
    feed = SimulatedFeed(make_listing(clock), prices, clock, Random(3))
    for _ in range(100_000):
        feed.tick_once()
    quote = feed.quote("NSE", "SBIN")
    assert quote is not None
    assert abs(quote.high / quote.prev_close - 1) < Decimal("0.1")
    assert abs(quote.low / quote.prev_close - 1) < Decimal("0.1")


def test_pinned_price_stays_while_others_move(feed: SimulatedFeed) -> None:
    feed.pin("NSE", "SBIN", Decimal(800), bid=Decimal("799.95"))
    for _ in range(10):
        feed.tick_once()
    quote = feed.quote("NSE", "SBIN")
    assert quote is not None
    assert (quote.ltp, quote.bid, quote.ask) == (Decimal(800), Decimal("799.95"), Decimal(800))
    assert quote.low == 800


def test_unpinned_price_goes_on_from_where_it_was(feed: SimulatedFeed) -> None:
    feed.pin("NSE", "SBIN", Decimal(800))
    feed.unpin("NSE", "SBIN")
    feed.tick_once()
    quote = feed.quote("NSE", "SBIN")
    assert quote is not None
    assert abs(quote.ltp - 800) < 2


def test_what_was_never_pinned_may_be_unpinned(feed: SimulatedFeed) -> None:
    before = _all(feed)
    feed.unpin("NSE", "SBIN")
    assert _all(feed) == before


@pytest.mark.parametrize("ticker", [("NSE", "NOPE"), ("NFO", "NIFTY29DEC2626001CE"), ("NFO", "SBIN")])
def test_unknown_instrument_has_no_price_and_cannot_be_pinned(feed: SimulatedFeed, ticker: tuple[str, str]) -> None:
    assert feed.quote(*ticker) is None
    assert feed.depth(*ticker) is None
    with pytest.raises(NotFound, match=ticker[1]):
        feed.pin(*ticker, Decimal(1))


def test_listener_hears_every_share_and_index_until_it_stops(feed: SimulatedFeed, clock: StoppedClock) -> None:
    heard: list[Quote] = []
    stop = feed.subscribe(heard.append)
    clock.advance(seconds=1)
    feed.tick_once()
    assert len(heard) == len(load_instruments())
    assert {quote.at for quote in heard} == {clock.now()}
    feed.pin("NSE", "SBIN", Decimal(800))
    assert heard[-1] == feed.quote("NSE", "SBIN")
    stop()
    stop()
    feed.tick_once()
    assert len(heard) == len(load_instruments()) + 1


def test_listener_with_an_interest_hears_only_that(feed: SimulatedFeed) -> None:
    call, heard = ("NFO", "NIFTY29DEC2626000CE"), list[Quote]()
    wanted = [call, ("NSE", "NOPE")]
    feed.subscribe(heard.append, lambda: wanted)
    feed.tick_once()
    assert [(quote.exchange, quote.symbol) for quote in heard] == [call]
    feed.pin("NSE", "SBIN", Decimal(800))
    feed.pin(*call, Decimal(500))
    assert [quote.ltp for quote in heard[1:]] == [500]
    wanted.clear()
    feed.tick_once()
    assert len(heard) == 2


async def test_feed_ticks_by_itself_until_cancelled(clock: StoppedClock) -> None:
    feed = SimulatedFeed(make_listing(clock), load_references(), clock, Random(1), every=0)
    ticked = asyncio.Event()
    feed.subscribe(lambda _: ticked.set())
    running = asyncio.create_task(feed.run())
    async with asyncio.timeout(SOON):
        await ticked.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
