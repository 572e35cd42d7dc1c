"""A stand-in for both hosts of Upstox with a book of its own, as strict as Upstox about what it reads."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from brokers.common.json_text import render_json
from core.clock import IST
from tests.brokers.small_exchange import MONEY, Held, Net, NoSuchOrder, NotPossible, SmallExchange, Wanted
from tests.contract.broker_contract import PRICE

TOKEN, KEY, SECRET, CODE = "eyJ0eXAi.a-token-of-upstox", "the-key", "the-application-secret", "mk404x"
REDIRECT = "https://127.0.0.1/back"
SBIN = "NSE_EQ|INE062A01020"
_ORDER_KEYS = {
    "quantity",
    "product",
    "validity",
    "price",
    "tag",
    "slice",
    "instrument_token",
    "order_type",
    "transaction_type",
    "disclosed_quantity",
    "trigger_price",
    "is_amo",
}
_AT_THE_MARKET = {"MARKET", "SL-M"}
_FORM = {
    "code": CODE,
    "client_id": KEY,
    "client_secret": SECRET,
    "redirect_uri": REDIRECT,
    "grant_type": "authorization_code",
}


class FakeUpstox:
    """Trades SBIN on NSE."""

    def __init__(self, symbols: bytes) -> None:
        self.exchange = SmallExchange(PRICE)
        self.symbols = symbols
        self.token = TOKEN
        """The one that is taken now."""

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/v3/order/place", self._place)
        app.router.add_put("/v3/order/modify", self._modify)
        app.router.add_delete("/v3/order/cancel", self._cancel)
        app.router.add_get("/v2/order/{list:retrieve-all|history|details|trades/get-trades-for-day}", self._orders)
        app.router.add_get("/v2/portfolio/{book:short-term-positions|long-term-holdings}", self._portfolio)
        app.router.add_get("/v2/user/{what:get-funds-and-margin|profile}", self._user)
        app.router.add_post("/v2/charges/margin", self._margin)
        app.router.add_get("/v2/charges/brokerage", self._charges)
        app.router.add_get("/v2/market-quote/quotes", self._quotes)
        app.router.add_post("/v2/login/authorization/token", self._log_in)
        app.router.add_get("/market-quote/instruments/exchange/complete.json.gz", self._list)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        is_free = request.path.startswith(("/market-quote/", "/v2/login/"))
        if not is_free and request.headers.get("Authorization") != f"Bearer {self.token}":
            return error(401, "UDAPI100050", "Invalid token used to access API")
        try:
            return await handler(request)  # type: ignore[no-any-return]
        except NotPossible as no:
            return error(400, "UDAPI1052", str(no))
        except NoSuchOrder:
            return error(404, "UDAPI100010", "Order not found")

    async def _place(self, request: web.Request) -> web.Response:
        body = await _read(request)
        protection = body.pop("market_protection", None)
        is_protected = body.get("order_type") in _AT_THE_MARKET
        if set(body) != _ORDER_KEYS or body["slice"] is not False or (protection == -1) != is_protected:
            return error(400, "UDAPI1036", "Invalid input")
        if body["instrument_token"] != SBIN or body["product"] not in {"I", "D"}:
            return error(400, "UDAPI1011", "instrument_token is of invalid format")
        held = self.exchange.place(
            Wanted(
                tag=body["tag"],
                side=body["transaction_type"],
                quantity=Decimal(body["quantity"]),
                price=body["price"],
                trigger=body["trigger_price"],
                product=body["product"],
                kind=body["order_type"],
            )
        )
        return _success({"order_ids": [held.number]})

    async def _modify(self, request: web.Request) -> web.Response:
        body = await _read(request)
        held = self.exchange.modify(body["order_id"], Decimal(body["quantity"]), body["price"], body["trigger_price"])
        held.kind = body["order_type"]
        return _success({"order_id": held.number})

    async def _cancel(self, request: web.Request) -> web.Response:
        return _success({"order_id": self.exchange.cancel(request.query["order_id"]).number})

    async def _orders(self, request: web.Request) -> web.Response:
        held = self.exchange.orders.values()
        match request.match_info["list"]:
            case "retrieve-all":
                return _success([_row(one) for one in held])
            case "details":
                return _success(_row(self.exchange.find(request.query["order_id"])))
            case "history":
                found = [one for one in held if one.tag == request.query["tag"]]
                if not found:
                    raise NoSuchOrder
                steps = ("put order req received", "validation pending")
                return _success([{**_row(one), "status": step} for one in found for step in steps])
            case _:
                return _success([_trade(one) for one in self.exchange.trades])

    async def _portfolio(self, request: web.Request) -> web.Response:
        if request.match_info["book"] == "long-term-holdings":
            return _success([])
        return _success([self._position(net) for net in self.exchange.positions()])

    async def _user(self, request: web.Request) -> web.Response:
        if request.match_info["what"] == "profile":
            return _success({"user_id": "AB1234", "user_name": "Asha", "broker": "UPSTOX", "is_active": True})
        used = self.exchange.used
        return _success(
            {
                "equity": {"used_margin": used, "available_margin": MONEY - used},
                "commodity": {"used_margin": 0, "available_margin": 0},
            }
        )

    async def _margin(self, request: web.Request) -> web.Response:
        (one,) = (await _read(request))["instruments"]
        total = one["price"] * one["quantity"] / 5
        margins = [{"span_margin": 0, "exposure_margin": 0, "total_margin": total}]
        return _success({"margins": margins, "required_margin": total, "final_margin": total})

    async def _charges(self, request: web.Request) -> web.Response:
        if request.query["instrument_token"] != SBIN:
            raise NoSuchOrder
        return _success({"charges": {"total": Decimal("8.31"), "brokerage": 4}})

    async def _quotes(self, request: web.Request) -> web.Response:
        if request.query["instrument_key"] != SBIN:
            return error(400, "UDAPI1087", "Invalid Instrument key")
        price = self.exchange.price
        level = {"quantity": 5, "orders": 1}
        row = {
            "instrument_token": SBIN,
            "symbol": "SBIN",
            "last_price": price,
            "net_change": Decimal("4.5"),
            "volume": 1000,
            "ohlc": {"open": price, "high": price, "low": price, "close": price},
            "depth": {"buy": [{**level, "price": price - 1}], "sell": [{**level, "price": price + 1}]},
            "total_buy_quantity": 5,
            "total_sell_quantity": 5,
        }
        return _success({"NSE_EQ:SBIN": row})

    async def _log_in(self, request: web.Request) -> web.Response:
        if dict(await request.post()) != _FORM:
            return error(400, "UDAPI100057", "Invalid Auth code")
        self.token = "eyJ0eXAi.the-next-token"
        return _answer({"user_id": "AB1234", "access_token": self.token, "is_active": True})

    async def _list(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.symbols, content_type="application/gzip")

    def _position(self, net: Net) -> Mapping[str, object]:
        return {
            **_INSTRUMENT,
            "product": net.product,
            "quantity": net.quantity,
            "average_price": net.average,
            "last_price": self.exchange.price,
            "realised": net.realised,
            "unrealised": (self.exchange.price - net.average) * net.quantity,
            "multiplier": 1,
        }


_INSTRUMENT = {"exchange": "NSE", "instrument_token": SBIN, "trading_symbol": "SBIN-EQ", "tradingsymbol": "SBIN-EQ"}


def error(status: int, code: str, message: str) -> web.Response:
    """A refusal as Upstox writes it."""
    return _answer({"status": "error", "errors": [{"errorCode": code, "message": message}]}, status)


def _row(held: Held) -> Mapping[str, object]:
    return {
        **_INSTRUMENT,
        "product": held.product,
        "price": held.price,
        "quantity": held.quantity,
        "status": held.status,
        "tag": held.tag,
        "order_type": held.kind,
        "validity": "DAY",
        "trigger_price": held.trigger,
        "disclosed_quantity": 0,
        "transaction_type": held.side,
        "average_price": held.average,
        "filled_quantity": held.filled,
        "pending_quantity": held.quantity - held.filled,
        "status_message": None,
        "order_id": held.number,
        "order_timestamp": _time(held, "placed_at"),
        "exchange_timestamp": _time(held, "updated_at"),
    }


def _trade(held: Held) -> Mapping[str, object]:
    return {
        **_INSTRUMENT,
        "product": held.product,
        "order_type": held.kind,
        "transaction_type": held.side,
        "quantity": held.filled,
        "order_id": held.number,
        "trade_id": f"T{held.number}",
        "exchange_timestamp": _time(held, "updated_at"),
        "average_price": held.average,
    }


def _time(held: Held, which: str) -> str:
    return f"{getattr(held, which).astimezone(IST):%Y-%m-%d %H:%M:%S}"


async def _read(request: web.Request) -> Any:
    return json.loads(await request.read(), parse_float=Decimal, parse_int=Decimal)


def _success(data: object) -> web.Response:
    return _answer({"status": "success", "data": data, "metadata": {"latency": 30}})


def _answer(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, text=render_json(body), content_type="application/json")
