"""Lists say what each order is, what it is worth and how it stands."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.pages.order_list import ListPlace, render_list, what_it_is
from bot.text.escaping import units
from bot.text.language.translation import speaking
from core.accounts import Language, TradingMode
from core.ids import AccountId, OrderId
from core.insight.order_filter import OrderFilter
from core.market.quotes import Quote
from core.orders.order import Action, ApiType, Leg, LegTerms, PriceType, Product
from core.ports import OrderPage
from core.services.insight.personal_lists import PersonalList
from tests.bot.orders import ACCOUNT, NOW, make_leg, make_order
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


def test_a_split_with_a_rest_is_read_as_the_whole_order() -> None:
    sizes = [20, 20, 20, 20, 20, 5]
    children = [replace(leg(n, Action.BUY, size, "SBIN"), part=1) for n, size in enumerate(sizes, 1)]

    assert what_it_is(make_order(*children, api_type=ApiType.SPLITORDER)) == "<b>BUY 105</b> <b>SBIN</b>"


@pytest.mark.parametrize("which", [OrderFilter.PENDING, OrderFilter.NEWEST])
def test_a_list_says_what_is_paper_and_whose_it_is(which: OrderFilter) -> None:
    paper = replace(ACCOUNT, broker="paper", name="mine")
    order = replace(BASKET, trading_mode=TradingMode.LIVE)
    others = {paper.id: paper, AccountId(99): replace(ACCOUNT, id=AccountId(99), name="hers")}

    listed = PersonalList(OrderPage((order,), None), others, False)
    text = render_list(ListPlace(which), listed, lambda *_: prices, NOW)

    assert text.split("\n\n")[1].startswith("🔵 <b>LIVE (PAPER)</b> · <b>mine</b>\n#")


@pytest.mark.parametrize(("symbol", "value"), [("TCS", "about <b>₹11,000.00</b>"), ("NEW", "not known, no price")])
def test_the_whole_order_has_one_value(symbol: str, value: str) -> None:
    legs = leg(1, Action.BUY, 5, "SBIN"), leg(2, Action.BUY, 2, symbol)
    page = OrderPage((make_order(*legs, api_type=ApiType.BASKETORDER),), None)

    text = render_list(
        ListPlace(OrderFilter.ALL), PersonalList(page, {ACCOUNT.id: ACCOUNT}, False), lambda *_: prices, NOW
    )

    assert value in text


def test_the_longest_page_fits_into_a_message() -> None:
    names = {AccountId(number): replace(ACCOUNT, id=AccountId(number), name="<" * 80) for number in (1, 2)}
    terms = LegTerms("NSE", "&" * 90, Action.SELL, Decimal(10**15), PriceType.MARKET, Product.MIS)
    legs = [replace(make_leg(terms=terms), number=number, part=number) for number in range(1, 21)]
    order = make_order(*legs, api_type=ApiType.OPTIONSMULTIORDER)
    page = OrderPage(tuple(replace(order, id=OrderId(10**9 + number)) for number in range(10)), OrderId(10**9))

    for language in Language:
        with speaking(language):
            text = render_list(ListPlace(OrderFilter.NEWEST), PersonalList(page, names, True), lambda *_: prices, NOW)

        assert units(text) <= 4096
