"""Every listed contract has a sensible price whenever it is asked for, and costs nothing while it is not."""

import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.calendar_file import load_calendar
from brokers.feed.derivative_pricing import price_derivative
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.listing import PaperListing
from core.market.instruments import Instrument, InstrumentType
from core.market.quotes import Quote
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, LIMIT, NRML, Rig, StoppedClock, make_feed, make_listing, terms

CALL, PUT = "NIFTY29DEC2626000CE", "NIFTY29DEC2626000PE"
CLOCK = StoppedClock()
LISTING = make_listing(CLOCK)
MOVED = make_feed(CLOCK, listing=LISTING)
for _ in range(500):
    MOVED.tick_once()
UNDERLYINGS = load_contract_table().underlyings
CONTRACTS = [one for exchange, name in UNDERLYINGS for one in LISTING.search(name, exchange, 9999)]


@pytest.fixture
def clock() -> StoppedClock:
    """Monday, 10:00 IST."""
    return StoppedClock()


@pytest.fixture
def feed(clock: StoppedClock) -> SimulatedFeed:
    """Everything that is listed."""
    return make_feed(clock)


def _quote(feed: SimulatedFeed, exchange: str, symbol: str) -> Quote:
    quote = feed.quote(exchange, symbol)
    assert quote is not None
    return quote


def _ltp(feed: SimulatedFeed, exchange: str, symbol: str) -> Decimal:
    return _quote(feed, exchange, symbol).ltp


def test_there_are_thousands_of_contracts() -> None:
    assert len({one.symbol for one in CONTRACTS}) > 2_000


@given(st.sampled_from(CONTRACTS))
def test_every_contract_is_priced_in_order_and_on_its_tick(contract: Instrument) -> None:
    quote = _quote(MOVED, contract.exchange, contract.symbol)
    assert 0 < quote.bid <= quote.ltp <= quote.ask
    assert quote.low <= min(quote.ltp, quote.open, quote.prev_close)
    assert max(quote.ltp, quote.open, quote.prev_close) <= quote.high
    assert quote.ltp % contract.tick == quote.high % contract.tick == 0
    assert quote.volume % contract.lot == 0


@given(st.sampled_from(CONTRACTS))
def test_an_option_is_worth_its_intrinsic_value_at_least(contract: Instrument) -> None:
    underlying = UNDERLYINGS[contract.exchange, contract.name]
    spot = _ltp(MOVED, underlying.spot_exchange, contract.name)
    ltp = _ltp(MOVED, contract.exchange, contract.symbol)
    if contract.type is InstrumentType.CALL and contract.strike is not None:
        assert ltp >= spot - contract.strike
    if contract.type is InstrumentType.FUTURE:
        assert ltp >= spot - contract.tick


@pytest.mark.parametrize("kind", ["CE", "PE"])
def test_along_a_chain_prices_only_fall_or_only_rise(kind: str) -> None:
    for exchange, name in UNDERLYINGS:
        for expiry in LISTING.list_expiries(exchange, name, options=True):
            chain = LISTING.list_options(exchange, name, expiry, kind)
            prices = [_ltp(MOVED, exchange, contract.symbol) for contract in chain]
            ordered = pairwise(prices if kind == "PE" else reversed(prices))
            assert all(low <= high for low, high in ordered)


def test_contracts_follow_their_underlying_at_once(feed: SimulatedFeed) -> None:
    feed.pin("NSE_INDEX", "NIFTY", Decimal(25_000))
    low = [_ltp(feed, "NFO", symbol) for symbol in ("NIFTY29DEC26FUT", CALL, PUT)]
    feed.pin("NSE_INDEX", "NIFTY", Decimal(27_000))
    future, call, put = (_ltp(feed, "NFO", symbol) for symbol in ("NIFTY29DEC26FUT", CALL, PUT))
    assert low[0] < future
    assert low[1] < call
    assert low[2] > put
    assert future > 27_000
    assert call - put == pytest.approx(future - 26_000, abs=Decimal("0.3"))


def test_contract_without_its_underlying_has_no_price(clock: StoppedClock) -> None:
    feed = SimulatedFeed(make_listing(clock), {}, clock, Random(1))
    feed.tick_once()
    assert feed.quote("NFO", "NIFTY29DEC26FUT") is None


