"""Whether an order can be afforded: when it comes, when it is changed, and when a market order fills later."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules
from brokers.paper.engine.funds import render_funds
from core.errors import BrokerRefused
from core.orders.order import Action
from tests.paper.engine.rig import (
    BUY,
    CANCELLED,
    CNC,
    COMPLETE,
    LIMIT,
    OPEN,
    REJECTED,
    SELL,
    SL_M,
    Rig,
    amounts,
    filled,
)

SHORT_OF_ONE = "Insufficient funds. Required: ₹220.00, Available: ₹200.00, Shortage: ₹20.00"


def test_an_order_for_exactly_what_is_available_is_accepted() -> None:
    assert Rig(capital=200).place(BUY, 10).status is COMPLETE


@pytest.mark.parametrize("limit", [0, 100])
def test_an_order_for_more_is_refused_with_the_sums(limit: int) -> None:
    rig = Rig(capital=200)
    order = rig.place(BUY, 11, LIMIT, limit) if limit else rig.place(BUY, 11)
    assert (order.status, order.message) == (REJECTED, SHORT_OF_ONE)
    assert rig.used == 0
    assert not rig.trades
    assert not [*rig.state.resting_orders()]


def test_a_refused_order_uses_up_its_number_and_nothing_else() -> None:
    rig = Rig(capital=200)
    before = rig.state
    refused = rig.place(BUY, 11)
    assert rig.state.head == replace(before.head, last_order_number=rig.state.head.last_order_number)
    assert rig.place(BUY, 1).broker_order_id > refused.broker_order_id


def test_the_part_that_fills_and_the_part_that_waits_are_paid_together() -> None:
    rig = Rig(capital=200)
    rig.quote(90, sizes=(0, 5))
    assert rig.place(BUY, 11, LIMIT, 100).message == (
        "Insufficient funds. Required: ₹210.00, Available: ₹200.00, Shortage: ₹10.00"
    )
    assert rig.place(BUY, 10, LIMIT, 100).status is OPEN


def test_an_order_that_adds_no_margin_is_accepted_even_in_debt() -> None:
    rig = Rig(capital=200)
    rig.place(BUY, 10)
    rig.quote(50)
    rig.place(SELL, 1)
    assert rig.available < 0
    assert rig.place(SELL, 9, LIMIT, 60).status is OPEN
    assert rig.place(BUY, 1, LIMIT, 10).status is REJECTED


@pytest.mark.parametrize(("quantity", "is_taken"), [(20, True), (21, False)])
def test_a_reversal_needs_no_more_than_it_frees(quantity: int, is_taken: bool) -> None:
    rig = Rig(capital=200)
    rig.place(BUY, 10)
    assert (rig.place(SELL, quantity).status is COMPLETE) is is_taken


def test_a_sale_that_uncovers_another_order_must_pay_for_that() -> None:
    rig = Rig(capital=200)
    rig.place(BUY, 10)
    exit_order = rig.place(SELL, 10, LIMIT, 110)
    assert rig.place(SELL, 10).message == ("Insufficient funds. Required: ₹20.00, Available: ₹0.00, Shortage: ₹20.00")
    rig.cancel(exit_order)
    assert rig.place(SELL, 10).status is COMPLETE


def test_a_modification_is_refused_for_what_it_adds() -> None:
    rig = Rig(capital=200)
    order = rig.place(BUY, 10, LIMIT, 90)
    with pytest.raises(BrokerRefused, match=r"Required: ₹40\.00, Available: ₹20\.00, Shortage: ₹20\.00"):
        rig.modify(order, quantity=11, price=100)
    assert rig.modify(order, quantity=11, price=90).status is OPEN


def test_a_later_market_fill_that_cannot_be_paid_ends_the_rest_of_the_order() -> None:
    rig = Rig(capital=200)
    rig.quote(100, sizes=(0, 5))
    order = rig.place(BUY, 10)
    rig.tick(110)
    assert filled(rig.now_is(order)) == (CANCELLED, Decimal(5), Decimal(100))
    assert rig.now_is(order).message == "Insufficient funds. Required: ₹10.00, Available: ₹0.00, Shortage: ₹10.00"
    assert (rig.used, rig.available) == amounts(100, 100)


def test_a_stop_market_order_that_cannot_be_paid_is_rejected_when_it_triggers() -> None:
    rig = Rig(capital=210)
    order = rig.place(BUY, 10, SL_M, trigger=105)
    rig.tick(106)
    assert rig.now_is(order).status is REJECTED
    assert rig.now_is(order).message.endswith("Required: ₹2.00, Available: ₹0.00, Shortage: ₹2.00")


def test_what_one_order_cannot_pay_is_left_for_the_next_in_line() -> None:
    rig = Rig(capital=400)
    limit = rig.place(BUY, 10, LIMIT, 95)
    stop = rig.place(BUY, 10, SL_M, trigger=105)
    rig.rules = Rules(slippage_bps=Decimal(10_000))
    rig.tick(106, ask=95, sizes=(0, 10))
    assert (rig.now_is(stop).status, rig.now_is(limit).status) == (REJECTED, COMPLETE)


def test_profit_that_comes_in_thirds_is_there_to_the_paisa() -> None:
    rig = Rig(capital=1_000)
    for quantity, price in ((1, 100), (2, 101), (-1, 102), (-1, 102), (-1, 102)):
        rig.quote(price)
        rig.place(BUY if quantity > 0 else SELL, abs(quantity))
    rig.quote(10_000)
    assert rig.place(BUY, 1, LIMIT, "5020.05").message.endswith("Available: ₹1,004.00, Shortage: ₹0.01")
    assert rig.place(BUY, 1, LIMIT, 5_020).status is OPEN


def test_limit_fills_are_paid_by_what_they_reserved() -> None:
    poor = Rig(capital=180)
    order = poor.place(BUY, 10, LIMIT, 90)
    poor.tick(80)
    assert poor.now_is(order).status is COMPLETE
    assert poor.available == 0


def test_a_waiting_order_reserves_before_it_arrives() -> None:
    rig = Rig(capital=200, rules=Rules(latency=timedelta(seconds=1)))
    rig.place(BUY, 10)
    assert rig.available == 0
    assert rig.place(BUY, 1).status is REJECTED


@pytest.mark.parametrize("action", [BUY, SELL])
def test_available_used_and_charges_are_capital_and_realised_profit(action: Action) -> None:
    rig = Rig(rules=Rules(is_charged=True))
    rig.place(action, 30)
    rig.quote("103.35")
    rig.place(SELL if action is BUY else BUY, 50)
    rig.place(action, 7, LIMIT, 1)
    head = rig.state.head
    assert rig.available + rig.used + head.charges == head.capital + head.realised
    assert head.charges == sum(trade.charges for trade in rig.trades) > 0


def test_funds_show_today_s_profit_the_open_profit_and_the_paper_figures(rig: Rig) -> None:
    rig.product = CNC
    rig.place(BUY, 10)
    rig.quote(110)
    rig.place(SELL, 4)
    priced = replace(rig.position(), ltp=Decimal(120))
    funds = render_funds(rig.state, [priced], [])
    assert (funds.available, funds.used) == amounts(1_000_000 + 40 - 600, 600)
    assert (funds.realised, funds.unrealised) == amounts(40, 120)
    assert funds.paper is not None
    assert (funds.paper.capital, funds.paper.gross_exposure) == amounts(1_000_000, 720)
    assert (funds.paper.realised_total, funds.paper.charges_total) == amounts(40, 0)


def test_the_largest_numbers_that_the_doors_let_in_are_refused_like_any(rig: Rig) -> None:
    most = 10**15 - 1
    assert rig.place(SELL, most, LIMIT, most).message.startswith("Insufficient funds. Required: ₹1,99,99,")
