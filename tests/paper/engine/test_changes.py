"""What may be changed about a waiting order, and what taking it back means."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Cancelled, Modified
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from tests.paper.engine.desk import (
    BUY,
    CANCELLED,
    CNC,
    COMPLETE,
    LIMIT,
    MARKET,
    OPEN,
    PENDING,
    SELL,
    SL,
    SL_M,
    Desk,
    filled,
)


def test_a_modified_order_is_judged_as_if_it_arrived_now(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    assert filled(desk.modify(order, price=105)) == (COMPLETE, Decimal(10), Decimal(100))


def test_every_term_may_be_replaced_at_once(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    changed = desk.modify(order, 20, 111, 110, SL)
    assert changed.status is PENDING
    assert changed.terms == desk.terms(BUY, 20, SL, 111, 110)
    assert filled(desk.modify(order, pricetype=MARKET)) == (COMPLETE, Decimal(20), Decimal(100))


def test_exchange_symbol_action_and_product_stay(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    for wanted in (replace(order.terms, action=SELL), replace(order.terms, product=CNC)):
        with pytest.raises(BrokerRefused, match="cannot be modified"):
            desk.do(Modified(order.broker_order_id, wanted, desk.market()))


def test_the_quantity_must_be_more_than_what_is_filled(desk: Desk) -> None:
    desk.quote(100, sizes=(0, 4))
    order = desk.place(BUY, 10)
    with pytest.raises(BrokerRefused, match="more than the 4 filled already"):
        desk.modify(order, quantity=4)
    desk.quote(106)
    assert filled(desk.modify(order, quantity=6)) == (COMPLETE, Decimal(6), Decimal(102))


@pytest.mark.parametrize(("quantity", "price"), [(10, "90.01"), (0, "90"), (10, "0"), (1_000_000, "90")])
def test_a_refused_modification_leaves_the_order_as_it_was(desk: Desk, quantity: int, price: str) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    before = desk.state
    with pytest.raises(BrokerRefused):
        desk.modify(order, quantity, price)
    assert desk.state == before


def test_a_triggered_stop_limit_stays_triggered_while_type_and_trigger_stay(desk: Desk) -> None:
    order = desk.place(BUY, 10, SL, 105, 105)
    desk.tick(110)
    desk.quote(104, ask=106)
    assert desk.modify(order, price="105.50").status is OPEN
    assert desk.modify(order, trigger="105.05").status is PENDING


def test_a_triggered_stop_market_that_waits_trades_on_when_its_quantity_changes(desk: Desk) -> None:
    order = desk.place(BUY, 10, SL_M, trigger=105)
    desk.tick(105, sizes=(0, 2))
    desk.quote(101)
    assert filled(desk.modify(order, quantity=4)) == (COMPLETE, Decimal(4), Decimal(103))


def test_a_modification_makes_an_order_take_the_quote_or_not_anew(desk: Desk) -> None:
    desk.quote(98, sizes=(0, 5))
    order = desk.place(BUY, 10, LIMIT, 100)
    desk.quote(101)
    desk.modify(order, quantity=9)
    desk.tick(97)
    assert desk.trades[-1].price == 100


def test_a_market_order_changed_at_an_old_price_is_refused(desk: Desk) -> None:
    desk.quote(100, sizes=(0, 4))
    order = desk.place(BUY, 10)
    desk.wait(minutes=5)
    with pytest.raises(BrokerRefused, match="no fresh price"):
        desk.modify(order, quantity=9)


def test_a_modification_while_the_exchange_is_closed_waits_for_the_open_or_is_refused(desk: Desk) -> None:
    order = desk.place(BUY, 10, LIMIT, 90)
    desk.close()
    with pytest.raises(BrokerRefused, match="NSE is closed"):
        desk.modify(order, price=91)
    desk.close(opens_in=timedelta(hours=1))
    assert desk.modify(order, price=101).arrives_at == desk.now + timedelta(hours=1)


def test_cancelling_ends_what_is_left(desk: Desk) -> None:
    desk.quote(100, sizes=(0, 4))
    order = desk.cancel(desk.place(BUY, 10))
    assert filled(order) == (CANCELLED, Decimal(4), Decimal(100))
    assert desk.tick(90) is None


def test_what_does_not_wait_can_be_neither_changed_nor_cancelled(desk: Desk) -> None:
    order = desk.place(BUY)
    with pytest.raises(BrokerRefused, match="not waiting"):
        desk.modify(order, quantity=20)
    with pytest.raises(BrokerRefused, match="not waiting"):
        desk.do(Cancelled(BrokerOrderId("nobody's"), desk.now))
