"""What positions tie up, by kind and product."""

from decimal import Decimal

import pytest

from brokers.paper.book.margins import basket_margin, margin
from core.orders.order import Action, LegTerms, Product
from core.portfolio.margin import Priced
from core.portfolio.paper_book import Leverage
from tests.paper.engine.desk import BUY, CNC, MIS, NRML, SELL, Desk, amounts, contract

FUTURE, CALL = "NIFTY24NOV26FUT", "NIFTY24NOV2626000CE"


@pytest.mark.parametrize(("product", "action", "tied"), [(MIS, BUY, 2_000), (MIS, SELL, 2_000), (CNC, BUY, 10_000)])
def test_shares_tie_up_a_fifth_intraday_and_everything_for_delivery(
    desk: Desk, product: Product, action: Action, tied: int
) -> None:
    desk.product = product
    desk.place(action, 100)
    assert (desk.used, desk.available) == amounts(tied, 1_000_000 - tied)


@pytest.mark.parametrize("product", [MIS, NRML])
@pytest.mark.parametrize("action", [BUY, SELL])
def test_futures_tie_up_a_tenth_of_their_value_on_both_sides(desk: Desk, product: Product, action: Action) -> None:
    desk.instrument, desk.product = contract(FUTURE), product
    desk.quote(26_000)
    desk.place(action, 65)
    assert desk.used == 169_000


@pytest.mark.parametrize(("action", "tied"), [(BUY, 6_500), (SELL, 169_000)])
def test_options_tie_up_their_premium_bought_and_a_tenth_of_their_strike_s_value_sold(
    desk: Desk, action: Action, tied: int
) -> None:
    desk.instrument, desk.product = contract(CALL), NRML
    desk.quote(100)
    desk.place(action, 65)
    assert desk.used == tied


def test_the_account_s_own_leverage_counts() -> None:
    desk = Desk(leverage=Leverage(equity_mis=Decimal(3)))
    desk.place(BUY, 1)
    assert desk.used == Decimal("33.34")


def test_margin_is_rounded_up_to_the_paisa_but_not_for_the_dust_of_an_average() -> None:
    third = Decimal(200) / 3
    assert margin(("NSE", "SBIN", CNC), Decimal(3), third, Leverage()) == 200
    assert margin(("NSE", "SBIN", MIS), Decimal(1), Decimal("100.01"), Leverage()) == Decimal("20.01")


def test_a_partial_exit_releases_in_proportion(desk: Desk) -> None:
    desk.place(BUY, 100)
    desk.quote(150)
    desk.place(SELL, 40)
    assert desk.used == 1_200


def test_a_reversal_is_charged_for_the_excess_only(desk: Desk) -> None:
    desk.place(BUY, 100)
    desk.quote(150)
    desk.place(SELL, 110)
    assert desk.used == 300


def test_a_hedge_lowers_nothing(desk: Desk) -> None:
    desk.product = NRML
    for symbol in (FUTURE, CALL):
        desk.instrument = contract(symbol)
        desk.quote(26_000 if symbol == FUTURE else 100)
        desk.place(SELL if symbol == FUTURE else BUY, 65)
    assert desk.used == 169_000 + 6_500


def test_what_is_neither_share_nor_option_is_a_future() -> None:
    assert margin(("MCX", "GOLDM05FEB27FUT", NRML), Decimal(-1), Decimal(1_000), Leverage()) == 100


def test_a_basket_is_the_sum_of_its_parts() -> None:
    bought = Priced(LegTerms("NSE", "SBIN", BUY, Decimal(10), product=MIS), Decimal(100))
    sold = Priced(LegTerms("NFO", CALL, SELL, Decimal(65), product=NRML), Decimal(100))
    assert basket_margin([bought, sold], Leverage()).total == 200 + 169_000
