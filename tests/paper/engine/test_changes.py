"""What may be changed about a waiting order, and what taking it back means."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Cancelled, Modified
from core.errors import BrokerRefused
from core.ids import BrokerOrderId
from tests.paper.engine.rig import (
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
    Rig,
    filled,
)


def test_a_modified_order_is_judged_as_if_it_arrived_now(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    assert filled(rig.modify(order, price=105)) == (COMPLETE, Decimal(10), Decimal(100))


def test_every_term_may_be_replaced_at_once(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    changed = rig.modify(order, 20, 111, 110, SL)
    assert changed.status is PENDING
    assert changed.terms == rig.terms(BUY, 20, SL, 111, 110)
    assert filled(rig.modify(order, pricetype=MARKET)) == (COMPLETE, Decimal(20), Decimal(100))


def test_exchange_symbol_action_and_product_stay(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    for wanted in (replace(order.terms, action=SELL), replace(order.terms, product=CNC)):
        with pytest.raises(BrokerRefused, match="cannot be modified"):
            rig.do(Modified(order.broker_order_id, wanted, rig.market()))


def test_the_quantity_must_be_more_than_what_is_filled(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 4))
    order = rig.place(BUY, 10)
    with pytest.raises(BrokerRefused, match="more than the 4 filled already"):
        rig.modify(order, quantity=4)
    rig.quote(106)
    assert filled(rig.modify(order, quantity=6)) == (COMPLETE, Decimal(6), Decimal(102))


@pytest.mark.parametrize(("quantity", "price"), [(10, "90.01"), (0, "90"), (10, "0"), (1_000_000, "90")])
def test_a_refused_modification_leaves_the_order_as_it_was(rig: Rig, quantity: int, price: str) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    before = rig.state
    with pytest.raises(BrokerRefused):
        rig.modify(order, quantity, price)
    assert rig.state == before


def test_a_triggered_stop_limit_stays_triggered_while_type_and_trigger_stay(rig: Rig) -> None:
    order = rig.place(BUY, 10, SL, 105, 105)
    rig.tick(110)
    rig.quote(104, ask=106)
    assert rig.modify(order, price="105.50").status is OPEN
    assert rig.modify(order, trigger="105.05").status is PENDING


def test_a_triggered_stop_market_that_waits_trades_on_when_its_quantity_changes(rig: Rig) -> None:
    order = rig.place(BUY, 10, SL_M, trigger=105)
    rig.tick(105, sizes=(0, 2))
    rig.quote(101)
    assert filled(rig.modify(order, quantity=4)) == (COMPLETE, Decimal(4), Decimal(103))


def test_a_modification_makes_an_order_take_the_quote_or_not_anew(rig: Rig) -> None:
    rig.quote(98, sizes=(0, 5))
    order = rig.place(BUY, 10, LIMIT, 100)
    rig.quote(101)
    rig.modify(order, quantity=9)
    rig.tick(97)
    assert rig.trades[-1].price == 100


def test_a_market_order_changed_at_an_old_price_is_refused(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 4))
    order = rig.place(BUY, 10)
    rig.wait(minutes=5)
    with pytest.raises(BrokerRefused, match="no fresh price"):
        rig.modify(order, quantity=9)


def test_a_modification_while_the_exchange_is_closed_waits_for_the_open_or_is_refused(rig: Rig) -> None:
    order = rig.place(BUY, 10, LIMIT, 90)
    rig.close()
    with pytest.raises(BrokerRefused, match="NSE is closed"):
        rig.modify(order, price=91)
    rig.close(opens_in=timedelta(hours=1))
    assert rig.modify(order, price=101).arrives_at == rig.now + timedelta(hours=1)


def test_cancelling_ends_what_is_left(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 4))
    order = rig.cancel(rig.place(BUY, 10))
    assert filled(order) == (CANCELLED, Decimal(4), Decimal(100))
    assert rig.tick(90) is None


def test_what_does_not_wait_can_be_neither_changed_nor_cancelled(rig: Rig) -> None:
    order = rig.place(BUY)
    with pytest.raises(BrokerRefused, match="not waiting"):
        rig.modify(order, quantity=20)
    with pytest.raises(BrokerRefused, match="not waiting"):
        rig.do(Cancelled(BrokerOrderId("nobody's"), rig.now))
