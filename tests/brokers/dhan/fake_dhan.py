"""A stand-in for Dhan's v2 API with a book of its own, as strict as Dhan about what it reads."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from brokers.common.json_text import render_json
from core.clock import IST
from tests.brokers.small_exchange import MONEY, Held, Net, NoSuchOrder, NotPossible, SmallExchange, Wanted
from tests.contract.broker_contract import PRICE

CLIENT, TOKEN = "1100003626", "eyJ0eXAi.a-token-of-dhan"
SBIN = "3045"
_KINDS = {"MARKET", "LIMIT", "STOP_LOSS"}
_WORDS = {"open": "PENDING", "complete": "TRADED", "cancelled": "CANCELLED"}
_ORDER_KEYS = {
    "dhanClientId",
    "correlationId",
    "transactionType",
    "exchangeSegment",
    "productType",
    "orderType",
    "validity",
    "securityId",
    "quantity",
    "disclosedQuantity",
    "price",
    "triggerPrice",
    "afterMarketOrder",
    "boProfitValue",
    "boStopLossValue",
}


class FakeDhan:
    """Trades SBIN on NSE."""

    def __init__(self, symbols: bytes) -> None:
        self.exchange = SmallExchange(PRICE)
        self.symbols = symbols
        self.downloads = 0
        self.token = TOKEN
        """The one that is taken now."""

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/v2/orders", self._place)
        app.router.add_put("/v2/orders/{number}", self._modify)
        app.router.add_delete("/v2/orders/{number}", self._cancel)
        app.router.add_get("/v2/orders", self._orders)
        app.router.add_get("/v2/orders/external/{tag}", self._external)
        app.router.add_get("/v2/orders/{number}", self._order)
        app.router.add_get("/v2/{book:trades|positions|holdings|fundlimit|profile}", self._book)
        app.router.add_post("/v2/margincalculator", self._margin)
        app.router.add_post("/v2/marketfeed/quote", self._quote)
        app.router.add_get("/api-data/api-scrip-master-detailed.csv", self._symbols)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        is_file = request.path.startswith("/api-data/")
        if not is_file and request.headers.get("access-token") != self.token:
            return _error(401, "DH-901", "Client ID or user generated access token is invalid or expired.")
        try:
            return await handler(request)  # type: ignore[no-any-return]
        except NotPossible as no:
            return _error(400, "DH-906", str(no))
        except NoSuchOrder:
            return _error(404, "DH-907", "No data found for the given input")

    async def _place(self, request: web.Request) -> web.Response:
        body = await _read(request)
        if set(body) != _ORDER_KEYS or body["dhanClientId"] != CLIENT or body["orderType"] not in _KINDS:
            return _error(400, "DH-905", "Missing required fields, bad values for parameters")
        if (body["exchangeSegment"], body["securityId"]) != ("NSE_EQ", SBIN):
            return _error(400, "DH-905", "Invalid SecurityId")
        held = self.exchange.place(
            Wanted(
                tag=body["correlationId"],
                side=body["transactionType"],
                quantity=Decimal(body["quantity"]),
                price=body["price"],
                trigger=body["triggerPrice"],
                product=body["productType"],
                kind=body["orderType"],
            )
        )
        return _answer({"orderId": held.number, "orderStatus": _WORDS[held.status]})

    async def _modify(self, request: web.Request) -> web.Response:
        body = await _read(request)
        if body["orderId"] != request.match_info["number"]:
            return _error(400, "DH-905", "Bad values for parameters")
        held = self.exchange.modify(body["orderId"], Decimal(body["quantity"]), body["price"], body["triggerPrice"])
        held.kind = body["orderType"]
        return _answer({"orderId": held.number, "orderStatus": "TRANSIT"})

    async def _cancel(self, request: web.Request) -> web.Response:
        held = self.exchange.cancel(request.match_info["number"])
        return _answer({"orderId": held.number, "orderStatus": "CANCELLED"}, 202)

    async def _orders(self, _request: web.Request) -> web.Response:
        return _answer([_row(held) for held in reversed(self.exchange.orders.values())])

    async def _order(self, request: web.Request) -> web.Response:
        return _answer(_row(self.exchange.find(request.match_info["number"])))

    async def _external(self, request: web.Request) -> web.Response:
        for held in self.exchange.orders.values():
            if held.tag == request.match_info["tag"]:
                return _answer(_row(held))
        raise NoSuchOrder

    async def _book(self, request: web.Request) -> web.Response:
        match request.match_info["book"]:
            case "trades":
                return _answer([_trade(held) for held in self.exchange.trades])
            case "positions":
                return _answer([self._position(net) for net in self.exchange.positions()])
            case "holdings":
                return _error(500, "DH-1111", "No holdings available")
            case "profile":
                return _answer({"dhanClientId": CLIENT, "tokenValidity": "28/11/2026 09:05", "dataPlan": "Active"})
            case _:
                used = self.exchange.used
                return _answer({"dhanClientId": CLIENT, "availabelBalance": MONEY - used, "utilizedAmount": used})

    async def _margin(self, request: web.Request) -> web.Response:
        body = await _read(request)
        total = body["price"] * body["quantity"] / 5
        return _answer({"totalMargin": total, "spanMargin": 0, "exposureMargin": 0, "leverage": "5.00"})

    async def _quote(self, request: web.Request) -> web.Response:
        if (await _read(request)) != {"NSE_EQ": [int(SBIN)], "dhanClientId": CLIENT}:
            return _answer({"status": "failed", "data": {"814": "Invalid Request"}}, 400)
        price = self.exchange.price
        level = {"quantity": 5, "orders": 1}
        row = {
            "last_price": price,
            "last_quantity": 3,
            "net_change": Decimal("4.5"),
            "ohlc": {"open": price, "close": price, "high": price, "low": price},
            "volume": 1000,
            "buy_quantity": 5,
            "sell_quantity": 5,
            "depth": {"buy": [{**level, "price": price - 1}], "sell": [{**level, "price": price + 1}]},
        }
        return _answer({"data": {"NSE_EQ": {SBIN: row}}, "status": "success"})

    async def _symbols(self, _request: web.Request) -> web.Response:
        self.downloads += 1
        return web.Response(body=self.symbols, content_type="text/csv")

    def _position(self, net: Net) -> Mapping[str, object]:
        open_profit = (self.exchange.price - net.average) * net.quantity
        kind = "CLOSED" if not net.quantity else "LONG" if net.quantity > 0 else "SHORT"
        return {
            **_INSTRUMENT,
            "positionType": kind,
            "productType": net.product,
            "costPrice": net.average,
            "netQty": net.quantity,
            "realizedProfit": net.realised,
            "unrealizedProfit": open_profit,
            "multiplier": 1,
        }


_INSTRUMENT = {"tradingSymbol": "SBIN", "securityId": SBIN, "exchangeSegment": "NSE_EQ"}


def _row(held: Held) -> Mapping[str, object]:
    return {
        **_INSTRUMENT,
        "dhanClientId": CLIENT,
        "orderId": held.number,
        "correlationId": held.tag,
        "orderStatus": _WORDS[held.status],
        "transactionType": held.side,
        "productType": held.product,
        "orderType": held.kind,
        "validity": "DAY",
        "quantity": held.quantity,
        "disclosedQuantity": 0,
        "price": held.price,
        "triggerPrice": held.trigger,
        "createTime": _time(held, "placed_at"),
        "updateTime": _time(held, "updated_at"),
        "filledQty": held.filled,
        "averageTradedPrice": held.average,
        "omsErrorDescription": None,
    }


def _trade(held: Held) -> Mapping[str, object]:
    return {
        **_INSTRUMENT,
        "orderId": held.number,
        "exchangeTradeId": f"T{held.number}",
        "transactionType": held.side,
        "productType": held.product,
        "orderType": held.kind,
        "tradedQuantity": held.filled,
        "tradedPrice": held.average,
        "createTime": _time(held, "updated_at"),
        "exchangeTime": _time(held, "updated_at"),
    }


def _time(held: Held, which: str) -> str:
    moment = getattr(held, which)
    return f"{moment.astimezone(IST):%Y-%m-%d %H:%M:%S}"


async def _read(request: web.Request) -> Any:
    return json.loads(await request.read(), parse_float=Decimal, parse_int=Decimal)


def _answer(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, text=render_json(body), content_type="application/json")


def _error(status: int, code: str, message: str) -> web.Response:
    body = {"errorType": "Input_Exception", "errorCode": code, "errorMessage": message}
    return _answer(body, status)
