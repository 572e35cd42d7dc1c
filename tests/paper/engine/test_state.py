"""A book's state: what it finds, what it forgets, and that loading it anew gives the same."""

from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.book_state import BookState, tickers_of
from brokers.paper.engine.funds import used
from core.ids import BrokerOrderId
from core.portfolio.paper_book import Leverage, PaperBook, PaperChanges, PaperHead
from core.portfolio.positions import Holding
from tests.paper.engine.desk import BUY, CANCELLED, CNC, LIMIT, MIS, SELL, Desk

SBIN = ("NSE", "SBIN")
HEAD = PaperHead(Decimal(1_000))


def test_waiting_orders_are_found_by_id_and_by_instrument(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    state = desk.state
    assert state.find_resting(order.broker_order_id) == order
    assert [*state.resting_orders()] == [*state.orders_on(SBIN)] == [order]
    assert state.resting_on(SBIN)
    assert [*state.tickers()] == [SBIN]


def test_what_ended_is_not_found(desk: Desk) -> None:
    order = desk.cancel(desk.place(BUY, 10, LIMIT, 90))
    assert desk.state.find_resting(order.broker_order_id) is None
    assert not desk.state.resting_on(SBIN)
    assert not [*desk.state.tickers()]


def test_a_stored_book_lists_its_orders_by_number(desk: Desk) -> None:
    orders = [desk.place(BUY, 10, LIMIT, price) for price in (90, 95, 80)]
    assert [*desk.state.to_book().open_orders] == orders


def test_order_numbers_count_as_numbers(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    ids = [BrokerOrderId(number) for number in ("10", "9")]
    book = PaperBook(HEAD, tuple(replace(order, broker_order_id=order_id) for order_id in ids))
    assert [order.broker_order_id for order in BookState.of(book).to_book().open_orders] == ["9", "10"]


def test_the_state_after_changes_is_what_a_store_would_load(desk: Desk) -> None:
    before = desk.state
    desk.place(BUY, 10, LIMIT, 90)
    desk.place(SELL, 10)
    assert before == BookState.of(PaperBook(before.head))
    assert desk.state == BookState.of(desk.state.to_book())
    assert desk.state != before


def test_a_holding_of_nothing_is_removed() -> None:
    held = Holding("NSE", "SBIN", Decimal(5), Decimal(100))
    state = BookState.of(PaperBook(HEAD, holdings=(held,)))
    assert used(state) == 500
    emptied = state.after(PaperChanges(HEAD, holdings=(replace(held, quantity=Decimal(0)),)))
    assert not emptied.holdings
    assert used(emptied) == 0


def test_a_dropped_position_is_gone(desk: Desk) -> None:
    desk.place(BUY, 10)
    after = desk.state.after(PaperChanges(desk.state.head, dropped=(("NSE", "SBIN", MIS),)))
    assert not after.positions
    assert used(after) == 0


def test_another_leverage_ties_up_another_amount(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.place(BUY, 10, LIMIT, 90)
    head = replace(desk.state.head, leverage=Leverage(equity_mis=Decimal(1)))
    assert used(desk.state.after(PaperChanges(head))) == 1_900


def test_changes_name_the_instruments_of_their_orders(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    assert tickers_of(PaperChanges(HEAD, (replace(order, status=CANCELLED),))) == {SBIN}


def test_a_position_that_never_was_is_flat(desk: Desk) -> None:
    terms = replace(desk.terms(BUY, 10, LIMIT, 90, 0), product=CNC)
    assert desk.state.position(terms).quantity == 0
