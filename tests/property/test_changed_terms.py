"""Whatever is tapped in whatever order, what would be executed is what the last card said, within bounds."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.orders.bounds import Bounds, Span, make_bounds, parse_bounds
from core.orders.order import LegTerms, Order, PriceType
from core.review.changes import (
    Asked,
    Change,
    asked_terms,
    changed_terms,
    offered_prices,
    offered_quantities,
    parse_asked,
)
from tests.factories import START, a_leg, an_order, some_terms

NUMBERS = st.decimals(min_value="0.05", max_value=10**6, places=2)
QUANTITIES = st.integers(1, 10**5).map(Decimal)
PAIRS = st.lists(NUMBERS, min_size=2, max_size=2).map(sorted)
CHANGES = st.builds(Change, st.none() | QUANTITIES, st.none() | NUMBERS, st.booleans())
SBIN = Instrument("NSE", "SBIN", "State Bank", InstrumentType.EQUITY, 1, Decimal("0.05"))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """One leg within its bounds, if there are any."""
    quantity, price = draw(QUANTITIES), draw(NUMBERS)
    pricetype = draw(st.sampled_from(PriceType))
    around_quantity = draw(st.none() | PAIRS.map(lambda pair: [min(pair[0], quantity), max(pair[1], quantity)]))
    around_price = draw(st.none() | PAIRS.map(lambda pair: [min(pair[0], price), max(pair[1], price)]))
    given_ends = {"quantity": around_quantity, "price": around_price}
    bounds = make_bounds({name: ends for name, ends in given_ends.items() if ends is not None})
    terms = replace(some_terms(), quantity=quantity, pricetype=pricetype, price=price)
    return an_order(a_leg(terms=terms), bounds=bounds if bounds != Bounds() else None)


def revised(order: Order, terms: LegTerms) -> Order:
    """The order as it is stored with these terms."""
    asked = asked_terms(order)
    kept = None if terms == asked else Asked(asked, "Asha", START).dump()
    return replace(order, legs=(replace(order.legs[0], terms=terms),), asked=kept, version=order.version + 1)


def is_allowed(order: Order, original: LegTerms) -> bool:
    """Whether the order's terms are within what its strategy allowed."""
    terms, bounds = order.legs[0].terms, order.bounds or Bounds()
    fits_quantity = terms.quantity in (bounds.quantity or Span(Decimal(0), original.quantity))
    is_same_price = (terms.pricetype, terms.price) == (original.pricetype, original.price)
    return fits_quantity and terms.quantity > 0 and (is_same_price or terms.price in (bounds.price or ()))


@given(orders(), st.lists(CHANGES, max_size=12))
def test_any_sequence_of_changes_stays_within_bounds_and_remembers_what_was_asked(
    order: Order, changes: list[Change]
) -> None:
    original = order.legs[0].terms
    for change in changes:
        try:
            order = revised(order, changed_terms(order, change))
        except Invalid:
            continue
        terms = order.legs[0].terms
        assert is_allowed(order, original)
        assert asked_terms(order) == original
        assert (order.asked is None) == (terms == original)
        assert (
            replace(terms, quantity=original.quantity, price=original.price, pricetype=original.pricetype) == original
        )

    assert changed_terms(order, Change(restore=True)) == original


@given(orders(), st.integers(1, 5000), NUMBERS)
def test_everything_that_is_offered_can_be_chosen_and_is_in_lots_and_on_ticks(
    order: Order, lot: int, last: Decimal
) -> None:
    listed = replace(SBIN, lot=lot)
    asked = order.legs[0].terms.quantity

    for fraction, quantity in offered_quantities(order, listed):
        assert changed_terms(order, Change(quantity=quantity)).quantity == quantity
        assert quantity * fraction <= asked
        assert quantity % (1 if asked % lot else lot) == 0
    for price in offered_prices(order, listed, last):
        assert changed_terms(order, Change(price=price)).price == price
        assert price % SBIN.tick == 0


@given(orders())
def test_what_is_stored_is_read_back(order: Order) -> None:
    asked = Asked(order.legs[0].terms, "Asha <&> 😀", START)

    assert parse_asked(asked.dump()) == asked
    assert order.bounds is None or parse_bounds(order.bounds.dump()) == order.bounds
