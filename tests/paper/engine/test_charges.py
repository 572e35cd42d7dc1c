"""What fills cost, worked out by hand from the table of docs/sandbox.md."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.paper.engine.charges import charges_of, rates_on
from brokers.paper.engine.events import DayBegan, Expired, Rules
from core.orders.order import Action, Product
from tests.paper.engine.rig import BOOK, BUY, CNC, MIS, NRML, SELL, START, Rig, contract

FUTURE, CALL = "NIFTY24NOV26FUT", "NIFTY24NOV2626000CE"
PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


@pytest.fixture
def rig() -> Rig:
    """A book that pays charges."""
    return Rig(capital=10_000_000, rules=Rules(is_charged=True))


@pytest.mark.parametrize(
    ("product", "action", "charges"),
    [
        # ₹1,00,000: transaction 3.07, SEBI 0.10; GST of these, and of 20.00 brokerage intraday.
        (CNC, BUY, "3.07 + 0.10 + 0.57 + 100.00 + 15.00"),
        (CNC, SELL, "3.07 + 0.10 + 0.57 + 100.00"),
        (MIS, BUY, "20.00 + 3.07 + 0.10 + 4.17 + 3.00"),
        (MIS, SELL, "20.00 + 3.07 + 0.10 + 4.17 + 25.00"),
    ],
)
def test_shares(rig: Rig, product: Product, action: Action, charges: str) -> None:
    rig.product = product
    if (product, action) == (CNC, SELL):
        rig.place(BUY, 1_000)
        rig.do(DayBegan(START.date() + timedelta(days=2), rig.now))
    rig.place(action, 1_000)
    assert rig.trades[-1].charges == sum(map(Decimal, charges.split(" + ")))


@pytest.mark.parametrize(
    ("symbol", "price", "action", "charges"),
    [
        # 65 at 26,000: ₹16,90,000.
        (FUTURE, 26_000, BUY, "20.00 + 30.93 + 1.69 + 9.47 + 33.80"),
        (FUTURE, 26_000, SELL, "20.00 + 30.93 + 1.69 + 9.47 + 845.00"),
        # 65 at 100: a premium of ₹6,500.
        (CALL, 100, BUY, "20.00 + 2.31 + 0.01 + 4.02 + 0.20"),
        (CALL, 100, SELL, "20.00 + 2.31 + 0.01 + 4.02 + 9.75"),
    ],
)
def test_futures_and_options(rig: Rig, symbol: str, price: int, action: Action, charges: str) -> None:
    rig.instrument, rig.product = contract(symbol), NRML
    rig.quote(price)
    rig.place(action, 65)
    assert rig.trades[-1].charges == sum(map(Decimal, charges.split(" + ")))


@pytest.mark.parametrize(
    ("day", "transaction"), [(date(2026, 2, 28), "2.97"), (date(2026, 3, 1), "3.07"), (date(2026, 11, 26), "3.07")]
)
def test_a_fill_is_charged_at_the_rates_of_its_own_day(rig: Rig, day: date, transaction: str) -> None:
    rig.product = CNC
    rig.place(BUY, 1_000)
    order = replace(rig.orders[rig.trades[-1].broker_order_id], filled_quantity=Decimal(0))

    paid = charges_of(order, Decimal(1_000), Decimal(100), rates_on(day))

    gst = {"2.97": "0.55", "3.07": "0.57"}[transaction]
    assert paid == Decimal(transaction) + Decimal("0.10") + Decimal(gst) + Decimal(100) + Decimal(15)


def test_shares_bought_and_sold_in_delivery_on_one_day_cost_what_intraday_costs(rig: Rig) -> None:
    paid = {}
    for rig.product in (CNC, MIS):
        before = rig.state.head.charges
        rig.quote(100)
        rig.place(BUY, 1_000)
        rig.quote(110)
        rig.place(SELL, 1_000)
        paid[rig.product] = rig.state.head.charges - before
    assert paid[CNC] == paid[MIS] > 0


def test_of_a_sale_only_what_was_bought_today_is_intraday(rig: Rig) -> None:
    rig.product = CNC
    rig.place(BUY, 1_000)
    rig.do(DayBegan(START.date() + timedelta(days=2), rig.now))
    rig.place(BUY, 600)
    before = rig.state.head.charges
    rig.place(SELL, 1_000)
    # ₹40,000 from the holding; ₹60,000 intraday, whose purchase had paid 60.00 tax and 9.00 stamp duty, not 1.80.
    delivery = Decimal("1.23") + Decimal("0.04") + Decimal("0.23") + Decimal("40.00")
    intraday = Decimal("18.00") + Decimal("1.84") + Decimal("0.06") + Decimal("3.58") + Decimal("15.00")
    bought = Decimal("18.00") + Decimal("3.24") - Decimal("60.00") - Decimal("9.00") + Decimal("1.80")
    assert rig.state.head.charges - before == delivery + intraday + bought


def test_small_orders_pay_brokerage_by_percent(rig: Rig) -> None:
    rig.place(BUY, 100)
    assert rig.trades[-1].charges == Decimal("3.00") + Decimal("0.31") + Decimal("0.01") + Decimal("0.60") + Decimal(
        "0.30"
    )


def test_the_brokerage_of_an_order_is_capped_over_all_its_fills(rig: Rig) -> None:
    rig.quote(100, sizes=(0, 600))
    rig.place(BUY, 1_200)
    rig.tick(100)
    brokerages = [Decimal("18.00"), Decimal("2.00")]
    rest = Decimal("1.84") + Decimal("0.06") + Decimal("1.80")
    taxes = [Decimal("3.58"), Decimal("0.70")]
    assert [trade.charges for trade in rig.trades] == [
        brokerage + rest + tax for brokerage, tax in zip(brokerages, taxes, strict=True)
    ]


def test_an_option_order_pays_its_flat_brokerage_once(rig: Rig) -> None:
    rig.instrument, rig.product = contract(CALL), NRML
    rig.quote(100, sizes=(0, 65))
    rig.place(BUY, 130)
    rig.tick(100)
    first, second = (trade.charges for trade in rig.trades)
    assert first - second == Decimal("20.00") + Decimal("3.60")


def test_charges_are_taken_from_cash_and_are_no_part_of_a_position_s_profit(rig: Rig) -> None:
    rig.place(BUY, 100)
    rig.place(SELL, 100)
    paid = sum(trade.charges for trade in rig.trades)
    head = rig.state.head
    assert head.charges == head.charges_today == paid
    assert head.realised == rig.position().realised == 0
    assert rig.available == 10_000_000 - paid


def test_charges_are_off_by_default() -> None:
    rig = Rig()
    rig.place(BUY)
    assert rig.trades[-1].charges == rig.state.head.charges == 0


def test_what_expires_worthless_costs_nothing(rig: Rig) -> None:
    rig.instrument, rig.product = contract(CALL), NRML
    rig.quote(100)
    rig.place(BUY, 65)
    rig.do(Expired("NFO", CALL, Decimal(0), BOOK, rig.now))
    assert rig.trades[-1].charges == 0


def test_the_page_shows_the_rates_of_the_table() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    shown = {number for row in rows for number in re.findall(r"\d+\.\d+", row)}
    rates = [rate for segments in rates_on(date(2026, 11, 26)).values() for rate in segments.values()]
    used = {rate for each in rates for rate in (each.transaction, each.stamp, each.tax_sell, each.tax_buy) if rate}
    assert used <= {Decimal(number) for number in shown}
