"""A book's state: what it finds, what it forgets, and that loading it anew gives the same."""

from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.book_state import BookState, tickers_of
from brokers.paper.engine.funds import used
from core.ids import BrokerOrderId
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead
from core.portfolio.positions import Holding
from tests.paper.engine.rig import BUY, CANCELLED, CNC, LIMIT, MIS, SELL, Rig

SBIN = ("NSE", "SBIN")
HEAD = PaperHead(Decimal(1_000))


def test_waiting_orders_are_found_by_id_and_by_instrument(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    state = rig.state
    assert state.find_resting(order.broker_order_id) == order
    assert [*state.resting_orders()] == [*state.orders_on(SBIN)] == [order]
    assert state.resting_on(SBIN)
    assert [*state.tickers()] == [SBIN]


def test_what_ended_is_not_found(rig: Rig) -> None:
    order = rig.cancel(rig.place(BUY, 10, LIMIT, 90))
    assert rig.state.find_resting(order.broker_order_id) is None
    assert not rig.state.resting_on(SBIN)
    assert not [*rig.state.tickers()]


def test_a_stored_book_lists_its_orders_by_number(rig: Rig) -> None:
    orders = [rig.place(BUY, 10, LIMIT, price) for price in (90, 95, 80)]
    assert [*rig.state.to_book().open_orders] == orders


def test_order_numbers_count_as_numbers(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    ids = [BrokerOrderId(number) for number in ("10", "9")]
    book = PaperBook(HEAD, tuple(replace(order, broker_order_id=order_id) for order_id in ids))
    assert [order.broker_order_id for order in BookState.of(book).to_book().open_orders] == ["9", "10"]


def test_the_state_after_changes_is_what_a_store_would_load(rig: Rig) -> None:
    before = rig.state
    rig.place(BUY, 10, LIMIT, 90)
    rig.place(SELL, 10)
    assert before == BookState.of(PaperBook(before.head))
    assert rig.state == BookState.of(rig.state.to_book())
    assert rig.state != before


def test_a_holding_of_nothing_is_removed() -> None:
    held = Holding("NSE", "SBIN", Decimal(5), Decimal(100))
    state = BookState.of(PaperBook(HEAD, holdings=(held,)))
    assert used(state) == 500
    emptied = state.after(PaperChanges(HEAD, holdings=(replace(held, quantity=Decimal(0)),)))
    assert not emptied.holdings
    assert used(emptied) == 0


def test_a_dropped_position_is_gone(rig: Rig) -> None:
    rig.place(BUY, 10)
    after = rig.state.after(PaperChanges(rig.state.head, dropped=(("NSE", "SBIN", MIS),)))
    assert not after.positions
    assert used(after) == 0


def test_another_leverage_ties_up_another_amount(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.place(BUY, 10, LIMIT, 90)
    head = replace(rig.state.head, leverage=Leverage(equity_mis=Decimal(1)))
    assert used(rig.state.after(PaperChanges(head))) == 1_900


def test_changes_name_the_instruments_of_their_orders(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    assert tickers_of(PaperChanges(HEAD, (replace(order, status=CANCELLED),))) == {SBIN}


def test_a_position_that_never_was_is_flat(rig: Rig) -> None:
    terms = replace(rig.terms(BUY, 10, LIMIT, 90, 0), product=CNC)
    assert rig.state.position(terms).quantity == 0
