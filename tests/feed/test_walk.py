"""The random market: together, but not alike; never below nothing; the same again from the same seed."""

from decimal import Decimal
from math import isfinite
from random import Random
from statistics import correlation

from hypothesis import given
from hypothesis import strategies as st

from brokers.feed.random_walk import Reference, Walk
from brokers.paper.symbols.instruments import load_references
from core.market.instruments import Ticker
from core.market.quotes import Quote
from tests.feed.rig import CALL, INFY, SBIN
from tests.paper.rig import StoppedClock, make_feed

STEPS = 3000
HDFC, TCS, WIPRO = ("NSE", "HDFCBANK"), ("NSE", "TCS"), ("NSE", "WIPRO")


def _moves(seed: int, *tickers: Ticker) -> list[list[float]]:
    """What each price did at each step."""
    walk = Walk(load_references(), Random(seed))
    moves: list[list[float]] = [[] for _ in tickers]
    for _ in range(STEPS):
        before = [walk.price(ticker) for ticker in tickers]
        walk.step()
        for row, ticker, price in zip(moves, tickers, before, strict=True):
            row.append(walk.price(ticker) / price - 1)
    return moves


def test_shares_move_together_and_those_of_one_sector_more() -> None:
    sbin, hdfc, tcs, wipro = _moves(1, SBIN, HDFC, TCS, WIPRO)

    across = [correlation(sbin, tcs), correlation(sbin, wipro), correlation(hdfc, tcs), correlation(hdfc, wipro)]
    within = [correlation(sbin, hdfc), correlation(tcs, wipro)]
    assert min(across) > 0.25
    assert min(within) > max(across)
    assert max(within) < 0.8


def test_a_company_moves_alike_on_both_exchanges() -> None:
    nse, bse = _moves(1, SBIN, ("BSE", "SBIN"))

    assert correlation(nse, bse) > 0.999


@given(
    seed=st.integers(),
    prices=st.lists(st.decimals(Decimal("0.01"), Decimal(200_000), places=2), min_size=1, max_size=5),
    shock=st.floats(0.01, 100),
)
def test_prices_stay_positive(seed: int, prices: list[Decimal], shock: float) -> None:
    tickers = [("NSE", f"S{place}") for place in range(len(prices))]
    walk = Walk(
        {ticker: Reference(price, "one") for ticker, price in zip(tickers, prices, strict=True)}, Random(seed)
    )
    walk.move_to(tickers[0], float(prices[0]) * shock)
    for _ in range(50):
        walk.step()

    assert all(isfinite(walk.price(ticker)) and walk.price(ticker) > 0 for ticker in tickers)


def test_every_share_has_a_sector() -> None:
    assert all(one.sector for one in load_references().values())


def _sides(quote: Quote | None) -> tuple[int, int]:
    assert quote is not None
    return quote.bid_size, quote.ask_size


def test_sizes_are_whole_lots_that_vary_and_repeat_under_the_same_seed() -> None:
    clock = StoppedClock()
    one, same, other = make_feed(clock, 1), make_feed(clock, 1), make_feed(clock, 2)
    seen: dict[str, list[tuple[int, int]]] = {"one": [], "same": [], "other": []}
    for _ in range(20):
        for name, feed in (("one", one), ("same", same), ("other", other)):
            feed.tick_once()
            seen[name] += [_sides(feed.quote(*ticker)) for ticker in (SBIN, INFY, CALL)]

    assert seen["one"] == seen["same"] != seen["other"]
    assert len({bid for bid, _ in seen["one"]}) > 20
    assert all(bid > 0 < ask for bid, ask in seen["one"])
    assert all(size % 65 == 0 for pair in seen["one"][2::3] for size in pair)


def test_an_index_has_no_sizes() -> None:
    assert _sides(make_feed(StoppedClock()).quote("NSE_INDEX", "NIFTY")) == (0, 0)


def test_the_first_level_of_depth_is_what_the_quote_says() -> None:
    feed = make_feed(StoppedClock())
    feed.tick_once()
    for ticker in (SBIN, CALL):
        depth = feed.depth(*ticker)
        assert depth is not None
        assert (depth.bids[0].quantity, depth.asks[0].quantity) == _sides(depth.quote)
