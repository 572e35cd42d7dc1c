"""What is listed today, how it is found, and how tomorrow takes over without losing anything."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.paper.symbols.contracts import Underlying, list_contracts, load_underlyings, parse_contract
from brokers.paper.symbols.instruments import load_references
from brokers.paper.symbols.listing import PaperListing
from core.accounts import TradingMode
from core.errors import BrokerRefused
from core.market.instruments import Instrument, InstrumentType
from tests.paper.rig import LIMIT, NRML, SELL, Rig, StoppedClock, call, make_listing, terms

CLOCK = StoppedClock()
LISTING = make_listing(CLOCK)
CALL = "NIFTY29DEC2626000CE"

underlyings = st.sampled_from(sorted(load_underlyings().values(), key=lambda one: one.name))
days = st.dates(date(2026, 1, 1), date(2035, 12, 31))
prices = st.decimals(Decimal(20), Decimal(200_000), places=2)


def _contracts(listing: PaperListing, exchange: str, name: str) -> Iterator[Instrument]:
    for expiry in listing.list_expiries(exchange, name, options=True):
        for right in ("CE", "PE"):
            yield from listing.list_options(exchange, name, expiry, right)


@given(underlyings, prices, days)
def test_a_chain_is_sorted_around_the_price_and_parses_back(
    underlying: Underlying, price: Decimal, expiry: date
) -> None:
    contracts = list(list_contracts(underlying, price, [expiry]))
    calls = [one for one in contracts if one.type is InstrumentType.CALL]
    strikes = [one.strike for one in calls if one.strike is not None]
    assert strikes == sorted(set(strikes))
    assert all(strike > 0 and strike % underlying.strike_step == 0 for strike in strikes)
    assert min(abs(strike - price) for strike in strikes) <= max(
        underlying.strike_step, underlying.strike_step - price
    )
    assert [parse_contract(one.exchange, one.symbol) for one in contracts] == contracts


@given(underlyings, days)
def test_a_contract_is_named_in_openalgo_s_way(underlying: Underlying, expiry: date) -> None:
    future, *options = list_contracts(underlying, Decimal(1000), [expiry])
    assert future.symbol == f"{underlying.name}{expiry:%d%b%y}FUT".upper()
    for option in options:
        assert option.symbol == f"{underlying.name}{expiry:%d%b%y}{option.strike:f}{option.type}".upper()
        assert (option.tick, option.lot) == (Decimal("0.05"), underlying.lot)
        assert re.fullmatch(r"[A-Z0-9&-]+\d{2}[A-Z]{3}\d{2}(FUT|[\d.]+(CE|PE))", option.symbol)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    contract = parse_contract("NFO", text)
    assert contract is None or contract.symbol == text


@pytest.mark.parametrize(
    "symbol",
    ["NIFTY31NOV26FUT", "NIFTY29DEC2626010CE", "NIFTY29DEC26026000CE", "NIFTY29DEC2626000.0CE", "NIFTY29DEC26", "X"],
)
def test_what_could_never_be_listed_is_no_contract(symbol: str) -> None:
    assert parse_contract("NFO", symbol) is None


def test_each_underlying_has_a_future_and_a_full_chain_for_three_expiries() -> None:
    for exchange, name in load_underlyings():
        expiries = LISTING.list_expiries(exchange, name, options=True)
        assert len(expiries) == 3
        assert expiries == LISTING.list_expiries(exchange, name, options=False)
        for expiry in expiries:
            calls, puts = (LISTING.list_options(exchange, name, expiry, right) for right in ("CE", "PE"))
            assert len(calls) == len(puts) == 51
            assert [one.strike for one in calls] == [one.strike for one in puts]
            reference = load_references()[load_underlyings()[exchange, name].spot_exchange, name].price
            middle = calls[25].strike
            assert middle is not None
            assert abs(middle - reference) <= load_underlyings()[exchange, name].strike_step / 2


def test_expiries_are_the_next_three_with_holidays_moved_forward() -> None:
    nifty = LISTING.list_expiries("NFO", "NIFTY", options=True)
    assert list(nifty) == [date(2026, 11, 23), date(2026, 12, 29), date(2027, 1, 25)]
    sensex = LISTING.list_expiries("BFO", "SENSEX", options=True)
    assert list(sensex) == [date(2026, 11, 26), date(2026, 12, 31), date(2027, 1, 28)]


def test_what_is_not_listed_is_not_found() -> None:
    assert LISTING.find("NFO", "NIFTY29DEC2610000CE") is None
    assert LISTING.find("NFO", "NIFTY28DEC2626000CE") is None
    assert not LISTING.list_options("NFO", "NIFTY", date(2026, 12, 28), "CE")
    assert not LISTING.list_expiries("NFO", "NOPE", options=True)
    assert not LISTING.list_expiries("NSE", "SBIN", options=False)


@pytest.mark.parametrize(
    ("query", "exchange", "first"),
    [
        ("RELIANCE", None, "RELIANCE"),
        ("reliance industries", None, "RELIANCE"),
        ("nifty 26000 dec ce", "NFO", CALL),
        (CALL, None, CALL),
        ("nifty", "NSE_INDEX", "NIFTY"),
    ],
)
def test_search_finds_every_word_exact_and_short_first(query: str, exchange: str | None, first: str) -> None:
    found = LISTING.search(query, exchange, 500)
    assert found[0].symbol == first
    assert exchange is None or {one.exchange for one in found} == {exchange}


def test_search_stops_at_its_limit_and_may_find_nothing() -> None:
    assert len(LISTING.search("NIFTY", None, 7)) == 7
    assert not LISTING.search("NOPE", None, 7)
    assert not LISTING.search("NIFTY", "MCX", 7)


async def test_a_new_day_lists_new_contracts_and_drops_what_expired() -> None:
    clock = StoppedClock()
    listing = make_listing(clock)
    clock.advance(days=1)
    await listing.refresh()
    assert list(listing.list_expiries("NFO", "NIFTY", options=True)) == [
        date(2026, 12, 29),
        date(2027, 1, 25),
        date(2027, 2, 23),
    ]
    assert not listing.search("NIFTY23NOV26", None, 5)
    assert listing.search("NIFTY23FEB27", None, 5)


async def test_a_refresh_on_the_same_day_changes_nothing() -> None:
    listing = make_listing(StoppedClock())
    before = listing.find("NFO", CALL)
    await listing.refresh()
    assert listing.find("NFO", CALL) is before


async def test_an_expired_contract_is_still_found_also_after_a_restart() -> None:
    clock = StoppedClock()
    listing = make_listing(clock)
    listed = listing.find("NFO", CALL)
    clock.moment = datetime(2026, 12, 30, 4, tzinfo=UTC)
    await listing.refresh()
    assert listed is not None
    assert listing.find("NFO", CALL) == listed
    assert make_listing(clock).find("NFO", CALL) == listed


async def test_expired_contracts_are_settled_in_cash_and_not_traded_any_more(rig: Rig) -> None:
    spot = 26_450
    await rig.place(call(65, NRML))
    cost = (await rig.position()).average_price
    far = terms(SELL, 65, LIMIT, 9_000, exchange="NFO", symbol=CALL, product=NRML)
    resting = await rig.place(far)
    rig.clock.moment = datetime(2026, 12, 29, 21, 30, 20, tzinfo=UTC)
    await rig.listing.refresh()
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(spot))
    await rig.brokers.keep_time()
    assert await rig.broker.list_positions() == ()
    assert (await rig.now(resting)).message == "Contract expired"
    (settled,) = await rig.broker.list_trades()
    assert settled.price == spot - 26_000
    assert settled.strategy == "Expiry settlement"
    money = await rig.broker.get_funds()
    assert money.available == rig.capital + (settled.price - cost) * 65
    with pytest.raises(BrokerRefused, match=f"{CALL} expired on 29 Dec 2026"):
        await rig.place(terms(SELL, 65, exchange="NFO", symbol=CALL, product=NRML))


def test_it_is_the_indian_day_that_counts() -> None:
    clock = StoppedClock()
    clock.moment = datetime(2026, 11, 23, 18, 29, tzinfo=UTC)
    assert make_listing(clock).search("NIFTY23NOV26FUT", None, 1)
    clock.advance(minutes=1)
    assert not make_listing(clock).search("NIFTY23NOV26FUT", None, 1)


@given(st.integers(0, 730))
def test_on_any_day_of_two_years_every_contract_can_still_trade(ahead: int) -> None:
    clock = StoppedClock()
    clock.moment += timedelta(days=ahead)
    listing = make_listing(clock)
    today = clock.now().date()
    for exchange, name in (("NFO", "NIFTY"), ("BFO", "SENSEX")):
        expiries = listing.list_expiries(exchange, name, options=True)
        assert len(expiries) == 3
        assert all(expiry >= today for expiry in expiries)
        assert expiries[0] - today <= timedelta(days=35)
        assert all(one.expiry in expiries for one in _contracts(listing, exchange, name))


def test_both_trading_modes_share_the_listing(rig: Rig) -> None:
    assert rig.brokers.instruments is rig.listing
    assert {mode.value for mode in TradingMode} == {"live", "sandbox"}
