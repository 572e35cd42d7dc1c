"""Amounts as people in India read them."""

from decimal import Decimal

import pytest

from core.money import as_json_money, as_json_number, group_indian, mean_price, plain, rupees


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "₹0.00"),
        ("1", "₹1.00"),
        ("999.995", "₹1,000.00"),
        ("1000", "₹1,000.00"),
        ("99999", "₹99,999.00"),
        ("100000", "₹1,00,000.00"),
        ("1234567.5", "₹12,34,567.50"),
        ("123456789.01", "₹12,34,56,789.01"),
        ("-1500", "-₹1,500.00"),
        ("-0.001", "₹0.00"),
        ("0.005", "₹0.01"),
    ],
)
def test_rupees_are_grouped_by_lakh_and_crore(amount: str, text: str) -> None:
    assert rupees(Decimal(amount)) == text


@pytest.mark.parametrize(("digits", "text"), [("", ""), ("7", "7"), ("1234", "1,234"), ("12345678", "1,23,45,678")])
def test_digits_are_grouped(digits: str, text: str) -> None:
    assert group_indian(digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("10", "10"), ("10.50", "10.5"), ("0.050", "0.05"), ("1E+3", "1000"), ("100", "100")],
)
def test_number_is_written_plainly(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(("value", "number"), [("10", 10), ("10.00", 10), ("0.5", 0.5), ("-3", -3)])
def test_json_gets_whole_numbers_where_it_can(value: str, number: float) -> None:
    answer = as_json_number(Decimal(value))

    assert (answer, type(answer)) == (number, type(number))


@pytest.mark.parametrize(
    ("exact", "told"),
    [("1546.829134328358208955223881", "1546.8291"), ("800.00000", "800"), ("0.00005", "0.0001"), ("0", "0")],
)
def test_a_mean_price_is_told_with_at_most_four_decimals(exact: str, told: str) -> None:
    assert plain(mean_price(Decimal(exact))) == told


def test_an_answer_has_no_thirds_of_a_paisa() -> None:
    assert as_json_money(Decimal(100) / 3) == 33.33
    assert as_json_money(Decimal("-0.004")) == 0
    assert as_json_money(Decimal("12.000")) == 12
