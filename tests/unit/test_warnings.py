"""What a client is warned of, at most two things, the worst first."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.ids import OrderId
from core.market.quotes import Quote
from core.orders.order import Action
from core.review.warnings import Earlier, OrderFacts, warn
from tests.factories import START, some_terms


def quoted(ltp: str, bid: str = "0", ask: str = "0", volume: int = 0) -> Quote:
    price = Decimal(ltp)
    return Quote("NSE", "SBIN", price, Decimal(bid), Decimal(ask), price, price, price, price, volume, START)


def before(minutes: int, quantity: int = 10, action: Action = Action.BUY, number: int = 3) -> Earlier:
    return Earlier(OrderId(number), START - timedelta(minutes=minutes), action, Decimal(quantity))


CALM = OrderFacts(START, terms=some_terms(), quote=quoted("800", "799.95", "800.05", 10**6))


def test_an_ordinary_order_is_warned_of_nothing() -> None:
    facts = replace(CALM, margin=Decimal(10), available=Decimal(10), earlier=(before(11), before(600)))

    assert warn(facts) == ()
    assert warn(OrderFacts(START)) == ()


def test_a_closed_market_says_when_it_opens() -> None:
    assert warn(replace(CALM, closed=("NSE is closed: Christmas. It opens Mon 28 Dec 09:15.",))) == (
        "NSE is closed: Christmas. It opens Mon 28 Dec 09:15.",
    )


def test_money_that_is_short_is_told_by_how_much() -> None:
    assert warn(replace(CALM, margin=Decimal("100.50"), available=Decimal(100))) == (
        "Not enough money: ₹0.50 short.",
    )


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("839.95", ()),
        ("840", ("The limit is 5.0% above the last price.",)),
        ("700", ("The limit is 12.5% below the last price.",)),
    ],
)
def test_a_limit_far_from_the_last_price(limit: str, said: tuple[str, ...]) -> None:
    assert warn(replace(CALM, terms=some_terms(limit=limit))) == said


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (before(3), ("The same order was approved 3 min ago, as #3.",)),
        (before(10), ()),
        (before(3, quantity=11), ()),
        (before(3, action=Action.SELL), ()),
    ],
)
def test_the_same_order_approved_minutes_ago(earlier: Earlier, said: tuple[str, ...]) -> None:
    assert warn(replace(CALM, earlier=(earlier,))) == said


def test_an_order_larger_than_this_strategys_others() -> None:
    usual = tuple(before(60 * hours, quantity) for hours, quantity in ((1, 10), (2, 12), (3, 900)))
    larger = replace(CALM, terms=some_terms(quantity=36))

    assert warn(replace(larger, earlier=usual)) == (
        "Larger than usual: this strategy's orders for it are mostly of 12.",
    )
    assert warn(replace(larger, terms=some_terms(quantity=35), earlier=usual)) == ()
    assert warn(replace(larger, earlier=usual[:2])) == ()


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        (quoted("800", "790", "798.01", 10**6), ("Hardly traded: bid ₹790.00, ask ₹798.01.",)),
        (quoted("800", "790", "798", 10**6), ()),
        (quoted("800", volume=99), ("Hardly traded: 99 changed hands today.",)),
        (quoted("800", volume=100), ()),
        (quoted("800", volume=0), ()),
    ],
)
def test_a_market_in_which_hardly_anything_trades(quote: Quote, said: tuple[str, ...]) -> None:
    assert warn(replace(CALM, quote=quote)) == said


def test_of_many_warnings_the_two_worst_are_told() -> None:
    facts = OrderFacts(
        START,
        closed=("closed",),
        terms=some_terms(limit=10),
        quote=quoted("800", volume=1),
        margin=Decimal(2),
        available=Decimal(1),
        earlier=(before(1),),
    )

    assert warn(facts) == ("closed", "The limit is 98.8% below the last price.")
    assert warn(replace(facts, made_by="a toy"))[1] == "Prices here are made up (a toy), and this order is real."
    assert warn(replace(facts, closed=(), terms=some_terms(), over_limit="Over a limit.")) == (
        "Over a limit.",
        "Not enough money: ₹1.00 short.",
    )
