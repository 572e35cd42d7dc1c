"""What waiting orders reserve, and what a position covers of it."""

from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules
from core.orders.order import PriceType
from tests.paper.engine.rig import BUY, CNC, LIMIT, MIS, NRML, SELL, SL, SL_M, Rig, contract


@pytest.mark.parametrize(
    ("pricetype", "price", "trigger", "reserved"), [(LIMIT, 90, 0, 180), (SL, 120, 110, 240), (SL_M, 0, 110, 220)]
)
def test_a_waiting_order_counts_at_its_limit_and_a_stop_market_at_its_trigger(
    rig: Rig, pricetype: PriceType, price: int, trigger: int, reserved: int
) -> None:
    rig.place(BUY, 10, pricetype, price, trigger)
    assert rig.used == reserved


@pytest.mark.parametrize(("edition", "price"), [(3, 100), (2, 101)], ids=["the last price", "before: opposite"])
def test_a_waiting_market_order_counts_at_the_price_when_it_was_accepted(edition: int, price: int) -> None:
    rig = Rig(rules=Rules(edition=edition))
    rig.quote(100, ask=101, sizes=(0, 4))
    rig.place(BUY, 10)
    assert rig.used == Decimal("80.80") + 6 * Decimal(price) / 5
    rig.tick(200, sizes=(0, 1))
    assert rig.used == Decimal("120.80") + 5 * Decimal(price) / 5


def test_each_order_s_reserve_is_rounded_up_by_itself(rig: Rig) -> None:
    for _ in range(3):
        rig.place(BUY, 1, LIMIT, "90.05")
    assert rig.used == 3 * Decimal("18.01")


def test_an_order_that_reduces_a_position_reserves_nothing(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.place(SELL, 10, LIMIT, 110)
    rig.place(SELL, 4, LIMIT, 120)
    assert rig.used == 200 + 4 * 24


def test_the_cheapest_are_covered_first_whatever_their_age(rig: Rig) -> None:
    rig.place(SELL, 10)
    rig.place(BUY, 10, LIMIT, 90)
    rig.place(BUY, 15, LIMIT, 80)
    assert rig.used == 200 + 10 * 18 + 5 * 16


def test_of_one_price_the_lower_number_is_covered_first(rig: Rig) -> None:
    rig.place(SELL, 4)
    rig.place(BUY, 3, LIMIT, "90.05")
    rig.place(BUY, 5, LIMIT, "90.05")
    assert rig.used == 80 + Decimal("72.04")


def test_a_position_covers_only_its_own_product(rig: Rig) -> None:
    rig.product = CNC
    rig.place(BUY, 10)
    rig.product = MIS
    rig.place(SELL, 10, LIMIT, 110)
    assert rig.used == 1_000 + 220


def test_selling_delivery_shares_reserves_nothing(rig: Rig) -> None:
    rig.product = CNC
    rig.place(BUY, 10)
    rig.place(SELL, 10, LIMIT, 110)
    assert rig.used == 1_000


def test_orders_to_write_options_reserve_by_the_strike_and_to_buy_them_by_the_limit(rig: Rig) -> None:
    rig.instrument, rig.product = contract("NIFTY24NOV2626000CE"), NRML
    rig.quote(100)
    rig.place(BUY, 65, LIMIT, 90)
    assert rig.used == 5_850
    rig.place(SELL, 65, LIMIT, 110)
    assert rig.used == 5_850 + 169_000


def test_closing_the_position_leaves_its_exit_orders_uncovered(rig: Rig) -> None:
    rig.place(BUY, 10)
    rig.place(SELL, 10, LIMIT, 110)
    rig.place(SELL, 10)
    assert rig.used == 220


def test_cancelling_releases_what_was_reserved(rig: Rig) -> None:
    rig.cancel(rig.place(BUY, 10, LIMIT, 90))
    assert rig.used == 0
