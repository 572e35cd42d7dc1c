"""Whatever is asked for: smart orders land, splits add up, baskets lose nothing, strikes agree with slow reading."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.market.option_symbols import computed_strike, pick_listed
from core.orders.intents import (
    Basket,
    Closing,
    Intent,
    OptionLeg,
    Options,
    Single,
    Smart,
    Split,
    dump_intent,
    parse_intent,
)
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.slicing import MOST_CHILDREN, in_sending_order, split
from core.orders.smart_order import resolve_smart
from tests.factories import some_terms

QUANTITIES = st.decimals(min_value=0, max_value=10**14, allow_nan=False, places=20)
SIZES = st.one_of(st.integers(-1000, 1000).map(Decimal), QUANTITIES, QUANTITIES.map(Decimal.copy_negate))
ACTIONS = st.sampled_from(Action)


def change_of(terms: LegTerms) -> Fraction:
    """What a leg does to its position, exactly."""
    return Fraction(terms.quantity) * (1 if terms.action is Action.BUY else -1)


@given(target=SIZES, position=SIZES, action=ACTIONS, quantity=st.integers(0, 100))
def test_smart_order_lands_exactly_on_its_target(
    target: Decimal, position: Decimal, action: Action, quantity: int
) -> None:
    asked = some_terms(action, quantity)

    resolved = resolve_smart(Smart(asked, target), position)

    if not target and not position:
        assert resolved == asked if quantity else isinstance(resolved, str)
    elif isinstance(resolved, str):
        assert target == position
    else:
        assert Fraction(position) + change_of(resolved) == Fraction(target)
        assert resolved.quantity > 0


@given(target=SIZES, position=SIZES, quantity=st.integers(0, 100))
def test_smart_order_that_landed_has_nothing_left_to_do(target: Decimal, position: Decimal, quantity: int) -> None:
    asked = Smart(some_terms(quantity=quantity), target)
    resolve_smart(asked, position)

    again = resolve_smart(asked, target)

    assert isinstance(again, str) or not target


@given(quantity=st.one_of(st.integers(1, 5000).map(Decimal), QUANTITIES.filter(bool)), size=st.integers(1, 10**14))
def test_children_add_up_to_the_whole(quantity: Decimal, size: int) -> None:
    whole = replace(some_terms(), quantity=quantity)

    try:
        children = split(whole, size)
    except Invalid:
        assert Fraction(quantity) > MOST_CHILDREN * size
        return

    assert sum(Fraction(child.quantity) for child in children) == Fraction(quantity)
    assert all(0 < child.quantity <= size for child in children)
    assert all(child.quantity == size for child in children[:-1])
    assert 1 <= len(children) <= MOST_CHILDREN
    assert {replace(child, quantity=quantity) for child in children} == {whole}


TERMS = st.builds(
    some_terms,
    action=ACTIONS,
    quantity=st.integers(1, 20),
    symbol=st.sampled_from(["SBIN", "INFY"]),
    product=st.sampled_from([Product.MIS, Product.CNC]),
)
POSITIONS = st.dictionaries(
    st.tuples(st.sampled_from(["SBIN", "INFY"]), st.sampled_from([Product.MIS, Product.CNC])),
    st.integers(-40, 40).map(Decimal),
)


@given(items=st.lists(TERMS, max_size=12), positions=POSITIONS)
def test_basket_loses_and_invents_nothing(
    items: list[LegTerms], positions: dict[tuple[str, Product], Decimal]
) -> None:
    sending = in_sending_order(items, lambda item: positions.get((item.symbol, item.product), Decimal(0)))

    assert sorted(number for number, _ in sending) == [*range(1, len(items) + 1)]
    assert all(items[number - 1] is item for number, item in sending)
    assert Counter(item for _, item in sending) == Counter(items)


@given(items=st.lists(TERMS, max_size=12), positions=POSITIONS)
def test_basket_leaves_positions_before_it_takes_any_and_buys_before_it_sells(
    items: list[LegTerms], positions: dict[tuple[str, Product], Decimal]
) -> None:
    sending = in_sending_order(items, lambda item: positions.get((item.symbol, item.product), Decimal(0)))

    left = dict(positions)
    exits = []
    for number, item in enumerate(items, 1):
        ticker = (item.symbol, item.product)
        after = left.get(ticker, Decimal(0)) + int(change_of(item))
        if abs(after) < abs(left.get(ticker, Decimal(0))) and after * left[ticker] >= 0:
            left[ticker] = after
            exits.append(number)
    order = [(number not in exits, item.action is Action.SELL, number) for number, item in sending]
    assert order == sorted(order)


def slow_listed(strikes: list[Decimal], ltp: Decimal, word: str, count: int, option_type: str) -> Decimal | None:
    """The strike at an offset, by walking from the nearest one strike at a time; None past the end, or from there."""
    gaps = [high - low for low, high in pairwise(strikes)] or [Decimal(0)]
    if ltp < strikes[0] - gaps[0] / 2 or ltp > strikes[-1] + gaps[-1] / 2:
        return None
    current = min(strikes, key=lambda strike: (abs(strike - ltp), strike))
    upwards = (word == "OTM") == (option_type == "CE")
    for _ in range(count):
        beyond = [strike for strike in strikes if (strike > current if upwards else strike < current)]
        if not beyond:
            return None
        current = min(beyond) if upwards else max(beyond)
    return current


@given(
    strikes=st.sets(st.integers(1, 400), min_size=1, max_size=30),
    ltp=st.decimals(0, 250, places=2),
    word=st.sampled_from(["ATM", "ITM", "OTM"]),
    count=st.integers(1, 12),
    option_type=st.sampled_from(["CE", "PE"]),
)
def test_listed_strikes_agree_with_a_slow_reading(
    strikes: set[int], ltp: Decimal, word: str, count: int, option_type: str
) -> None:
    found = sorted(Decimal(strike) / 2 for strike in strikes)
    contracts = [
        Instrument("NFO", str(one), "X", InstrumentType(option_type), 1, Decimal(1), 0, date(2026, 12, 29), one)
        for one in found
    ]
    steps = 0 if word == "ATM" else count
    expected = slow_listed(found, ltp, word, steps, option_type)
    offset = word if word == "ATM" else f"{word}{count}"

    if expected is None:
        with pytest.raises(Invalid):
            pick_listed(contracts, ltp, offset, option_type)
    else:
        assert pick_listed(contracts, ltp, offset, option_type).strike == expected


@given(ltp=st.decimals(1, 10**5, places=2), step=st.integers(1, 1000), count=st.integers(1, 50))
def test_computed_strikes_agree_with_exact_arithmetic(ltp: Decimal, step: int, count: int) -> None:
    at_the_money = round(Fraction(ltp) / step) * step

    assert computed_strike(ltp, step, "ATM", "CE") == at_the_money
    assert computed_strike(ltp, step, f"OTM{count}", "CE") == at_the_money + count * step
    assert computed_strike(ltp, step, f"OTM{count}", "PE") == at_the_money - count * step
    assert (ltp / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step == at_the_money


PRICES = st.decimals(0, 10**9, allow_nan=False, places=4)
ANY_TERMS = st.builds(
    LegTerms,
    exchange=st.sampled_from(["NSE", "NFO"]),
    symbol=st.text(min_size=1, max_size=10),
    action=ACTIONS,
    quantity=QUANTITIES,
    pricetype=st.sampled_from(PriceType),
    product=st.sampled_from(Product),
    price=PRICES,
    trigger_price=PRICES,
    disclosed_quantity=st.integers(0, 10**9),
)
ANY_LEG = st.builds(
    OptionLeg,
    offset=st.text(max_size=5),
    option_type=st.sampled_from(["CE", "PE"]),
    action=ACTIONS,
    quantity=st.integers(1, 10**9),
    expiry=st.none() | st.text(max_size=8),
    pricetype=st.sampled_from(PriceType),
    product=st.sampled_from(Product),
    price=PRICES,
    trigger_price=PRICES,
    disclosed_quantity=st.integers(0, 10**9),
    split=st.integers(0, 10**9),
)
INTENTS = st.one_of(
    st.builds(Closing),
    st.builds(Single, ANY_TERMS),
    st.builds(Smart, ANY_TERMS, SIZES),
    st.builds(Split, ANY_TERMS, st.integers(1, 10**9)),
    st.builds(Basket, st.lists(ANY_TERMS, max_size=4).map(tuple)),
    st.builds(
        Options,
        underlying=st.text(max_size=10),
        exchange=st.text(max_size=10),
        legs=st.lists(ANY_LEG, max_size=4).map(tuple),
        expiry=st.none() | st.text(max_size=8),
        strike_step=st.none() | st.integers(1, 1000),
        multi=st.booleans(),
    ),
)


@given(INTENTS)
def test_what_was_asked_for_reads_back_as_it_was_stored(intent: Intent) -> None:
    assert parse_intent(dump_intent(intent)) == intent
