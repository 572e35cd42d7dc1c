"""Lists say what each order is, what it is worth and how it stands."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.pages.order_list import render_page, what_it_is
from core.market.quotes import Quote
from core.orders.order import Action, ApiType, Leg, LegTerms, PriceType, Product
from core.ports import OrderPage
from tests.bot.orders import NOW, make_leg, make_order
from tests.bot.rig import quote


def leg(number: int, action: Action, quantity: int, symbol: str) -> Leg:
    """One item of a basket, at the market."""
    terms = LegTerms("NSE", symbol, action, Decimal(quantity), PriceType.MARKET, Product.MIS)
    return replace(make_leg(terms=terms), number=number, part=number)


BASKET = make_order(leg(1, Action.BUY, 5, "SBIN"), leg(2, Action.BUY, 2, "TCS"), api_type=ApiType.BASKETORDER)


def prices(exchange: str, symbol: str) -> Quote | None:
    """SBIN costs 800, TCS 3,500, and nothing else is known."""
    known = {"SBIN": "800", "TCS": "3500"}
    return quote(known[symbol], symbol) if symbol in known else None


def test_a_basket_says_what_is_in_it() -> None:
    assert what_it_is(BASKET) == "Basket of 2: <b>BUY 5</b> <b>SBIN</b>, <b>BUY 2</b> <b>TCS</b>"


def test_of_a_long_basket_three_are_named() -> None:
    legs = [leg(number, Action.SELL, 1, f"S{number}") for number in range(1, 6)]

    text = what_it_is(make_order(*legs, api_type=ApiType.BASKETORDER))

    named = ", ".join(f"<b>SELL 1</b> <b>S{number}</b>" for number in (1, 2, 3))
    assert text == f"Basket of 5: {named}, and 2 more"


def test_children_of_a_split_are_one_order() -> None:
    children = [replace(leg(number, Action.BUY, 20, "SBIN"), part=1) for number in range(1, 6)]

    assert what_it_is(make_order(*children, api_type=ApiType.SPLITORDER)) == "<b>BUY 100</b> <b>SBIN</b>"


@pytest.mark.parametrize(("symbol", "value"), [("TCS", "about <b>₹11,000.00</b>"), ("NEW", "not known, no price")])
def test_the_whole_order_has_one_value(symbol: str, value: str) -> None:
    legs = leg(1, Action.BUY, 5, "SBIN"), leg(2, Action.BUY, 2, symbol)
    page = OrderPage((make_order(*legs, api_type=ApiType.BASKETORDER),), None)

    assert value in render_page("Orders", page, prices, NOW)
