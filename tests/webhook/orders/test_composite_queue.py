"""Orders of several legs that wait for the client, and those that are refused before anybody is asked."""

from typing import Any

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.ids import OrderId
from tests.webhook.trading import BASKET, ITEM, LEG, MULTI, OPTION, QUEUED, REQUESTS, SMART, SPLIT, Trader

LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
LEGS = {
    "placesmartorder": ["BUY 10 SBIN"],
    "basketorder": ["BUY 10 SBIN", "SELL 5 INFY"],
    "splitorder": ["BUY 10 SBIN", "BUY 10 SBIN", "BUY 5 SBIN"],
    "optionsorder": ["BUY 65 NIFTY29DEC2626100CE"],
    "optionsmultiorder": ["BUY 65 NIFTY29DEC2625850PE", "SELL 65 NIFTY29DEC2626050PE"],
}


@pytest.mark.parametrize("mode", [LIVE, SANDBOX])
@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_order_is_queued_as_one_with_its_legs(trader: Trader, endpoint: str, mode: TradingMode) -> None:
    await trader.spine.switch(trading_mode=mode)

    answer = await trader.post(endpoint, REQUESTS[endpoint])

    order = await trader.spine.order(OrderId(1))
    assert (answer.status, answer.body) == (200, QUEUED)
    assert [f"{leg.terms.action} {leg.terms.quantity} {leg.terms.symbol}" for leg in order.legs] == LEGS[endpoint]
    assert (trader.stored(), order.trading_mode) == (1, mode)
    assert await trader.sent(mode) == []


@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_strategy_sees_every_leg_of_its_pending_order(trader: Trader, endpoint: str) -> None:
    await trader.post(endpoint, REQUESTS[endpoint])

    asked = await trader.http.post("pendingorder", {"apikey": trader.spine.secret, "pending_order_id": 1})

    legs = asked.body["data"]["orders"]
    assert [leg["leg"] for leg in legs] == [*range(1, len(LEGS[endpoint]) + 1)]
    assert {leg["broker_status"] for leg in legs} == {"ready"}


@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_key_is_not_stored_with_the_order(trader: Trader, endpoint: str) -> None:
    await trader.post(endpoint, REQUESTS[endpoint])

    kept = trader.spine.sql("SELECT order_data, intent, facts FROM orders")
    told = trader.spine.sql("SELECT facts, actor, kind FROM audit_events")
    assert trader.spine.secret not in f"{kept} {told}"


@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_bad_key_is_refused_with_one_text(trader: Trader, endpoint: str) -> None:
    answer = await trader.post(endpoint, REQUESTS[endpoint] | {"apikey": "nobody"})

    assert (answer.status, answer.body) == (403, {"status": "error", "message": "Invalid openalgo apikey"})


@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_repeat_under_one_idempotency_key_is_queued_once(trader: Trader, endpoint: str) -> None:
    first = await trader.post(endpoint, REQUESTS[endpoint], Idempotency_Key="k")

    again = await trader.post(endpoint, REQUESTS[endpoint], Idempotency_Key="k")

    assert (first.body, again.body, trader.stored()) == (QUEUED, QUEUED, 1)


async def test_smart_order_with_nothing_to_do_asks_nobody(trader: Trader) -> None:
    answer = await trader.post("placesmartorder", SMART | {"position_size": 0})

    text = "No OpenPosition Found. Not placing Exit order."
    assert (answer.status, answer.body) == (200, {"status": "success", "message": text})
    assert trader.stored() == 0


