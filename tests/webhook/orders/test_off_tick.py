"""Prices between two ticks: the sandbox, whose strategies know none, brings them to the safe side and says so."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import OrderMode, TradingMode
from core.orders.order import Action, PriceType
from core.orders.pre_trade_checks import brought_to_tick
from tests.factories import some_terms
from tests.webhook.trading import BASKET, QUEUED, Trader

LIMIT: dict[str, Any] = {
    "exchange": "NSE",
    "symbol": "SBIN",
    "quantity": "10",
    "product": "MIS",
    "pricetype": "LIMIT",
}
STOP: dict[str, Any] = LIMIT | {"pricetype": "SL"}


async def in_sandbox(trader: Trader, order_mode: OrderMode) -> None:
    """Paper execution from now on."""
    await trader.spine.switch(order_mode=order_mode, trading_mode=TradingMode.SANDBOX)


@pytest.mark.parametrize(
    ("body", "moved", "price", "trigger"),
    [
        (LIMIT | {"action": "BUY", "price": "790.03"}, "790.03 → 790", "790", "0"),
        (LIMIT | {"action": "SELL", "price": "810.03"}, "810.03 → 810.05", "810.05", "0"),
        (
            STOP | {"action": "SELL", "price": "779.98", "trigger_price": "780.01"},
            "779.98 → 780, 780.01 → 780.05",
            "780",
            "780.05",
        ),
        (
            STOP | {"action": "BUY", "price": "820.04", "trigger_price": "819.99"},
            "820.04 → 820, 819.99 → 819.95",
            "820",
            "819.95",
        ),
    ],
)
async def test_the_broker_gets_the_safe_side_and_the_strategy_is_told(
    trader: Trader, body: dict[str, Any], moved: str, price: str, trigger: str
) -> None:
    await in_sandbox(trader, OrderMode.AUTO)

    answer = await trader.post("placeorder", body)

    assert (answer.status, answer.body["note"]) == (200, f"Brought to the tick: {moved}")
    (placed,) = await trader.spine.book(TradingMode.SANDBOX).list_orders()
    assert (placed.terms.price, placed.terms.trigger_price) == (Decimal(price), Decimal(trigger))


async def test_an_order_that_waits_is_shown_and_sent_on_the_tick(trader: Trader) -> None:
    await in_sandbox(trader, OrderMode.SEMI_AUTO)
    body = LIMIT | {"action": "BUY", "price": "790.03"}

    answer = await trader.post("placeorder", body, **{"Idempotency-Key": "k"})
    again = await trader.post("placeorder", body, **{"Idempotency-Key": "k"})
    told = await trader.approve(1)

    assert answer.body == again.body == QUEUED | {"note": "Brought to the tick: 790.03 → 790"}
    assert told["status"] == "approved"
    (placed,) = await trader.spine.book(TradingMode.SANDBOX).list_orders()
    assert placed.terms.price == 790


async def test_legs_of_a_basket_are_brought_to_the_tick_too(trader: Trader) -> None:
    await in_sandbox(trader, OrderMode.AUTO)
    one, other = ({**item, "pricetype": "LIMIT", "price": "799.99"} for item in BASKET["orders"])

    await trader.post("basketorder", {"orders": [one, other | {"symbol": "SBIN", "price": "801.01"}]})

    placed = await trader.spine.book(TradingMode.SANDBOX).list_orders()
    assert {one.terms.price for one in placed} == {Decimal("799.95"), Decimal("801.05")}


async def test_a_price_on_the_tick_is_nobodys_business(trader: Trader) -> None:
    await in_sandbox(trader, OrderMode.AUTO)

    answer = await trader.post("placeorder", LIMIT | {"action": "BUY", "price": "790.05"})

    assert "note" not in answer.body


@pytest.mark.parametrize("order_mode", [*OrderMode])
async def test_in_live_trading_it_is_refused_as_the_exchange_would(trader: Trader, order_mode: OrderMode) -> None:
    await trader.spine.switch(order_mode=order_mode, trading_mode=TradingMode.LIVE)

    answer = await trader.post("placeorder", LIMIT | {"action": "BUY", "price": "790.03"})

    assert (answer.status, trader.stored()) == (400, 0)
    assert answer.body["message"] == "Price 790.03 is not a multiple of the tick size 0.05"


async def test_below_one_tick_there_is_no_safe_side(trader: Trader) -> None:
    await in_sandbox(trader, OrderMode.AUTO)

    assert (await trader.post("placeorder", LIMIT | {"action": "BUY", "price": "0.03"})).status == 400


@given(
    action=st.sampled_from(Action),
    price=st.decimals("0.05", "100000", places=4),
    trigger=st.decimals("0.05", "100000", places=4),
    tick=st.sampled_from([Decimal("0.01"), Decimal("0.05"), Decimal("0.0025"), Decimal(5)]),
)
def test_no_limit_gets_worse_and_no_stop_later(
    action: Action, price: Decimal, trigger: Decimal, tick: Decimal
) -> None:
    asked = some_terms(action, limit=str(price), trigger_price=trigger, pricetype=PriceType.SL)

    terms = brought_to_tick(asked, tick)

    for was, now in ((price, terms.price), (trigger, terms.trigger_price)):
        assert now > 0
        assert abs(now - was) < tick
        assert now <= was if action is Action.BUY else now >= was
        assert now % tick == 0 or was < tick
