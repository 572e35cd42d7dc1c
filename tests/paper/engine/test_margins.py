"""What positions tie up, by kind and product."""

from decimal import Decimal

import pytest

from brokers.paper.book.margins import basket_margin, margin
from core.orders.order import Action, LegTerms, Product
from core.portfolio.margin import Priced
from core.portfolio.paper_book import Leverage
from tests.paper.engine.rig import BUY, CNC, MIS, NRML, SELL, Rig, amounts, contract

FUTURE, CALL = "NIFTY24NOV26FUT", "NIFTY24NOV2626000CE"


@pytest.mark.parametrize(("product", "action", "tied"), [(MIS, BUY, 2_000), (MIS, SELL, 2_000), (CNC, BUY, 10_000)])
def test_shares_tie_up_a_fifth_intraday_and_everything_for_delivery(
    rig: Rig, product: Product, action: Action, tied: int
) -> None:
    rig.product = product
    rig.place(action, 100)
    assert (rig.used, rig.available) == amounts(tied, 1_000_000 - tied)


@pytest.mark.parametrize("product", [MIS, NRML])
@pytest.mark.parametrize("action", [BUY, SELL])
def test_futures_tie_up_a_tenth_of_their_value_on_both_sides(rig: Rig, product: Product, action: Action) -> None:
    rig.instrument, rig.product = contract(FUTURE), product
    rig.quote(26_000)
    rig.place(action, 65)
    assert rig.used == 169_000


@pytest.mark.parametrize(("action", "tied"), [(BUY, 6_500), (SELL, 169_000)])
def test_options_tie_up_their_premium_bought_and_a_tenth_of_their_strike_s_value_sold(
    rig: Rig, action: Action, tied: int
) -> None:
    rig.instrument, rig.product = contract(CALL), NRML
    rig.quote(100)
    rig.place(action, 65)
    assert rig.used == tied


def test_the_account_s_own_leverage_counts() -> None:
    rig = Rig(leverage=Leverage(equity_mis=Decimal(3)))
    rig.place(BUY, 1)
    assert rig.used == Decimal("33.34")


def test_margin_is_rounded_up_to_the_paisa_but_not_for_the_dust_of_an_average() -> None:
    third = Decimal(200) / 3
    assert margin(("NSE", "SBIN", CNC), Decimal(3), third, Leverage()) == 200
    assert margin(("NSE", "SBIN", MIS), Decimal(1), Decimal("100.01"), Leverage()) == Decimal("20.01")


def test_a_partial_exit_releases_in_proportion(rig: Rig) -> None:
    rig.place(BUY, 100)
    rig.quote(150)
    rig.place(SELL, 40)
    assert rig.used == 1_200


def test_a_reversal_is_charged_for_the_excess_only(rig: Rig) -> None:
    rig.place(BUY, 100)
    rig.quote(150)
    rig.place(SELL, 110)
    assert rig.used == 300


def test_a_hedge_lowers_nothing(rig: Rig) -> None:
    rig.product = NRML
    for symbol in (FUTURE, CALL):
        rig.instrument = contract(symbol)
        rig.quote(26_000 if symbol == FUTURE else 100)
        rig.place(SELL if symbol == FUTURE else BUY, 65)
    assert rig.used == 169_000 + 6_500


def test_what_is_neither_share_nor_option_is_a_future() -> None:
    assert margin(("MCX", "GOLDM05FEB27FUT", NRML), Decimal(-1), Decimal(1_000), Leverage()) == 100


def test_a_basket_is_the_sum_of_its_parts() -> None:
    bought = Priced(LegTerms("NSE", "SBIN", BUY, Decimal(10), product=MIS), Decimal(100))
    sold = Priced(LegTerms("NFO", CALL, SELL, Decimal(65), product=NRML), Decimal(100))
    assert basket_margin([bought, sold], Leverage()).total == 200 + 169_000
