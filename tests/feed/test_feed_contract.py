"""What every price feed promises, whoever makes its prices."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.market.feed_state import is_stale
from core.market.instruments import Ticker
from core.market.quotes import Quote
from tests.feed.rig import INFY, NIFTY, SBIN, PolledStage, ReplayStage, SimulatedStage, Stage

STAGES: dict[str, Callable[[Path], Stage]] = {
    "simulated": lambda _: SimulatedStage(),
    "replay": ReplayStage,
    "polled": lambda _: PolledStage(),
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    """Each kind of feed in its turn."""
    return STAGES[request.param](tmp_path)


async def test_a_quote_is_the_last_price_and_when_it_was_seen(stage: Stage) -> None:
    for ltp in (Decimal(800), Decimal("801.50")):
        stage.clock.advance(seconds=1)
        await stage.show(SBIN, ltp)
        quote = stage.feed.quote(*SBIN)

        assert quote is not None
        assert (quote.exchange, quote.symbol) == SBIN
        assert (quote.ltp, quote.at) == (ltp, stage.clock.now())
        assert 0 < quote.bid <= quote.ltp <= quote.ask
        assert 0 < quote.low <= quote.ltp <= quote.high
        assert quote.bid_size >= 0 <= quote.ask_size


@pytest.mark.parametrize("ticker", [("NSE", "NOPE"), ("NOWHERE", "SBIN"), ("NFO", "NIFTY29DEC2626001CE")])
async def test_what_is_not_listed_has_neither_quote_nor_depth(stage: Stage, ticker: Ticker) -> None:
    for _ in range(2):
        assert stage.feed.quote(*ticker) is None
        assert stage.feed.depth(*ticker) is None
        await stage.settle()


async def test_depth_begins_where_the_quote_is(stage: Stage) -> None:
    await stage.show(SBIN, Decimal(800))
    stage.feed.depth(*SBIN)
    await stage.settle()
    depth, quote = stage.feed.depth(*SBIN), stage.feed.quote(*SBIN)

    assert depth is not None
    assert depth.quote == quote
    assert (depth.bids[0].price, depth.asks[0].price) == (depth.quote.bid, depth.quote.ask)
    assert depth.quote.bid_size in (0, depth.bids[0].quantity)
    assert depth.quote.ask_size in (0, depth.asks[0].quantity)
    assert list(depth.bids) == sorted(depth.bids, key=lambda level: -level.price)
    assert list(depth.asks) == sorted(depth.asks, key=lambda level: level.price)


async def test_a_listener_hears_what_it_is_interested_in_by_then(stage: Stage) -> None:
    heard: list[Quote] = []
    wanted = [SBIN]
    stop = stage.feed.subscribe(heard.append, lambda: wanted)
    await stage.show(SBIN, Decimal(800))
    await stage.show(INFY, Decimal(1500))

    assert [(quote.symbol, quote.ltp) for quote in heard] == [("SBIN", Decimal(800))]
    wanted[:] = [INFY]
    await stage.show(SBIN, Decimal(801))
    await stage.show(INFY, Decimal(1501))
    assert [quote.ltp for quote in heard[1:]] == [1501]
    stop()
    stop()
    await stage.show(INFY, Decimal(1502))
    assert len(heard) == 2


async def test_a_listener_without_an_interest_hears_shares_and_indices(stage: Stage) -> None:
    heard: list[Quote] = []
    stop = stage.feed.subscribe(heard.append)
    await stage.show(SBIN, Decimal(800))
    await stage.show(NIFTY, Decimal(26_100))
    stop()
    await stage.show(SBIN, Decimal(801))

    assert [quote.symbol for quote in heard] == ["SBIN", "NIFTY"]


async def test_two_listeners_do_not_disturb_each_other(stage: Stage) -> None:
    one, other = list[Quote](), list[Quote]()
    stop = stage.feed.subscribe(one.append, lambda: [SBIN])
    stage.feed.subscribe(other.append, lambda: [SBIN])
    await stage.show(SBIN, Decimal(800))
    stop()
    await stage.show(SBIN, Decimal(801))

    assert [quote.ltp for quote in one] == [800]
    assert [quote.ltp for quote in other] == [800, 801]


async def test_a_listener_may_stop_listening_while_it_hears(stage: Stage) -> None:
    heard: list[Quote] = []

    def hear_once(quote: Quote) -> None:
        heard.append(quote)
        stop()

    stop = stage.feed.subscribe(hear_once, lambda: [SBIN])
    await stage.show(SBIN, Decimal(800))
    await stage.show(SBIN, Decimal(801))

    assert [quote.ltp for quote in heard] == [800]


async def test_a_price_that_does_not_come_again_grows_stale(stage: Stage) -> None:
    await stage.show(SBIN, Decimal(800))
    stage.clock.advance(minutes=3)
    quote = stage.feed.quote(*SBIN)

    assert quote is not None
    assert is_stale(quote, stage.clock.now(), timedelta(minutes=2))
    assert not is_stale(quote, stage.clock.now(), timedelta(minutes=3))


async def test_a_feed_that_works_says_what_it_is_and_when_it_ticked(stage: Stage) -> None:
    await stage.feed.check()
    stage.clock.advance(seconds=1)
    await stage.show(SBIN, Decimal(800))

    assert stage.feed.state.last_tick == stage.clock.now()
    assert stage.feed.state.source
    assert not stage.feed.state.problem