def test_option_loses_its_time_value_until_expiry_and_its_price_after(
    feed: SimulatedFeed, clock: StoppedClock
) -> None:
    feed.pin("NSE_INDEX", "NIFTY", Decimal(26_100))
    values = []
    for moment in (datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 12, 28, 4, tzinfo=UTC)):
        clock.moment = moment
        values.append(_ltp(feed, "NFO", CALL))
    assert values[0] > values[1] > 100
    clock.moment = datetime(2026, 12, 29, 10, tzinfo=UTC)
    assert _ltp(feed, "NFO", CALL) == 100
    assert _ltp(feed, "NFO", PUT) == Decimal("0.05")
    clock.moment = datetime(2026, 12, 29, 19, tzinfo=UTC)
    assert feed.quote("NFO", CALL) is None


def test_pinned_contract_stays_and_then_follows_again(feed: SimulatedFeed) -> None:
    before = _ltp(feed, "NFO", CALL)
    feed.pin("NFO", CALL, Decimal(5))
    feed.tick_once()
    assert _ltp(feed, "NFO", CALL) == 5
    feed.unpin("NFO", CALL)
    assert _ltp(feed, "NFO", CALL) == pytest.approx(before, rel=Decimal("0.2"))


def test_a_tick_prices_no_contract_that_nobody_waits_for(
    feed: SimulatedFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced: list[str] = []

    def noted(contract: Instrument, spot: float, now: datetime) -> float:
        priced.append(contract.symbol)
        return price_derivative(contract, spot, now)

    monkeypatch.setattr("brokers.feed.derivative_quotes.price_derivative", noted)
    feed.subscribe(lambda _: None)
    feed.tick_once()
    assert not priced
    feed.subscribe(lambda _: None, lambda: [("NFO", CALL)])
    feed.tick_once()
    assert set(priced) == {CALL}


async def test_an_order_that_rests_on_a_contract_sees_its_price_move(rig: Rig) -> None:
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_100))
    wanted = terms(BUY, 65, LIMIT, "100.05", exchange="NFO", symbol=CALL, product=NRML)
    order = await rig.place(wanted)
    rig.feed.tick_once()
    await rig.brokers.drain()
    assert (await rig.now(order)).status is BrokerStatus.OPEN
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(22_000))
    rig.feed.tick_once()
    await rig.brokers.drain()
    assert (await rig.now(order)).status is BrokerStatus.COMPLETE


def test_depth_is_five_levels_a_tick_apart_around_the_quote(feed: SimulatedFeed) -> None:
    for exchange, symbol, tick, lot in (("NSE", "SBIN", "0.05", 1), ("NFO", CALL, "0.05", 65)):
        depth = feed.depth(exchange, symbol)
        assert depth is not None
        step = Decimal(tick)
        assert [level.price for level in depth.bids] == [depth.quote.bid - place * step for place in range(5)]
        assert [level.price for level in depth.asks] == [depth.quote.ask + place * step for place in range(5)]
        assert all(level.quantity > 0 and level.quantity % lot == 0 for level in (*depth.bids, *depth.asks))
        assert depth.total_bid > sum(level.quantity for level in depth.bids)
        assert feed.depth(exchange, symbol) == depth


def test_depth_has_no_price_below_the_first_tick(feed: SimulatedFeed) -> None:
    feed.pin("NFO", PUT, Decimal("0.10"), bid=Decimal("0.05"), ask=Decimal("0.15"))
    depth = feed.depth("NFO", PUT)
    assert depth is not None
    assert [level.price for level in depth.bids] == [Decimal("0.05")]
    assert len(depth.asks) == 5


def test_nobody_waits_at_the_price_of_an_index(feed: SimulatedFeed) -> None:
    depth = feed.depth("NSE_INDEX", "NIFTY")
    assert depth is not None
    assert (depth.bids, depth.asks) == ((), ())


def test_the_listing_needs_little_memory(clock: StoppedClock) -> None:
    tracemalloc.start()
    kept = PaperListing(clock, load_calendar(), load_contract_table())
    kept.search("NIFTY", None, 1)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.find("NFO", CALL) is not None
    assert used < 5_000_000
