"""Whatever is asked, a client's order makes a position smaller: never more than is held, never the other way."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.client.closing import HowMuch, Part, closing_pieces, closing_quantity, closing_terms, still_closing
from core.errors import Invalid
from core.orders.order import Action, Leg, Product
from core.orders.states import BrokerStatus, LegEvent
from core.portfolio.positions import Position
from core.services.execution.closing_guard import next_step
from tests.factories import a_leg, an_order, some_terms

LOTS = st.integers(1, 5000)
HELD = st.integers(-(10**7), 10**7).map(Decimal)
HOW_MUCH: st.SearchStrategy[HowMuch] = st.one_of(
    st.sampled_from(Part), st.decimals(-(10**7), 10**7, allow_nan=False, places=3)
)
STATUSES = st.sampled_from([one for one in BrokerStatus if one is not BrokerStatus.PARTIAL])


def signed(action: Action, quantity: Decimal) -> Decimal:
    """By how much the position changes."""
    return action.signed(quantity)


@given(held=HELD, how_much=HOW_MUCH, lot=LOTS)
def test_a_quantity_is_refused_or_closes_some_of_what_is_held(held: Decimal, how_much: HowMuch, lot: int) -> None:
    try:
        quantity = closing_quantity(held, how_much, lot)
    except Invalid:
        return

    assert 0 < quantity <= abs(held)
    assert quantity == abs(held) or quantity % lot == 0
    if how_much is Part.HALF:
        assert quantity * 2 <= abs(held) < (quantity + lot) * 2
    elif how_much is Part.ALL:
        assert quantity == abs(held)
    else:
        assert quantity == how_much


@given(asked_of=HELD.filter(bool), held=HELD, size=st.integers(1, 10**7))
def test_what_is_still_closed_never_turns_a_position_round(asked_of: Decimal, held: Decimal, size: int) -> None:
    position = Position("NSE", "SBIN", Product.MIS, asked_of, Decimal(1))
    asked = closing_terms(position, min(Decimal(size), abs(asked_of)))

    left = still_closing(asked, held)

    if left is None:
        assert held == 0 or (held > 0) != (asked_of > 0)
        return
    after = held + signed(left.action, left.quantity)
    assert left.quantity <= asked.quantity
    assert abs(after) < abs(held)
    assert after == 0 or (after > 0) == (held > 0)
    assert left.quantity == min(asked.quantity, abs(held))


@given(quantity=st.integers(1, 10**6), freeze=st.integers(0, 5000).filter(lambda size: size != 1))
def test_pieces_are_the_whole_and_within_the_freeze_quantity(quantity: int, freeze: int) -> None:
    if freeze and quantity // freeze > 10_000:
        return
    pieces = closing_pieces(some_terms(Action.SELL, quantity), freeze)

    assert sum(piece.quantity for piece in pieces) == quantity
    assert all(0 < piece.quantity <= (freeze or quantity) for piece in pieces)


PIECES = st.lists(st.tuples(st.integers(1, 100), STATUSES, st.integers(0, 100)), min_size=1, max_size=6)


@given(pieces=PIECES, held=st.integers(-300, 300), sells=st.booleans())
def test_a_piece_is_only_sent_when_all_that_may_still_fill_fits(
    pieces: list[tuple[int, BrokerStatus, int]], held: int, sells: bool
) -> None:
    action = Action.SELL if sells else Action.BUY
    legs: list[Leg] = []
    for number, (quantity, status, filled) in enumerate(pieces, 1):
        done = Decimal(min(filled, quantity))
        legs.append(a_leg(status, number, terms=some_terms(action, quantity), filled_quantity=done))
    ready = replace(legs[0], broker_status=BrokerStatus.READY, filled_quantity=Decimal(0))
    order = an_order(ready, *legs[1:])

    step = next_step(order, ready, Decimal(held))

    may_fill = [one for one in legs[1:] if one.broker_status in _AT_BROKER]
    most = ready.terms.quantity + sum(one.terms.quantity - one.filled_quantity for one in may_fill)
    room = max(0, held if sells else -held)
    assert (step is LegEvent.CLAIM) == (most <= room)
    assert (step is LegEvent.LAPSE) == (ready.terms.quantity > room)


_AT_BROKER = {BrokerStatus.SENDING, BrokerStatus.OPEN, BrokerStatus.TRIGGER_PENDING, BrokerStatus.UNKNOWN}
