"""Black's model of 1976 for options on a forward, the volatility solved by Jäckel's "Let's Be Rational"."""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt

from core.errors import Invalid
from core.market.greeks import DAYS_OF_YEAR, Greeks, OptionTerms
from core.money import plain

_PER_CENT = 100


class Black76:
    """Reckons in floats, as all of this is estimates, and rounds what comes of it to decimals."""

    def greeks(self, terms: OptionTerms) -> Greeks:
        """The implied volatility and the Greeks. Raises Invalid when no volatility explains the price."""
        option = _Option(
            sign=1 if terms.is_call else -1,
            strike=float(terms.strike),
            forward=float(terms.forward),
            price=float(terms.price),
            years=float(terms.years),
            rate=float(terms.interest) / _PER_CENT,
        )
        if option.forward <= 0:
            raise Invalid(f"No volatility explains a forward of {plain(terms.forward)}: the model needs one above 0.")
        return option.at(_volatility(option, plain(terms.price)))


@dataclass(frozen=True, slots=True)
class _Option:
    sign: int
    """1 for a call, -1 for a put."""
    strike: float
    forward: float
    price: float
    years: float
    rate: float
    """1.0 is 100 % a year."""

    @property
    def discount(self) -> float:
        return exp(-self.rate * self.years)

    def at(self, volatility: float) -> Greeks:
        """The Greeks at this volatility, of which 1.0 is 100 % a year."""
        from py_lets_be_rational.normaldistribution import norm_cdf, norm_pdf

        deviation = volatility * sqrt(self.years)
        distance = log(self.forward / self.strike) / deviation + deviation / 2
        density = self.discount * norm_pdf(distance)
        decay = self.rate * self.price - self.forward * density * volatility / (2 * sqrt(self.years))
        return Greeks(
            implied_volatility=_rounded(volatility * _PER_CENT, 2),
            delta=_rounded(self.sign * self.discount * norm_cdf(self.sign * distance), 4),
            gamma=_rounded(density / (self.forward * deviation), 6),
            theta=_rounded(decay / DAYS_OF_YEAR, 4),
            vega=_rounded(self.forward * density * sqrt(self.years) / _PER_CENT, 4),
            rho=_rounded(-self.years * self.price / _PER_CENT, 6),
        )


def _volatility(option: _Option, price: str) -> float:
    # Loaded when the first option is asked for: the start of the program need not wait for it.
    from py_lets_be_rational import implied_volatility_from_a_transformed_rational_guess
    from py_lets_be_rational.exceptions import VolatilityValueException

    at_expiry = option.price / option.discount
    try:
        found = implied_volatility_from_a_transformed_rational_guess(
            at_expiry, option.forward, option.strike, option.years, option.sign
        )
    except VolatilityValueException:
        found = 0.0
    if not found > 0:
        raise Invalid(f"No volatility explains a price of ₹{price}: {_why(option, at_expiry)}.")
    return float(found)


def _why(option: _Option, at_expiry: float) -> str:
    intrinsic = max(0.0, option.sign * (option.forward - option.strike))
    if at_expiry <= intrinsic:
        return f"it is not above the option's intrinsic value of ₹{intrinsic * option.discount:.2f}"
    most = option.forward if option.sign > 0 else option.strike
    return f"it is not below ₹{most * option.discount:.2f}, the most that such an option is worth"


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")
