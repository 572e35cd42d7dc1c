"""What is listed today, how it is found, and how tomorrow takes over without losing anything."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.instruments import load_references
from core.accounts import TradingMode
from core.errors import BrokerRefused
from tests.paper.rig import LIMIT, NRML, SELL, Rig, StoppedClock, call, make_listing, terms

CLOCK = StoppedClock()
LISTING = make_listing(CLOCK)
CALL = "NIFTY29DEC2626000CE"

TABLE = load_contract_table()
TODAY = date(2026, 11, 23)
WITH_OPTIONS = [one for one in TABLE.underlyings.values() if one.strike_steps]


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    contract = TABLE.parse("NFO", text, TODAY)
    assert contract is None or contract.symbol == text


@pytest.mark.parametrize(
    "symbol",
    ["NIFTY31NOV26FUT", "NIFTY29DEC2626010CE", "NIFTY29DEC26026000CE", "NIFTY29DEC2626000.0CE", "NIFTY29DEC26", "X"],
)
def test_what_could_never_be_listed_is_no_contract(symbol: str) -> None:
    assert TABLE.parse("NFO", symbol, TODAY) is None


def test_each_underlying_has_futures_for_three_months_and_a_full_chain_for_each_expiry() -> None:
    for underlying in WITH_OPTIONS:
        exchange, name = underlying.exchange, underlying.name
        futures = LISTING.list_expiries(exchange, name, options=False)
        expiries = LISTING.list_expiries(exchange, name, options=True)
        assert len(futures) == 3
        assert set(futures) <= set(expiries)
        assert len(expiries) == (3 if underlying.weekly is None else 6)
        for expiry in expiries:
            assert bool(LISTING.find(exchange, f"{name}{expiry:%d%b%y}FUT".upper())) == (expiry in futures)
            calls, puts = (LISTING.list_options(exchange, name, expiry, right) for right in ("CE", "PE"))
            assert len(calls) == len(puts) == 51
            assert [one.strike for one in calls] == [one.strike for one in puts]
            middle, step = calls[25].strike, underlying.strike_step(expiry)
            assert middle is not None
            assert step is not None
            assert abs(middle - load_references()[underlying.spot].price) <= step / 2


def test_expiries_are_the_next_months_and_weeks_with_holidays_moved_forward() -> None:
    months = [date(2026, 11, 23), date(2026, 12, 29), date(2027, 1, 25)]
    assert list(LISTING.list_expiries("NFO", "BANKNIFTY", options=True)) == months
    assert list(LISTING.list_expiries("NFO", "NIFTY", options=False)) == months
    weeks = [date(2026, 12, day) for day in (1, 8, 15)]
    assert list(LISTING.list_expiries("NFO", "NIFTY", options=True)) == sorted(months + weeks)
    sensex = LISTING.list_expiries("BFO", "SENSEX", options=True)
    assert list(sensex) == [
        date(2026, 11, 26),
        date(2026, 12, 3),
        date(2026, 12, 10),
        date(2026, 12, 17),
        date(2026, 12, 31),
        date(2027, 1, 28),
    ]
    assert list(LISTING.list_expiries("BFO", "SENSEX", options=False)) == [
        date(2026, 11, 26),
        date(2026, 12, 31),
        date(2027, 1, 28),
    ]


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
        ("nifty 26000 29dec ce", "NFO", CALL),
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
        date(2026, 12, 1),
        date(2026, 12, 8),
        date(2026, 12, 15),
        date(2026, 12, 22),
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
    for underlying in TABLE.underlyings.values():
        exchange, name = underlying.exchange, underlying.name
        months, options = (listing.list_expiries(exchange, name, options=which) for which in (False, True))
        assert len(months) == 3
        assert months[0] - today <= timedelta(days=35)
        assert all(expiry >= today for expiry in (*months, *options))
        if underlying.weekly is not None:
            assert options[0] - today <= timedelta(days=9)
            assert options[3] - options[0] <= timedelta(days=23)
        for expiry in options[:1]:
            chain = listing.list_options(exchange, name, expiry, "CE")
            assert {one.expiry for one in chain} == {expiry}
            assert listing.find(exchange, chain[0].symbol) == chain[0]


def test_both_trading_modes_share_the_listing(rig: Rig) -> None:
    assert rig.brokers.instruments is rig.listing
    assert {mode.value for mode in TradingMode} == {"live", "sandbox"}
