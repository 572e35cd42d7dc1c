"""What fills do to positions and holdings, and the profit that they bring."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import DayBegan
from tests.paper.engine.rig import BUY, CNC, COMPLETE, LIMIT, MIS, NRML, REJECTED, SELL, Rig, amounts, contract

TUESDAY = date(2026, 11, 24)


def trade(rig: Rig, *fills: tuple[int, int]) -> tuple[Decimal, ...]:
    """Quantity, average and profit of the position after market orders of these signed quantities at these prices."""
    for quantity, price in fills:
        rig.quote(price)
        rig.place(BUY if quantity > 0 else SELL, abs(quantity))
    position = rig.position()
    return position.quantity, position.average_price, position.realised


def hold(rig: Rig, quantity: int, price: int) -> None:
    """Shares of an earlier day."""
    rig.product = CNC
    trade(rig, (quantity, price))
    rig.do(DayBegan(TUESDAY, rig.now))


def test_what_adds_to_a_position_changes_its_average(rig: Rig) -> None:
    assert trade(rig, (10, 100), (30, 120)) == amounts(40, 115, 0)


def test_what_adds_to_a_short_position_changes_its_average(rig: Rig) -> None:
    assert trade(rig, (-10, 100), (-30, 120)) == amounts(-40, 115, 0)


@pytest.mark.parametrize(("first", "profit"), [(10, 80), (-10, -80)])
def test_what_reduces_a_position_realises_profit_and_keeps_the_average(rig: Rig, first: int, profit: int) -> None:
    part = -4 if first > 0 else 4
    assert trade(rig, (first, 100), (part, 120)) == amounts(first + part, 100, profit)


@pytest.mark.parametrize(("first", "profit"), [(10, 200), (-10, -200)])
def test_what_goes_beyond_flat_is_a_new_position_at_the_fill_price(rig: Rig, first: int, profit: int) -> None:
    assert trade(rig, (first, 100), (-first * 3, 120)) == amounts(-first * 2, 120, profit)


def test_a_flat_position_stays_in_the_list_with_its_profit(rig: Rig) -> None:
    assert trade(rig, (10, 100), (-10, 90)) == amounts(0, 0, -100)
    assert rig.position().realised_today == -100
    assert (rig.used, rig.available) == amounts(0, 999_900)


def test_an_average_that_does_not_come_out_even_loses_no_paisa(rig: Rig) -> None:
    assert trade(rig, (1, 100), (2, 101), (-3, 102)) == amounts(0, 0, 4)
    assert rig.state.head.realised == 4


def test_products_are_positions_of_their_own(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.product = CNC
    rig.place(BUY, 5)
    assert {key[2]: p.quantity for key, p in rig.state.positions.items()} == {MIS: Decimal(10), CNC: Decimal(5)}


def test_an_option_s_profit_is_in_rupees_per_unit(rig: Rig) -> None:
    rig.instrument, rig.product = contract("NIFTY24NOV2626000CE"), NRML
    assert trade(rig, (-65, 100), (65, 60)) == amounts(0, 0, 2_600)


def test_delivery_sells_the_shares_of_today_before_the_holding(rig: Rig) -> None:
    hold(rig, 10, 80)
    trade(rig, (5, 100), (-8, 120))
    holding = rig.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price) == amounts(7, 80)
    assert (rig.position().quantity, rig.position().realised) == amounts(0, 5 * 20 + 3 * 40)
    assert rig.used == 560


def test_a_holding_that_is_sold_out_is_gone(rig: Rig) -> None:
    hold(rig, 10, 80)
    trade(rig, (-10, 120))
    assert not rig.state.holdings
    assert (rig.position().quantity, rig.position().realised_today) == amounts(0, 400)


@pytest.mark.parametrize("held", [0, 5])
def test_delivery_is_never_sold_short(rig: Rig, held: int) -> None:
    if held:
        hold(rig, held, 80)
    rig.product = CNC
    rig.quote(100)
    assert rig.place(SELL, held + 1).status is REJECTED


def test_shares_that_another_waiting_order_sells_are_not_there(rig: Rig) -> None:
    hold(rig, 10, 80)
    rig.quote(100)
    order = rig.place(SELL, 6, LIMIT, 110)
    assert rig.place(SELL, 5).message == "Cannot sell 5 SBIN in CNC: 10 owned, 6 of them in open sell orders."
    assert rig.place(SELL, 4).status is COMPLETE
    assert rig.modify(order, price=100).status is COMPLETE


def test_intraday_shares_cannot_be_delivered(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.product = CNC
    assert rig.place(SELL, 10).message.startswith("Cannot sell SBIN in CNC. No position or holding")


def test_holdings_of_two_days_have_one_average(rig: Rig) -> None:
    hold(rig, 10, 80)
    trade(rig, (30, 100))
    rig.do(DayBegan(TUESDAY + timedelta(days=1), rig.now))
    holding = rig.state.holdings["NSE", "SBIN"]
    assert (holding.quantity, holding.average_price) == amounts(40, 95)
    assert holding.settled_on == date(2026, 11, 25)
