"""Numbers and their order, as OpenAlgo's sandbox tells them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.accounts import TradingMode
from core.ids import BrokerOrderId
from core.orders.order import Action, Product
from core.portfolio.positions import Funds, Holding, Position, Trade
from tests.webhook.fakes import LIVE, NOW, SANDBOX, TERMS, FakeServices, a_broker_order
from tests.webhook.talking import Http
from tests.webhook.trading import ITEM, Trader

THIRDS = Decimal(974) + Decimal(2) / 3
FILL = Trade(
    trade_id="TRADE-1",
    broker_order_id=BrokerOrderId("240001"),
    exchange="NSE",
    symbol="SBIN",
    action=Action.BUY,
    product=Product.MIS,
    quantity=Decimal(1),
    price=Decimal(800),
    at=NOW,
)


async def _data(http: Http, endpoint: str, key: str = SANDBOX, **body: object) -> Any:
    return (await http.post(endpoint, {"apikey": key, **body})).body["data"]


async def test_trades_begin_with_the_newest_in_the_sandbox_only(http: Http, services: FakeServices) -> None:
    services.books.trades.answer = [FILL, replace(FILL, trade_id="TRADE-2", broker_order_id=BrokerOrderId("240002"))]

    assert [one["orderid"] for one in await _data(http, "tradebook")] == ["240002", "240001"]
    assert [one["orderid"] for one in await _data(http, "tradebook", LIVE)] == ["240001", "240002"]


@pytest.mark.parametrize(("exchange", "told"), [("NFO", 974.67), ("CDS", 974.6667), ("CRYPTO", 974.6667)])
async def test_an_average_price_is_as_fine_as_the_prices_of_its_exchange(
    http: Http, services: FakeServices, exchange: str, told: float
) -> None:
    services.books.order.answer = a_broker_order(average_price=THIRDS, terms=replace(TERMS, exchange=exchange))
    services.books.positions.answer = [Position(exchange, "X", Product.NRML, Decimal(3), THIRDS)]

    order = await _data(http, "orderstatus", strategy="S", orderid="240001")
    (position,) = await _data(http, "positionbook")

    assert order["average_price"] == position["average_price"] == told


async def test_a_market_order_in_the_sandbox_tells_the_last_price_when_it_was_placed(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)
    trader.spine.feed.pin("NSE", "SBIN", Decimal(800), Decimal("799.5"), Decimal("800.5"))
    placed = (await trader.post("placeorder", ITEM | {"product": "MIS", "pricetype": "MARKET"})).body
    trader.spine.feed.pin("NSE", "SBIN", Decimal(900))

    status = (await trader.ask("orderstatus", strategy="S", orderid=placed["orderid"]))["data"]
    (booked,) = (await trader.ask("orderbook"))["data"]["orders"]

    assert (status["price"], status["average_price"]) == (800, 800.5)
    assert booked == status


async def test_a_market_order_of_a_live_account_tells_no_price(trader: Trader) -> None:
    await trader.auto()
    await trader.post("placeorder", ITEM | {"product": "MIS", "pricetype": "MARKET"})
    (booked,) = (await trader.ask("orderbook"))["data"]["orders"]

    assert booked["price"] == 0


async def test_amounts_have_no_parts_of_a_paisa(http: Http, services: FakeServices) -> None:
    services.books.funds.answer = Funds(Decimal("9998399.99667"), Decimal("1600.00333"), Decimal("-0.005"), THIRDS)
    services.books.holdings.answer = [Holding("NSE", "SBIN", Decimal(3), THIRDS)]

    funds = await _data(http, "funds")
    holdings = await _data(http, "holdings")

    assert (funds["availablecash"], funds["utiliseddebits"]) == (9998400, 1600)
    assert (funds["m2mrealized"], funds["m2munrealized"]) == (-0.01, 974.67)
    assert holdings["holdings"][0]["average_price"] == 974.67
