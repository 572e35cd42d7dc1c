"""Figures on a card never look like other figures."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.text import amounts
from tests.bot.orders import NOW


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10", "10"),
        ("9999", "9999"),
        ("150000", "1,50,000"),
        ("-25", "-25"),
        ("0.001", "0.001"),
        ("1E+5", "1,00,000"),
    ],
)
def test_quantities(value: str, text: str) -> None:
    assert amounts.quantity(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("2450", "₹2,450.00"), ("84.1225", "₹84.1225"), ("1234567.005", "₹12,34,567.005"), ("-0.0025", "-₹0.0025")],
)
def test_prices_keep_every_decimal(value: str, text: str) -> None:
    assert amounts.price(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("5", "+₹5.00"), ("0", "₹0.00"), ("-5", "-₹5.00"), ("0.001", "₹0.00"), ("-0.001", "₹0.00")]
)
def test_profits_have_a_sign(value: str, text: str) -> None:
    assert amounts.signed_rupees(Decimal(value)) == text


@pytest.mark.parametrize(
    ("last", "text"),
    [
        ("2460", "0.41% above the limit"),
        ("2440", "0.41% below the limit"),
        ("2450", "exactly at the limit"),
        ("2450.05", "less than 0.01% above the limit"),
    ],
)
def test_distances(last: str, text: str) -> None:
    assert amounts.distance(Decimal(last), Decimal(2450), "limit") == text


def test_a_moment_of_another_day_carries_its_date() -> None:
    assert amounts.moment(NOW, NOW) == "14:32:05 IST"
    assert amounts.moment(NOW - timedelta(days=1), NOW) == "21 Nov 14:32:05 IST"


def test_what_fills_came_to_fits_a_phone() -> None:
    assert amounts.mean_price(Decimal("1546.829134328358208955223881")) == "₹1,546.8291"
    assert amounts.mean_price(Decimal("800.000000")) == "₹800.00"
