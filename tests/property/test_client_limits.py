"""What a client's limits mean, whatever they are and whatever comes."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, Unready
from core.limits.bound_text import bounds_of, clear_limit, dump_limits, parse_limits, set_limit
from core.limits.judging import Counts, LegFacts, OrderFacts, judge
from core.limits.limits import ALL, NO_LIMITS, UNITS, Hours, Limits, loosens
from core.orders.order import Action, LegTerms, PriceType, Product

SYMBOLS, EXCHANGES = ("SBIN", "RELIANCE", "YESBANK"), ("NSE", "BSE")
AMOUNTS = st.decimals(1, 1000, places=2)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def names(words: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """None of them, or some."""
    return st.frozensets(st.sampled_from(words), max_size=2)


HOURS = st.tuples(st.integers(0, 700), st.integers(1, 700)).map(
    lambda at: Hours(_time(at[0]), _time(at[0] + at[1])),
)


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


LIMITS = st.builds(
    Limits,
    value_per_order=st.none() | AMOUNTS,
    value_per_day=st.none() | AMOUNTS,
    quantity_per_order=st.none() | AMOUNTS,
    orders_per_minute=st.none() | st.integers(0, 5),
    orders_per_day=st.none() | st.integers(0, 5),
    price_distance=st.none() | AMOUNTS,
    open_positions=st.none() | st.integers(0, 3),
    daily_loss=st.none() | AMOUNTS,
    trading_hours=st.none() | HOURS,
    symbols_allowed=names(SYMBOLS),
    symbols_forbidden=names(SYMBOLS),
    exchanges_allowed=names(EXCHANGES),
    exchanges_forbidden=names(EXCHANGES),
    products_allowed=names(("MIS", "CNC")),
    products_forbidden=names(("MIS", "CNC")),
)
TERMS = st.builds(
    LegTerms,
    exchange=st.sampled_from(EXCHANGES),
    symbol=st.sampled_from(SYMBOLS),
    action=st.sampled_from(Action),
    quantity=st.integers(1, 50).map(Decimal),
    pricetype=st.sampled_from(PriceType),
    product=st.sampled_from((Product.MIS, Product.CNC)),
    price=AMOUNTS,
    trigger_price=AMOUNTS,
)
ENTRIES = st.builds(LegFacts, terms=TERMS, last_price=st.none() | AMOUNTS)
FACTS = st.builds(
    OrderFacts,
    legs=st.lists(ENTRIES, min_size=1, max_size=3).map(tuple),
    now=st.integers(0, 1439).map(lambda minute: MONDAY + timedelta(minutes=minute)),
    held=st.none() | st.frozensets(TERMS.map(lambda terms: terms.position_key), max_size=3),
    profit=st.none() | st.decimals(-1000, 1000, places=2),
)
COUNTS = st.builds(Counts, st.integers(0, 6), st.integers(0, 6), st.none() | AMOUNTS)


@given(LIMITS)
def test_limits_survive_being_stored(limits: Limits) -> None:
    assert parse_limits(dump_limits(limits)) == limits


@given(LIMITS)
def test_every_bound_is_read_back_from_what_is_shown_of_it(limits: Limits) -> None:
    again = NO_LIMITS
    for name, text in bounds_of(limits).items():
        again = set_limit(again, name, text)

    assert again == limits


@given(LIMITS, LIMITS, FACTS, COUNTS)
def test_what_does_not_loosen_lets_nothing_more_through(
    was: Limits, becomes: Limits, facts: OrderFacts, before: Counts
) -> None:
    if not loosens(was, becomes) and judge(was, facts, before):
        assert judge(becomes, facts, before)


@given(LIMITS, FACTS, COUNTS)
def test_clearing_every_limit_lets_everything_through(limits: Limits, facts: OrderFacts, before: Counts) -> None:
    for name in bounds_of(limits):
        assert loosens(limits, clear_limit(limits, name))
        limits = clear_limit(limits, name)

    assert judge(limits, facts, before) == []


@given(LIMITS, FACTS, COUNTS)
def test_what_only_reduces_is_never_held_back(limits: Limits, facts: OrderFacts, before: Counts) -> None:
    leaving = replace(facts, legs=tuple(replace(leg, leaves=True) for leg in facts.legs), held=None, profit=None)

    assert judge(limits, leaving, before) == []


@given(LIMITS, FACTS, COUNTS)
def test_legs_that_leave_hold_back_no_other_leg(limits: Limits, facts: OrderFacts, before: Counts) -> None:
    huge = LegFacts(LegTerms("NFO", "X", Action.SELL, Decimal(10**6)), None, leaves=True)

    assert judge(limits, replace(facts, legs=(*facts.legs, huge)), before) == judge(limits, facts, before)


@given(FACTS, COUNTS)
def test_without_a_price_nothing_passes_a_limit_of_value(facts: OrderFacts, before: Counts) -> None:
    terms = replace(facts.legs[0].terms, action=Action.SELL)
    blind = replace(facts, legs=(LegFacts(terms, None),))

    for name in ("value_per_order", "value_per_day"):
        [breach] = judge(set_limit(NO_LIMITS, name, "999999999"), blind, before)
        assert "there is no price for" in breach
        assert "₹99,99,99,999.00" in breach


@given(FACTS, st.none() | AMOUNTS)
def test_unknown_positions_loss_and_worth_of_today_are_refused(facts: OrderFacts, value: Decimal | None) -> None:
    blind = replace(
        facts, held=None, profit=None, legs=tuple(replace(leg, last_price=Decimal(5)) for leg in facts.legs)
    )
    limits = Limits(open_positions=100, daily_loss=Decimal(10**9), value_per_day=Decimal(10**9))

    assert len(judge(limits, blind, Counts(value=None))) == 3


@given(ENTRIES, AMOUNTS)
def test_an_order_is_worth_at_least_what_it_trades_for_at_the_last_price_or_its_own(
    leg: LegFacts, last: Decimal
) -> None:
    """A buy never pays more than its limit; whatever else trades at the last price or better for who asked."""
    seen = replace(leg, last_price=last)
    terms = leg.terms
    is_capped = terms.action is Action.BUY and terms.pricetype in {PriceType.LIMIT, PriceType.SL}
    trades_at = min(last, terms.price) if is_capped else last

    assert seen.value is not None
    assert seen.value >= terms.quantity * trades_at


@given(LIMITS, FACTS, st.lists(st.none() | AMOUNTS, max_size=8))
def test_each_order_more_only_ever_stops_more(
    limits: Limits, facts: OrderFacts, values: list[Decimal | None]
) -> None:
    counts, stopped = Counts(), False
    for value in values:
        is_stopped = bool(judge(limits, facts, counts))
        assert is_stopped or not stopped
        stopped, counts = is_stopped, counts.with_one(value)


@pytest.mark.parametrize("stored", ["", "[]", '{"daily_loss":"none"}', '{"no_such":"1"}', '{"daily_loss":5}', "null"])
def test_limits_that_cannot_be_read_are_no_limits_to_go_by(stored: str) -> None:
    with pytest.raises(Unready, match="cannot be read"):
        parse_limits(stored)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
@pytest.mark.parametrize("text", ["", "-1", "NaN", "1e99", "09:15", "15:00-09:00", "x" * 65, "Infinity"])
def test_what_is_no_bound_is_refused_by_its_name(name: str, text: str) -> None:
    if UNITS[name] == "names" and text not in ("", "x" * 65) and name.startswith("symbols"):
        return
    with pytest.raises(Invalid):
        set_limit(NO_LIMITS, name, text)


def test_no_names_at_all_would_be_no_limit_and_cannot_be_set() -> None:
    with pytest.raises(Invalid, match="'' is not a symbols allowed such as SBIN,RELIANCE"):
        set_limit(NO_LIMITS, "symbols_allowed", "")
    assert NO_LIMITS.symbols_allowed == ALL
