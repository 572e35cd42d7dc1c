"""OpenAlgo's published Python client, pointed at us: an existing script works by changing its host."""

from typing import Any

import pytest

from core.accounts import OrderMode, TradingMode
from core.ids import OrderId
from tests.runtime import Spine
from tests.webhook.scripting import Script

OPTION = {"strategy": "Python", "underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}
LEG = {"offset": "ATM", "option_type": "PE", "action": "SELL", "quantity": 65}
BUY = {"action": "BUY", "quantity": 25}
ITEM = {"symbol": "SBIN", "exchange": "NSE", "action": "BUY", "quantity": 10, "pricetype": "LIMIT", "price": 790.5}
CALLS: dict[str, dict[str, Any]] = {
    "placesmartorder": {"symbol": "SBIN", "exchange": "NSE", "product": "CNC", **BUY, "position_size": 10},
    "basketorder": {"orders": [ITEM, ITEM | {"symbol": "INFY", "pricetype": "MARKET"}]},
    "splitorder": {"symbol": "SBIN", "exchange": "NSE", **BUY, "splitsize": 10},
    "optionsorder": {
        **OPTION,
        "offset": "OTM1",
        "option_type": "CE",
        "action": "BUY",
        "quantity": 130,
        "splitsize": 65,
    },
    "optionsmultiorder": {**OPTION, "legs": [LEG, LEG | {"action": "BUY", "offset": "OTM4"}]},
}
LEGS_OF = {"placesmartorder": 1, "basketorder": 2, "splitorder": 3, "optionsorder": 2, "optionsmultiorder": 2}
TRADE = {"strategy": "Python", "symbol": "SBIN", "exchange": "NSE", "product": "CNC"}


async def sandboxed(spine: Spine) -> None:
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)


async def test_a_script_in_semi_auto_gets_its_pending_number(script: Script) -> None:
    answer = await script("placeorder", **TRADE, action="BUY", quantity=10, price_type="LIMIT", price=790.5)

    assert answer == {
        "status": "success",
        "message": "Order queued for approval in Action Center",
        "mode": "semi_auto",
        "pending_order_id": 1,
    }


async def test_a_script_in_the_sandbox_places_changes_and_cancels(script: Script, spine: Spine) -> None:
    await sandboxed(spine)
    placed = await script("placeorder", **TRADE, action="BUY", quantity=10, price_type="LIMIT", price=790)
    number = placed["orderid"]
    terms = {**TRADE, "action": "BUY", "quantity": 5, "price_type": "LIMIT", "price": 791}

    changed = await script("modifyorder", order_id=number, **terms)
    status = await script("orderstatus", order_id=number, strategy="Python")
    cancelled = await script("cancelorder", order_id=number, strategy="Python")

    assert (changed["orderid"], cancelled["orderid"]) == (number, number)
    assert (status["data"]["quantity"], status["data"]["price"], status["data"]["pricetype"]) == (5, 791, "LIMIT")


async def test_a_script_reads_its_books(script: Script, spine: Spine) -> None:
    await sandboxed(spine)
    placed = await script("placeorder", **TRADE, action="BUY", quantity=10)

    orders = await script("orderbook")
    trades = await script("tradebook")
    positions = await script("positionbook")
    holdings = await script("holdings")
    funds = await script("funds")
    quantity = await script("openposition", **TRADE)

    assert [row["orderid"] for row in orders["data"]["orders"]] == [placed["orderid"]]
    assert [row["symbol"] for row in trades["data"]] == ["SBIN"]
    assert [row["quantity"] for row in positions["data"]] == [10]
    assert holdings["data"]["holdings"] == []
    assert funds["data"]["availablecash"] < 10_000_000
    assert quantity["quantity"] == 10


async def test_a_script_closes_and_cancels_everything(script: Script, spine: Spine) -> None:
    await sandboxed(spine)
    await script("placeorder", **TRADE, action="BUY", quantity=10)

    cancelled = await script("cancelallorder", strategy="Python")
    closed = await script("closeposition", strategy="Python")

    assert cancelled["message"] == "No open orders to cancel"
    assert closed["message"] == "Closed 1 positions"


async def test_a_script_sees_what_is_refused_as_the_clients_own_error(script: Script) -> None:
    blocked = await script("cancelorder", order_id="1", strategy="Python")
    unknown_field = await script("placeorder", **TRADE, action="BUY", quantity=1, target=5)

    assert (blocked["code"], blocked["error_type"]) == (403, "http_error")
    assert "not allowed in Semi-Auto mode" in blocked["message"]
    assert "Unknown field." in unknown_field["message"]


async def test_a_script_reads_and_switches_the_analyzer(script: Script, spine: Spine) -> None:
    await sandboxed(spine)

    before = await script("analyzerstatus")
    after = await script("analyzertoggle", mode=False)

    assert before["data"]["analyze_mode"] is True
    assert after["data"]["message"] == "Analyzer mode switched to live"


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("method", CALLS)
async def test_a_script_queues_every_kind(script: Script, spine: Spine, method: str, mode: TradingMode) -> None:
    await spine.switch(trading_mode=mode)

    answer = await script(method, **({"strategy": "Python"} | CALLS[method]))

    order = await spine.order(OrderId(1))
    assert (answer["status"], answer["mode"], answer["pending_order_id"]) == ("success", "semi_auto", 1)
    assert (len(order.legs), order.trading_mode) == (LEGS_OF[method], mode)


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("method", CALLS)
async def test_a_script_sends_every_kind(script: Script, spine: Spine, method: str, mode: TradingMode) -> None:
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=mode)

    answer = await script(method, **({"strategy": "Python"} | CALLS[method]))

    told = [answer] if "orderid" in answer else answer["results"]
    placed = {order.broker_order_id for order in await spine.book(mode).list_orders()}
    assert answer["status"] == "success"
    assert {one["orderid"] for one in told} == placed
    assert len(placed) == LEGS_OF[method]
    assert ("mode" in answer) == (mode is TradingMode.SANDBOX)
