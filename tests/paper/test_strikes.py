"""The listed strikes follow the price of their underlying, and what was listed or is held stays."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.feed.subscriptions import Listener
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.underlyings import Underlying
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.option_symbols import nearest_strike
from core.market.quotes import Quote
from core.orders.states import BrokerStatus
from core.ports import Interest
from tests.feed.rig import make_quote
from tests.paper.rig import BUY, LIMIT, NRML, SELL, Rig, StoppedClock, make_feed, make_listing, terms

CLOCK = StoppedClock()
TABLE = load_contract_table()

underlyings = st.sampled_from([one for one in TABLE.underlyings.values() if one.strike_steps])
prices = st.decimals(Decimal(20), Decimal(200_000), places=2)


class Prices:
    """Implements core.ports.PriceFeed with the prices that a test shows; `listing` follows them."""

    def __init__(self) -> None:
        self.listing = make_listing(CLOCK)
        self._listener: Listener = lambda _: None
        self._wanted: tuple[Ticker, ...] = ()
        self.listing.follow(self)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """None before the first."""
        return None

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """None."""
        return None

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """The listing is the only one."""
        self._listener = listener
        self._wanted = tuple(interest()) if interest else ()
        return lambda: None

    async def next_answers(self) -> None:
        """Nobody is asked."""

    def show(self, spot: Ticker, price: Decimal | int) -> None:
        """This instrument costs `price` now."""
        assert spot in self._wanted
        self._listener(make_quote(spot, Decimal(price), CLOCK.now()))

    def strikes(self, underlying: Underlying, expiry: date) -> list[Decimal]:
        """The strikes of one chain."""
        chain = self.listing.list_options(underlying.exchange, underlying.name, expiry, "CE")
        return [one.strike for one in chain if one.strike is not None]


@given(underlyings, prices)
def test_a_chain_is_sorted_around_the_price_and_parses_back(underlying: Underlying, price: Decimal) -> None:
    market = Prices()
    market.show(underlying.spot, price)
    listing = market.listing
    expiry = listing.list_expiries(underlying.exchange, underlying.name, options=True)[-1]
    contracts = listing.list_options(underlying.exchange, underlying.name, expiry, "CE")
    strikes = [one.strike for one in contracts if one.strike is not None]
    step = underlying.strike_step(expiry)
    assert step is not None
    assert strikes == sorted(set(strikes))
    assert all(high - low == step for low, high in pairwise(strikes))
    assert all(strike > 0 and strike % step == 0 for strike in strikes)
    assert min(abs(strike - price) for strike in strikes) <= max(step / 2, step - price)
    for one in contracts:
        assert listing.find(one.exchange, one.symbol) == one
        assert one.symbol == f"{underlying.name}{expiry:%d%b%y}{one.strike:f}CE".upper()
        assert re.fullmatch(r"[A-Z0-9&-]+\d{2}[A-Z]{3}\d{2}[\d.]+CE", one.symbol)
        assert (one.tick, one.lot) == (Decimal("0.05"), underlying.lot(expiry))


def test_strikes_follow_the_price_and_those_that_were_listed_stay() -> None:
    market = Prices()
    listing, nifty = market.listing, TABLE.underlyings["NFO", "NIFTY"]

    def ends() -> tuple[int, int]:
        strikes = market.strikes(nifty, date(2026, 12, 29))
        return int(strikes[0]), int(strikes[-1])

    assert ends() == (24_800, 27_300)
    assert not listing.search("NIFTY29DEC2628700CE", None, 1)
    market.show(nifty.spot, 26_155)
    assert ends() == (24_800, 27_400)
    market.show(nifty.spot, 28_700)
    assert ends() == (24_800, 29_950)
    market.show(nifty.spot, 60_000)
    assert ends() == (58_750, 61_250)
    for strike in (24_800, 26_000, 29_950, 60_000):
        assert listing.find("NFO", f"NIFTY01DEC26{strike}PE")
    for strike in (24_750, 30_000, 45_000, 61_300):
        assert not listing.find("NFO", f"NIFTY01DEC26{strike}PE")
    assert listing.search("NIFTY29DEC2660000PE", None, 1)
    market.show(nifty.spot, 26_055)
    assert ends() == (24_800, 27_300)


@pytest.mark.parametrize("price", [0, 10**9])
def test_a_price_that_cannot_be_lists_nothing(price: int) -> None:
    market, nifty = Prices(), TABLE.underlyings["NFO", "NIFTY"]
    before = market.strikes(nifty, date(2026, 12, 29))
    market.show(nifty.spot, price)
    assert market.strikes(nifty, date(2026, 12, 29)) == before


async def test_what_is_held_or_rests_stays_listed_after_a_restart_far_from_it(rig: Rig) -> None:
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(40_000))
    held: dict[str, Any] = {"exchange": "NFO", "symbol": "NIFTY29DEC2640000CE", "product": NRML}
    resting: dict[str, Any] = {"exchange": "NFO", "symbol": "NIFTY29DEC2640500PE", "product": NRML}
    await rig.place(terms(BUY, 65, **held))
    await rig.place(terms(BUY, 65, LIMIT, 1, **resting))
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_000))
    rig.listing = make_listing(rig.clock)
    rig.feed = make_feed(rig.clock, listing=rig.listing)
    rig.listing.follow(rig.feed)
    rig.restart()

    await rig.brokers.open_book(rig.key)
    assert not rig.listing.find("NFO", "NIFTY29DEC2640050CE")
    assert rig.listing.find("NFO", resting["symbol"])
    assert (await rig.place(terms(SELL, 65, **held))).status is BrokerStatus.COMPLETE


@given(underlyings, st.lists(st.decimals(0, 100_000, places=2), max_size=12))
def test_wherever_the_price_goes_its_strike_is_listed_and_nothing_gets_lost(
    underlying: Underlying, walk: list[Decimal]
) -> None:
    market, seen = Prices(), set[Decimal]()
    expiry = market.listing.list_expiries(underlying.exchange, underlying.name, options=True)[0]
    for price in walk:
        market.show(underlying.spot, price)
        strikes = market.strikes(underlying, expiry)
        if price > strikes[0]:
            assert abs(strikes[nearest_strike(strikes, price)] - price) == min(abs(one - price) for one in strikes)
        seen.update(strikes)
    for strike in seen:
        symbol = f"{underlying.name}{expiry:%d%b%y}{strike:f}PE".upper()
        assert market.listing.find(underlying.exchange, symbol)
