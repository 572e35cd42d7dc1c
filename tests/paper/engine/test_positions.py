"""What fills do to positions and holdings, and the profit that they bring."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import DayBegan
from tests.paper.engine.desk import BUY, CNC, COMPLETE, LIMIT, MIS, NRML, REJECTED, SELL, Desk, amounts, contract

TUESDAY = date(2026, 11, 24)


def trade(desk: Desk, *fills: tuple[int, int]) -> tuple[Decimal, ...]:
    """Quantity, average and profit of the position after market orders of these signed quantities at these prices."""
    for quantity, price in fills:
        desk.quote(price)
        desk.place(BUY if quantity > 0 else SELL, abs(quantity))
    position = desk.position()
    return position.quantity, position.average_price, position.realised


def hold(desk: Desk, quantity: int, price: int) -> None:
    """Shares of an earlier day."""
    desk.product = CNC
    trade(desk, (quantity, price))
    desk.do(DayBegan(TUESDAY, desk.now))


def test_what_adds_to_a_position_changes_its_average(desk: Desk) -> None:
    assert trade(desk, (10, 100), (30, 120)) == amounts(40, 115, 0)


def test_what_adds_to_a_short_position_changes_its_average(desk: Desk) -> None:
    assert trade(desk, (-10, 100), (-30, 120)) == amounts(-40, 115, 0)


@pytest.mark.parametrize(("first", "profit"), [(10, 80), (-10, -80)])
def test_what_reduces_a_position_realises_profit_and_keeps_the_average(desk: Desk, first: int, profit: int) -> None:
    part = -4 if first > 0 else 4
    assert trade(desk, (first, 100), (part, 120)) == amounts(first + part, 100, profit)


@pytest.mark.parametrize(("first", "profit"), [(10, 200), (-10, -200)])
def test_what_goes_beyond_flat_is_a_new_position_at_the_fill_price(desk: Desk, first: int, profit: int) -> None:
    assert trade(desk, (first, 100), (-first * 3, 120)) == amounts(-first * 2, 120, profit)


def test_a_flat_position_stays_in_the_list_with_its_profit(desk: Desk) -> None:
    assert trade(desk, (10, 100), (-10, 90)) == amounts(0, 0, -100)
    assert desk.position().realised_today == -100
    assert (desk.used, desk.available) == amounts(0, 999_900)


def test_an_average_that_does_not_come_out_even_loses_no_paisa(desk: Desk) -> None:
    assert trade(desk, (1, 100), (2, 101), (-3, 102)) == amounts(0, 0, 4)
    assert desk.state.head.realised == 4


def test_products_are_positions_of_their_own(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.product = CNC
    desk.place(BUY, 5)
    assert {key[2]: p.quantity for key, p in desk.state.positions.items()} == {MIS: Decimal(10), CNC: Decimal(5)}


def test_an_option_s_profit_is_in_rupees_per_unit(desk: Desk) -> None:
    desk.instrument, desk.product = contract("NIFTY24NOV2626000CE"), NRML
    assert trade(desk, (-65, 100), (65, 60)) == amounts(0, 0, 2_600)


def test_delivery_sells_the_shares_of_today_before_the_holding(desk: Desk) -> None:
    hold(desk, 10, 80)
    trade(desk, (5, 100), (-8, 120))
    holding = desk.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price) == amounts(7, 80)
    assert (desk.position().quantity, desk.position().realised) == amounts(0, 5 * 20 + 3 * 40)
    assert desk.used == 560


def test_a_holding_that_is_sold_out_is_gone(desk: Desk) -> None:
    hold(desk, 10, 80)
    trade(desk, (-10, 120))
    assert not desk.state.holdings
    assert (desk.position().quantity, desk.position().realised_today) == amounts(0, 400)


@pytest.mark.parametrize("held", [0, 5])
def test_delivery_is_never_sold_short(desk: Desk, held: int) -> None:
    if held:
        hold(desk, held, 80)
    desk.product = CNC
    desk.quote(100)
    assert desk.place(SELL, held + 1).status is REJECTED


def test_shares_that_another_waiting_order_sells_are_not_there(desk: Desk) -> None:
    hold(desk, 10, 80)
    desk.quote(100)
    order = desk.place(SELL, 6, LIMIT, 110)
    assert desk.place(SELL, 5).message == "Cannot sell 5 SBIN in CNC: 10 owned, 6 of them in open sell orders."
    assert desk.place(SELL, 4).status is COMPLETE
    assert desk.modify(order, price=100).status is COMPLETE


def test_intraday_shares_cannot_be_delivered(desk: Desk) -> None:
    desk.place(BUY, 10)
    desk.product = CNC
    assert desk.place(SELL, 10).message.startswith("Cannot sell SBIN in CNC. No position or holding")


def test_holdings_of_two_days_have_one_average(desk: Desk) -> None:
    hold(desk, 10, 80)
    trade(desk, (30, 100))
    desk.do(DayBegan(TUESDAY + timedelta(days=1), desk.now))
    holding = desk.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price) == amounts(40, 95)
    assert holding.settled_on == date(2026, 11, 25)
