"""Black's model of 1976, against textbooks and against figures that QuantLib 1.44 computes."""

from decimal import Decimal

import pytest

from brokers.pricing.black76 import Black76
from core.errors import Invalid
from core.market.greeks import Greeks, OptionTerms, as_years


def implied(kind: str, strike: str, forward: str, price: str, days: str, interest: str = "0") -> Greeks:
    """What a price implies."""
    years = as_years(Decimal(days))
    terms = OptionTerms(kind == "CE", Decimal(strike), Decimal(forward), Decimal(price), years, Decimal(interest))
    return Black76().greeks(terms)


BY_QUANTLIB = [
    (("CE", "26000", "25966.05", "435", "28.5071"), "15.60 0.4967 0.000352 -7.9190 28.9489 -0.339742"),
    (("CE", "26000", "26350", "612.35", "29.2292", "6.5"), "14.13 0.6352 0.000354 -6.6067 27.7911 -0.490370"),
    (("PE", "26000", "26350", "274.6", "29.2292", "6.5"), "14.50 -0.3626 0.000346 -6.8647 27.8703 -0.219900"),
    (("CE", "50000", "56500", "6720", "61", "6.5"), "24.67 0.8869 0.000031 -7.1159 41.1024 -11.230685"),
    (("PE", "84.25", "83.6175", "0.8725", "12.0625", "7"), "8.14 -0.6906 0.283668 -0.0178 0.0533 -0.000288"),
    (("CE", "5400", "5311", "11", "0.25"), "73.38 0.1961 0.002712 -56.4250 0.3845 -0.000075"),
]
"""NIFTY a month away, without interest and with; BANKNIFTY deep in the money; USDINR; crude oil six hours away."""


@pytest.mark.parametrize(("option", "figures"), BY_QUANTLIB)
def test_a_price_implies_what_quantlib_computes(option: tuple[str, ...], figures: str) -> None:
    assert implied(*option) == Greeks(*map(Decimal, figures.split()))


def test_the_examples_of_haugs_guide_to_option_pricing_formulas() -> None:
    nine_months, half_a_year = "273.75", "182.5"

    assert implied("CE", "19", "19", "1.7011", nine_months, "10").implied_volatility == 28
    assert implied("PE", "19", "19", "1.7011", nine_months, "10").implied_volatility == 28
    assert implied("CE", "100", "105", "12.4328", half_a_year, "10").delta == Decimal("0.5946")
    assert implied("PE", "100", "105", "7.6767", half_a_year, "10").delta == Decimal("-0.3566")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("CE", "26000", "26350", "349.95", "30"), "it is not above the option's intrinsic value of ₹350.00"),
        (("CE", "26000", "26350", "350", "30"), "it is not above the option's intrinsic value of ₹350.00"),
        (("PE", "26000", "26350", "0", "30"), "it is not above the option's intrinsic value of ₹0.00"),
        (("PE", "26500", "26350", "148", "30", "6.5"), "it is not above the option's intrinsic value of ₹149.20"),
        (("CE", "26000", "26350", "26350", "30"), "it is not below ₹26350.00, the most that such an option is worth"),
        (("PE", "26000", "26350", "26000", "30"), "it is not below ₹26000.00, the most that such an option is worth"),
        (("PE", "26000", "-37.63", "26000", "30"), "the model needs one above 0"),
    ],
)
def test_a_price_that_no_volatility_explains_is_refused(option: tuple[str, ...], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        implied(*option)
