"""What a strategy may tell its client, and let its client change, on every new order."""

from typing import Any

import pytest

from core.audit import SYSTEM
from core.ids import OrderId
from core.orders.bounds import Bounds, Span, make_bounds
from tests.webhook.real import ALERT, AlertAddress
from tests.webhook.talking import ORDER
from tests.webhook.trading import REQUESTS, SPLIT, Trader

NOTE = "Gap up; 14:15 breakout, see <chart> & volume 😀"
LIMIT: dict[str, Any] = {name: ORDER[name] for name in ("strategy", "exchange", "symbol", "action", "quantity")} | {
    "pricetype": "LIMIT",
    "price": "800",
}
GTT = LIMIT | {"trigger_type": "SINGLE", "triggerprice_sl": "790", "product": "CNC"}
KINDS = {**REQUESTS, "placeorder": LIMIT, "placegttorder": GTT}


async def bounds_of(trader: Trader) -> Bounds | None:
    return (await trader.spine.order(OrderId(1))).bounds


@pytest.mark.parametrize("endpoint", KINDS)
async def test_every_new_order_takes_a_note_and_bounds(trader: Trader, endpoint: str) -> None:
    answer = await trader.post(endpoint, KINDS[endpoint] | {"note": NOTE, "bounds": {"quantity": [1, "6500"]}})

    order = await trader.spine.order(OrderId(1))
    assert answer.status == 200
    assert (order.note, order.bounds) == (NOTE, make_bounds({"quantity": [1, 6500]}))  # type: ignore[list-item]
    asked = await trader.http.post("pendingorder", {"apikey": trader.spine.secret, "pending_order_id": 1})
    assert asked.body["data"]["note"] == NOTE


@pytest.mark.parametrize("nothing", [{}, {"note": None, "bounds": None}, {"note": "  "}])
async def test_both_may_be_left_out_and_then_nothing_is_told(trader: Trader, nothing: dict[str, Any]) -> None:
    await trader.post("placeorder", LIMIT | nothing)

    order = await trader.spine.order(OrderId(1))
    asked = await trader.http.post("pendingorder", {"apikey": trader.spine.secret, "pending_order_id": 1})
    assert (order.note, order.bounds) == (None, None)
    assert "note" not in asked.body["data"]


async def test_a_note_of_280_characters_is_taken_and_a_longer_one_is_not(trader: Trader) -> None:
    taken = await trader.post("placeorder", LIMIT | {"note": "😀" * 280})
    refused = await trader.post("placeorder", LIMIT | {"note": "x" * 281})

    assert (taken.status, refused.status, trader.stored()) == (200, 400, 1)
    assert refused.body["message"] == "{'note': ['Longer than maximum length 280.']}"


@pytest.mark.parametrize(
    ("bounds", "complaint"),
    [
        (7, "Must be an object with quantity, price or both."),
        ({}, "Must be an object with quantity, price or both."),
        ({"size": [1, 2]}, "Must be an object with quantity, price or both."),
        ({"quantity": 5}, "quantity: must be a list of two numbers."),
        ({"quantity": [1]}, "quantity: must be a list of two numbers."),
        ({"quantity": [1, "many"]}, "quantity: Not a valid number."),
        ({"quantity": [1, None]}, "quantity: Field may not be null."),
        ({"quantity": [0, 10]}, "quantity: must be above 0."),
        ({"price": [810, 790]}, "price: 810 is above 790; the smaller number comes first."),
        ({"quantity": [1, 9]}, "quantity: the order's own quantity, 10, is not within 1 to 9."),
        ({"price": ["800.05", 810]}, "price: the order's own price, 800, is not within 800.05 to 810."),
    ],
)
async def test_bounds_that_cannot_be_meant_are_refused_by_name(trader: Trader, bounds: Any, complaint: str) -> None:
    answer = await trader.post("placeorder", LIMIT | {"bounds": bounds})

    assert (answer.status, trader.stored()) == (400, 0)
    assert answer.body["message"] == str({"bounds": [complaint]})


async def test_a_market_order_has_no_price_to_be_within_bounds(trader: Trader) -> None:
    answer = await trader.post("placeorder", LIMIT | {"pricetype": "MARKET", "bounds": {"price": [790, 795]}})

    assert answer.status == 200
    assert await bounds_of(trader) == make_bounds({"price": [790, 795]})  # type: ignore[list-item]


async def test_numbers_of_bounds_are_exact(trader: Trader) -> None:
    await trader.post("placeorder", LIMIT | {"bounds": {"price": ["0.1", 800.05]}})

    bounds = await bounds_of(trader)
    assert bounds is not None
    assert str(bounds.price) == "0.1 to 800.05"
    assert isinstance(bounds.price, Span)


async def test_the_whole_of_a_split_order_must_be_within_its_bounds(trader: Trader) -> None:
    answer = await trader.post("splitorder", SPLIT | {"bounds": {"quantity": [1, 10]}})

    assert answer.status == 400
    assert "the order's own quantity, 25, is not within 1 to 10" in answer.body["message"]


async def test_an_alert_takes_them_too(trader: Trader) -> None:
    spine = trader.spine
    made = await spine.services.alert_addresses.create(spine.account.id, "tv", "breakout", SYSTEM)
    address = AlertAddress(spine, trader.http, made.path)

    taken = await address.post(ALERT | {"note": NOTE, "bounds": {"quantity": [5, 10]}})
    refused = await address.post(ALERT | {"note": "x" * 281})

    assert (taken.status, refused.status) == (200, 400)
    assert (await spine.order(OrderId(1))).note == NOTE
    assert "'note'" in refused.body["message"]


async def test_the_trail_has_them_and_finds_what_was_changed_afterwards(trader: Trader) -> None:
    await trader.post("placeorder", LIMIT | {"note": NOTE, "bounds": {"quantity": [5, 10]}})
    before = (await trader.spine.runtime.audit.verify()).breaks

    trader.spine.sql('UPDATE orders SET note = \'other\', bounds = \'{"quantity": ["1", "999"]}\'')

    after = [found.what for found in (await trader.spine.runtime.audit.verify()).breaks]
    assert before == []
    assert [what.split(" is ")[0] for what in after] == ["order 1: note", "order 1: bounds"]
