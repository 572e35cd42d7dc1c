"""Reading orders and trades: OpenAlgo's shapes, live and in the sandbox."""

from decimal import Decimal
from typing import Any

import pytest

from core.errors import NotFound
from core.ids import BrokerOrderId
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.positions import Trade
from tests.webhook.fakes import LIVE, NOW, SANDBOX, FakeServices, a_broker_order
from tests.webhook.talking import Http

ANALYZE = {"mode": "analyze"}
BOUGHT: dict[str, Any] = {
    "action": "BUY",
    "exchange": "NSE",
    "order_status": "open",
    "orderid": "240001",
    "price": 800.05,
    "pricetype": "LIMIT",
    "product": "MIS",
    "quantity": 10,
    "symbol": "SBIN",
    "timestamp": "2026-11-22 14:32:05",
    "trigger_price": 0,
}
IN_SANDBOX = {
    "average_price": 0,
    "filled_quantity": 4,
    "pending_quantity": 6,
    "rejection_reason": "",
    "strategy": "S",
}
COUNTS = {
    "total_buy_orders": 2,
    "total_sell_orders": 1,
    "total_completed_orders": 0,
    "total_open_orders": 1,
    "total_rejected_orders": 1,
}


def book(services: FakeServices) -> None:
    sale = LegTerms("NFO", "NIFTY30JAN25FUT", Action.SELL, Decimal(75), PriceType.SL_M, Product.NRML)
    services.books.orders.answer = [
        a_broker_order(filled_quantity=Decimal(4)),
        a_broker_order("240002", terms=sale, status=BrokerStatus.TRIGGER_PENDING),
        a_broker_order("240003", status=BrokerStatus.REJECTED, message="No money."),
    ]


async def test_the_live_order_book(http: Http, services: FakeServices) -> None:
    book(services)

    answer = await http.post("orderbook", {"apikey": LIVE})

    assert (answer.status, answer.body["status"]) == (200, "success")
    assert answer.body.keys() == {"status", "data"}
    assert answer.body["data"]["orders"][0] == BOUGHT
    assert answer.body["data"]["statistics"] == COUNTS


async def test_the_sandbox_order_book_says_more_newest_first(http: Http, services: FakeServices) -> None:
    book(services)

    answer = await http.post("orderbook", {"apikey": SANDBOX})

    rejected, waiting, first = answer.body["data"]["orders"]
    assert first == BOUGHT | IN_SANDBOX
    assert (waiting["order_status"], waiting["pricetype"]) == ("trigger pending", "SL-M")
    assert (rejected["rejection_reason"], rejected["pending_quantity"]) == ("No money.", 0)
    assert answer.body["data"]["statistics"] == COUNTS | {"total_trigger_pending_orders": 1}
    assert answer.body["mode"] == "analyze"


async def test_one_orders_status(http: Http, services: FakeServices) -> None:
    services.books.order.answer = a_broker_order(
        status=BrokerStatus.COMPLETE, filled_quantity=Decimal(10), average_price=Decimal("799.9")
    )

    live = await http.post("orderstatus", {"apikey": LIVE, "strategy": "S", "orderid": "240001"})
    sandbox = await http.post("orderstatus", {"apikey": SANDBOX, "strategy": "S", "orderid": "240001"})

    complete = BOUGHT | {"order_status": "complete", "average_price": 799.9}
    filled = {"filled_quantity": 10, "pending_quantity": 0, "rejection_reason": "", "strategy": "S"}
    assert live.body == {"status": "success", "data": complete}
    assert sandbox.body == {"status": "success", "data": complete | filled} | ANALYZE


@pytest.mark.parametrize(("key", "extra"), [(LIVE, {}), (SANDBOX, ANALYZE)])
async def test_an_unknown_order_is_not_found(
    http: Http, services: FakeServices, key: str, extra: dict[str, str]
) -> None:
    services.books.order.answer = NotFound("whatever the broker says")

    answer = await http.post("orderstatus", {"apikey": key, "strategy": "S", "orderid": "X1"})

    assert answer.status == 404
    assert answer.body == {"status": "error", "message": "Order X1 not found"} | extra


async def test_the_trade_book(http: Http, services: FakeServices) -> None:
    fill = Trade(
        trade_id="TRADE-1",
        broker_order_id=BrokerOrderId("240001"),
        exchange="NSE",
        symbol="SBIN",
        action=Action.SELL,
        product=Product.CNC,
        quantity=Decimal(10),
        price=Decimal("800.25"),
        at=NOW,
        strategy="S",
    )
    services.books.trades.answer = [fill]
    row = {
        "action": "SELL",
        "average_price": 800.25,
        "exchange": "NSE",
        "orderid": "240001",
        "product": "CNC",
        "quantity": 10,
        "symbol": "SBIN",
        "timestamp": "2026-11-22 14:32:05",
        "trade_value": 8002.5,
    }

    live = await http.post("tradebook", {"apikey": LIVE})
    sandbox = await http.post("tradebook", {"apikey": SANDBOX})

    assert live.body == {"status": "success", "data": [row]}
    more = {"tradeid": "TRADE-1", "price": 800.25, "strategy": "S"}
    assert sandbox.body == {"status": "success", "data": [row | more]} | ANALYZE