NO_STRIKE = "No strikes found for NIFTY expiring {}. Please check expiry date or update master contract."
NO_SYMBOL = "Option symbol {} not found in NFO. Symbol may not exist or master contract needs update."
OUT = "Offset {} is out of range for available strikes. Please use a smaller offset."
EXPIRY = "Expiry date required. Provide via expiry_date parameter or embed in underlying (e.g., NIFTY28OCT25FUT)."
NO_PRICE = (
    "Failed to fetch LTP for ZZZ. Symbol 'ZZZ' not found for exchange 'NSE_INDEX'. "
    "Please verify the symbol name and ensure master contracts are downloaded."
)
NOT_IN_LOTS = "Quantity must be in multiples of lot size 65"
TOO_MANY = "Total number of orders would exceed maximum limit of 100"
IMPOSSIBLE: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "unknown symbol": ("placesmartorder", SMART | {"symbol": "NOPE"}, 400, "Symbol NOPE not found on NSE"),
    "an index": (
        "placesmartorder",
        SMART | {"symbol": "NIFTY", "exchange": "NSE_INDEX"},
        400,
        "NIFTY on NSE_INDEX is an index and cannot be traded",
    ),
    "limit without price": ("placesmartorder", SMART | {"pricetype": "LIMIT"}, 400, "LIMIT orders require price"),
    "item of a basket": (
        "basketorder",
        {"orders": [ITEM, ITEM | {"symbol": "NOPE"}]},
        400,
        "Order 2: Symbol NOPE not found on NSE",
    ),
    "too large a basket": ("basketorder", {"orders": [ITEM] * 101}, 400, TOO_MANY),
    "too many children": ("splitorder", SPLIT | {"quantity": 1001}, 400, TOO_MANY),
    "children not in lots": (
        "splitorder",
        SPLIT | {"symbol": "NIFTY29DEC26FUT", "exchange": "NFO", "quantity": 130, "splitsize": 50},
        400,
        NOT_IN_LOTS,
    ),
    "option not in lots": (
        "optionsorder",
        OPTION | {"quantity": 64},
        400,
        NOT_IN_LOTS,
    ),
    "no expiry": ("optionsorder", OPTION | {"expiry_date": ""}, 400, EXPIRY),
    "unknown expiry": ("optionsorder", OPTION | {"expiry_date": "01JAN27"}, 404, NO_STRIKE.format("01JAN27")),
    "small letters": ("optionsorder", OPTION | {"expiry_date": "29dec26"}, 404, NO_STRIKE.format("29dec26")),
    "small letters with a step": (
        "optionsorder",
        OPTION | {"expiry_date": "29dec26", "strike_int": 50, "offset": "ATM"},
        404,
        NO_SYMBOL.format("NIFTY29dec2626050CE"),
    ),
    "unlisted strike": (
        "optionsorder",
        OPTION | {"strike_int": "7", "offset": "ATM"},
        404,
        NO_SYMBOL.format("NIFTY29DEC2626054CE"),
    ),
    "no offset": ("optionsorder", OPTION | {"offset": "XYZ"}, 400, OUT.format("XYZ")),
    "offset beyond the ends": ("optionsorder", OPTION | {"offset": "OTM99"}, 400, OUT.format("OTM99")),
    "no offset with a step": ("optionsorder", OPTION | {"offset": "X", "strike_int": 50}, 400, "Invalid offset: X"),
    "unknown underlying": ("optionsorder", OPTION | {"underlying": "ZZZ"}, 400, NO_PRICE),
    "too many option children": ("optionsorder", OPTION | {"quantity": 6565, "splitsize": 65}, 400, TOO_MANY),
    "too many children of a leg": (
        "optionsmultiorder",
        MULTI | {"legs": [LEG | {"quantity": 6565, "splitsize": 65}]},
        400,
        "Split orders would exceed maximum limit of 100 per leg",
    ),
    "too many children in all": (
        "optionsmultiorder",
        MULTI | {"legs": [LEG | {"quantity": 65 * 60, "splitsize": 65}] * 2},
        400,
        TOO_MANY,
    ),
    "leg that is not listed": (
        "optionsmultiorder",
        MULTI | {"legs": [LEG, LEG | {"expiry_date": "01JAN27"}]},
        404,
        NO_STRIKE.format("01JAN27"),
    ),
}


@pytest.mark.parametrize("order_mode", OrderMode)
@pytest.mark.parametrize("case", IMPOSSIBLE)
async def test_impossible_order_leaves_a_line_in_the_trail_and_nothing_else(
    trader: Trader, case: str, order_mode: OrderMode
) -> None:
    endpoint, body, status, message = IMPOSSIBLE[case]
    await trader.spine.switch(order_mode=order_mode)

    answer = await trader.post(endpoint, body, Idempotency_Key="k")

    assert (answer.status, answer.body) == (status, {"status": "error", "message": message})
    assert trader.denials() == [message]
    assert trader.stored() == 0
    assert trader.spine.sql("SELECT count(*) FROM idempotency") == [(0,)]


async def test_impossible_order_of_the_sandbox_says_its_mode(trader: Trader) -> None:
    await trader.spine.switch(trading_mode=SANDBOX)

    answer = await trader.post("splitorder", SPLIT | {"quantity": 1001})

    assert answer.body["mode"] == "analyze"


async def test_order_is_refused_and_not_stored_while_its_underlying_has_no_price(trader: Trader) -> None:
    trader.spine.feed.quote = lambda *_: None  # type: ignore[method-assign]

    answer = await trader.post("optionsorder", OPTION)

    assert (answer.status, answer.body["status"]) == (503, "error")
    assert answer.body["message"].startswith("Failed to fetch LTP for NIFTY.")
    assert (trader.stored(), trader.denials()) == (0, [])


async def test_refusal_of_a_remembered_key_that_was_revoked_says_so(trader: Trader) -> None:
    await trader.post("basketorder", BASKET)
    await trader.spine.services.keys.revoke(trader.spine.account.id, trader.spine.key_id, SYSTEM)

    refused = await trader.post("splitorder", SPLIT | {"quantity": 1001})
    nothing = await trader.post("placesmartorder", SMART | {"position_size": 0})

    assert (refused.status, nothing.status) == (403, 403)
    assert trader.denials() == []


async def test_nothing_to_do_is_judged_in_the_mode_that_stands(trader: Trader) -> None:
    await trader.spine.switch(order_mode=OrderMode.AUTO, trading_mode=SANDBOX)
    await trader.post("placesmartorder", SMART)
    # The key is remembered with the sandbox, where the position matches; the live book is flat.
    trader.spine.sql("UPDATE accounts SET trading_mode = 'live'")

    answer = await trader.post("placesmartorder", SMART)

    assert "orderid" in answer.body
    assert await trader.sent(LIVE) == ["BUY 10 SBIN"]
