"""What must hold of implied volatilities and Greeks whatever the option."""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, isclose, log, sqrt
from statistics import NormalDist

from hypothesis import assume, given
from hypothesis import strategies as st

from brokers.pricing.black76 import Black76
from core.errors import Invalid
from core.market.greeks import Greeks, OptionTerms

NORMAL = NormalDist()
DAY = 1 / 365


@dataclass(frozen=True)
class World:
    """A forward, an option on it, and the volatility at which it is priced."""

    forward: float
    strike: float
    years: float
    interest: float
    volatility: float

    def price(self, sign: int, *, forward: float = 0, years: float = 0) -> float:
        """The textbook's formula, written anew; 1 for a call, -1 for a put."""
        forward, years = forward or self.forward, years or self.years
        deviation = self.volatility * sqrt(years)
        upper = log(forward / self.strike) / deviation + deviation / 2
        gets, pays = NORMAL.cdf(sign * upper), NORMAL.cdf(sign * (upper - deviation))
        return exp(-self.interest / 100 * years) * sign * (forward * gets - self.strike * pays)

    def implied(self, sign: int) -> Greeks:
        """What the price of the call or the put implies."""
        terms = (self.strike, self.forward, self.price(sign), self.years, self.interest)
        return Black76().greeks(OptionTerms(sign > 0, *(Decimal(repr(term)) for term in terms)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Options whose time value is more than a rounding error."""
    forward = draw(st.floats(50, 80_000))
    found = World(
        forward=forward,
        strike=forward * draw(st.floats(0.8, 1.25)),
        years=draw(st.floats(DAY, 2)),
        interest=draw(st.sampled_from([0.0, 6.5, 12.0])),
        volatility=draw(st.floats(0.05, 1.5)),
    )
    discount = exp(-found.interest / 100 * found.years)
    out_of_the_money = found.price(1 if found.strike > found.forward else -1)
    assume(out_of_the_money > discount * forward * 1e-6)
    return found


@given(worlds())
def test_a_call_and_a_put_at_parity_imply_the_same(world: World) -> None:
    call, put = world.implied(1), world.implied(-1)
    discount = exp(-world.interest / 100 * world.years)

    assert isclose(float(call.implied_volatility), world.volatility * 100, abs_tol=0.006)
    assert isclose(float(put.implied_volatility), world.volatility * 100, abs_tol=0.006)
    assert isclose(float(call.delta - put.delta), discount, abs_tol=0.00011)
    assert isclose(float(call.gamma), float(put.gamma), abs_tol=0.0000011)
    assert isclose(float(call.vega), float(put.vega), abs_tol=0.00011)
    forward_now = world.price(1) - world.price(-1)
    carried = world.interest / 100 * forward_now / 365
    assert isclose(float(call.theta - put.theta), carried, abs_tol=0.00011)
    assert isclose(float(call.rho - put.rho), -world.years * forward_now / 100, abs_tol=0.0000011, rel_tol=1e-9)


@given(worlds(), st.sampled_from([1, -1]))
def test_delta_and_theta_are_how_the_price_changes(world: World, sign: int) -> None:
    found = world.implied(sign)
    step, moment = world.forward * 1e-4, DAY / 1000

    moved = world.price(sign, forward=world.forward + step) - world.price(sign, forward=world.forward - step)
    aged = world.price(sign, years=world.years - moment) - world.price(sign, years=world.years + moment)

    assert isclose(float(found.delta), moved / (2 * step), abs_tol=0.001)
    assert isclose(float(found.theta), aged / (2 * moment * 365), abs_tol=0.001, rel_tol=0.001)


def some(least: str, most: str) -> st.SearchStrategy[Decimal]:
    """A number with six decimals."""
    return st.decimals(least, most, places=6)


@given(
    st.booleans(),
    some("0.000001", "1000000000"),
    some("0.01", "3"),
    some("0", "1.5"),
    some("0.000001", "50"),
    some("0", "100"),
)
def test_whatever_the_figures_the_answer_is_finite_or_a_refusal(
    is_call: bool, forward: Decimal, moneyness: Decimal, worth: Decimal, years: Decimal, interest: Decimal
) -> None:
    terms = OptionTerms(is_call, forward * moneyness, forward, forward * worth, years, interest)
    try:
        found = Black76().greeks(terms)
    except Invalid:
        return

    figures = (found.implied_volatility, found.delta, found.gamma, found.theta, found.vega, found.rho)
    assert all(figure.is_finite() for figure in figures)
    assert abs(found.delta) <= 1
    assert min(found.implied_volatility, found.gamma, found.vega) >= 0
