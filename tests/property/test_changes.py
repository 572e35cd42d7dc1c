"""What a client is asked to confirm survives being stored, and a change changes the numbers it names."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import TradingMode
from core.client.changes import NAMES, numbers_of, parse_number, parse_numbers, with_numbers
from core.client.plans import CancelPlan, ChangePlan, ClosePlan, Plan, Target, Terms, dump_plan, parse_plan
from core.errors import Invalid, NotFound
from core.ids import AccountId, BrokerOrderId, OrderId
from core.orders.gtt import Gtt, Side
from core.orders.order import Action, LegTerms, PriceType, Product
from tests.factories import START

AMOUNTS = st.decimals("0.01", 10**9, allow_nan=False, places=2)
TEXTS = st.text(min_size=1, max_size=20)
TERMS = st.builds(
    LegTerms,
    exchange=st.sampled_from(["NSE", "NFO"]),
    symbol=TEXTS,
    action=st.sampled_from(Action),
    quantity=AMOUNTS,
    pricetype=st.sampled_from(PriceType),
    product=st.sampled_from(Product),
    price=AMOUNTS,
    trigger_price=AMOUNTS,
    disclosed_quantity=st.integers(0, 100),
)
GTTS = st.builds(
    Gtt,
    exchange=st.just("NSE"),
    symbol=TEXTS,
    action=st.sampled_from(Action),
    quantity=AMOUNTS,
    product=st.sampled_from(Product),
    pricetype=st.sampled_from([PriceType.LIMIT, PriceType.MARKET]),
    sides=st.lists(st.builds(Side, AMOUNTS, AMOUNTS), min_size=1, max_size=2).map(tuple),
    expires_at=st.sampled_from([None, START]),
)
ANY_TERMS: st.SearchStrategy[Terms] = st.one_of(TERMS, GTTS)
MODES = st.sampled_from(TradingMode)
ACCOUNTS = st.integers(1, 10**6).map(AccountId)
TARGETS = st.builds(Target, TEXTS.map(BrokerOrderId), st.booleans(), st.none() | st.integers(1, 10**9).map(OrderId))


def change_plan(account_id: AccountId, mode: TradingMode, terms: tuple[Terms, Terms]) -> ChangePlan:
    """New terms of the same kind."""
    target = Target(BrokerOrderId("1"), isinstance(terms[0], Gtt))
    return ChangePlan(account_id, mode, target, *terms)


PLANS: st.SearchStrategy[Plan] = st.one_of(
    st.builds(ClosePlan, ACCOUNTS, MODES, st.lists(TERMS, max_size=4).map(tuple)),
    st.builds(CancelPlan, ACCOUNTS, MODES, st.lists(TARGETS, max_size=4).map(tuple)),
    st.builds(change_plan, ACCOUNTS, MODES, st.one_of(st.tuples(TERMS, TERMS), st.tuples(GTTS, GTTS))),
)


@given(PLANS)
def test_a_plan_is_what_it_was_after_it_was_stored(plan: Plan) -> None:
    assert parse_plan(dump_plan(plan)) == plan


@given(st.text(max_size=60))
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(NotFound):
        parse_plan(text)


@given(terms=ANY_TERMS, data=st.data())
def test_a_change_changes_what_it_names_and_nothing_else(terms: Terms, data: st.DataObject) -> None:
    present = numbers_of(terms)
    wanted = data.draw(st.dictionaries(st.sampled_from(sorted(present)), AMOUNTS))

    after = with_numbers(terms, wanted)

    assert numbers_of(after) == {**present, **wanted}
    assert with_numbers(after, present) == terms
    assert replace(after, quantity=terms.quantity).symbol == terms.symbol


@given(terms=ANY_TERMS, name=st.sampled_from(NAMES), value=st.decimals(-10, 10, allow_nan=False, places=2))
def test_what_it_has_not_or_is_not_positive_is_refused(terms: Terms, name: str, value: Decimal) -> None:
    if name in numbers_of(terms) and value > 0:
        return
    with pytest.raises(Invalid):
        with_numbers(terms, {name: value})


@given(st.dictionaries(st.sampled_from(NAMES), AMOUNTS))
def test_numbers_are_read_as_they_are_typed(numbers: dict[str, Decimal]) -> None:
    assert parse_numbers(" ".join(f"{name}={value}" for name, value in numbers.items())) == numbers


@pytest.mark.parametrize("text", ["", "x", "-1", "1e5", "NaN", "१", "1.2.3", "1" * 16, "0.123456789"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_number(text)


@pytest.mark.parametrize("text", ["price", "price=1 price=2", "prize=1", "price=x", "=1"])
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_numbers(text)


@pytest.mark.parametrize(("text", "number"), [("112.50", "112.50"), (" ₹1,12,000 ", "112000"), ("7", "7")])
def test_numbers_may_be_written_as_people_write_them(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)
