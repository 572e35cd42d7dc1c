"""A stand-in for Alpaca's v2 API with a book of its own, as strict as Alpaca about what it reads."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from aiohttp import web

from brokers.common.json_text import render_json
from core.money import plain
from tests.brokers.small_exchange import MONEY, Held, Net, NoSuchOrder, NotPossible, SmallExchange, Wanted
from tests.contract.broker_contract import PRICE

KEY, SECRET = "PKTEST0000000000", "a-secret-of-alpaca"
AAPL = "AAPL"
_ORDER_KEYS = {"symbol", "qty", "side", "type", "time_in_force", "client_order_id"}
_PRICES = {
    "market": set[str](),
    "limit": {"limit_price"},
    "stop": {"stop_price"},
    "stop_limit": {"limit_price", "stop_price"},
}
_WORDS = {"open": "new", "complete": "filled", "cancelled": "canceled"}
_SIDES: Mapping[str, Literal["BUY", "SELL"]] = {"buy": "BUY", "sell": "SELL"}
CENT = Decimal("0.01")


class FakeAlpaca:
    """Trades AAPL. A change makes a new order, as at Alpaca, and both stay in the book."""

    def __init__(self, assets: bytes) -> None:
        self.exchange = SmallExchange(PRICE, CENT, numbers=lambda: str(uuid4()))
        self.assets = assets
        self.secret = SECRET
        """The one that is taken now."""
        self.replaced_by: dict[str, str] = {}
        self.account: dict[str, object] = {"status": "ACTIVE", "trading_blocked": False}

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/v2/orders", self._place)
        app.router.add_get("/v2/orders", self._orders)
        app.router.add_get("/v2/orders:by_client_order_id", self._by_our_id)
        app.router.add_get("/v2/orders/{number}", self._order)
        app.router.add_patch("/v2/orders/{number}", self._replace)
        app.router.add_delete("/v2/orders/{number}", self._cancel)
        app.router.add_get("/v2/positions", self._positions)
        app.router.add_get("/v2/account", self._account)
        app.router.add_get("/v2/account/activities/FILL", self._fills)
        app.router.add_get("/v2/assets", self._assets)
        app.router.add_get("/v2/stocks/snapshots", self._snapshots)
        app.router.add_get("/v1beta3/crypto/us/snapshots", self._coins)
        return app

    @property
    def placed(self) -> list[str]:
        """The orders that were placed; what replaces one is not another."""
        return [number for number in self.exchange.orders if number not in self.replaced_by.values()]

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        keys = request.headers.get("APCA-API-KEY-ID"), request.headers.get("APCA-API-SECRET-KEY")
        if keys != (KEY, self.secret):
            return _error(401, 40110000, "request is not authorized")
        try:
            return await handler(request)  # type: ignore[no-any-return]
        except NotPossible as no:
            return _error(422, 42210000, str(no))
        except NoSuchOrder as gone:
            return _error(404, 40410000, f"order not found for {gone}")

    async def _place(self, request: web.Request) -> web.Response:
        body = await _read(request)
        if set(body) != _ORDER_KEYS | _PRICES[body["type"]] or not isinstance(body["qty"], str):
            return _error(422, 40010001, "request body format is invalid")
        if any(held.tag == body["client_order_id"] for held in self.exchange.orders.values()):
            return _error(422, 40010001, "client_order_id must be unique")
        if body["symbol"] != AAPL or body["time_in_force"] != "day":
            return _error(422, 42210000, "asset or time in force is wrong")
        held = self.exchange.place(
            Wanted(
                tag=body["client_order_id"],
                side=_SIDES[body["side"]],
                quantity=Decimal(body["qty"]),
                price=Decimal(body.get("limit_price", 0)),
                trigger=Decimal(body.get("stop_price", 0)),
                product="",
                kind=body["type"],
            )
        )
        return _answer(self._row(held))

    async def _replace(self, request: web.Request) -> web.Response:
        body = await _read(request)
        old = self.exchange.open_order(request.match_info["number"])
        wanted = Wanted(
            tag=str(uuid4()),
            side=old.side,
            quantity=Decimal(body["qty"]),
            price=Decimal(body.get("limit_price", 0)),
            trigger=Decimal(body.get("stop_price", 0)),
            product="",
            kind=old.kind,
        )
        new = self.exchange.place(wanted)
        self.exchange.cancel(old.number)
        self.replaced_by[old.number] = new.number
        return _answer(self._row(new))

    async def _cancel(self, request: web.Request) -> web.Response:
        self.exchange.cancel(request.match_info["number"])
        return web.Response(status=204)

    async def _order(self, request: web.Request) -> web.Response:
        return _answer(self._row(self.exchange.find(request.match_info["number"])))

    async def _by_our_id(self, request: web.Request) -> web.Response:
        for held in self.exchange.orders.values():
            if held.tag == request.query["client_order_id"]:
                return _answer(self._row(held))
        raise NoSuchOrder(request.query["client_order_id"])

    async def _orders(self, request: web.Request) -> web.Response:
        if (request.query["status"], request.query["direction"]) != ("all", "desc"):
            return _error(422, 42210000, "not expected here")
        return _answer([self._row(held) for held in reversed(self.exchange.orders.values())])

    async def _positions(self, _request: web.Request) -> web.Response:
        return _answer([self._position(net) for net in self.exchange.positions() if net.quantity])

    async def _account(self, _request: web.Request) -> web.Response:
        value = sum((net.quantity * self.exchange.price for net in self.exchange.positions()), Decimal(0))
        spent = sum((held.signed * held.average for held in self.exchange.trades), Decimal(0))
        money = {"cash": plain(MONEY - spent), "equity": plain(MONEY - spent + value), "currency": "USD"}
        return _answer({"account_number": "010203ABCD", **money, **self.account})

    async def _fills(self, request: web.Request) -> web.Response:
        return _answer(list(self._pages(request.query.get("page_token"), int(request.query["page_size"]))))

    def _pages(self, token: str | None, size: int) -> Iterator[Mapping[str, object]]:
        fills = [_fill(held) for held in self.exchange.trades]
        ids = [fill["id"] for fill in fills]
        start = ids.index(token) + 1 if token else 0
        return iter(fills[start : start + size])

    async def _assets(self, request: web.Request) -> web.Response:
        if request.query.get("status") != "active":
            return _error(422, 42210000, "not expected here")
        return web.Response(body=self.assets, content_type="application/json")

    async def _snapshots(self, request: web.Request) -> web.Response:
        if request.query["symbols"] != AAPL:
            return _answer({})
        return _answer({AAPL: self._snapshot()})

    async def _coins(self, request: web.Request) -> web.Response:
        return _answer({"snapshots": {request.query["symbols"]: self._snapshot()}})

    def _snapshot(self) -> Mapping[str, object]:
        price = self.exchange.price
        return {
            "latestTrade": {"t": "2026-11-27T15:30:00.123456789Z", "p": price, "s": 3},
            "latestQuote": {"ap": price + 1, "as": 5, "bp": price - 1, "bs": 5},
            "dailyBar": {"o": price, "h": price, "l": price, "c": price, "v": 1000},
            "prevDailyBar": {"c": price - Decimal("4.5")},
        }

    def _position(self, net: Net) -> Mapping[str, object]:
        return {
            "symbol": AAPL,
            "exchange": "NASDAQ",
            "asset_class": "us_equity",
            "qty": plain(net.quantity),
            "avg_entry_price": plain(net.average),
            "current_price": plain(self.exchange.price),
            "side": "long" if net.quantity > 0 else "short",
        }

    def _row(self, held: Held) -> Mapping[str, object]:
        replaces = next((old for old, new in self.replaced_by.items() if new == held.number), None)
        return {
            "id": held.number,
            "client_order_id": held.tag,
            "created_at": held.placed_at.isoformat(),
            "submitted_at": held.placed_at.isoformat(),
            "updated_at": held.updated_at.isoformat(),
            "replaced_by": self.replaced_by.get(held.number),
            "replaces": replaces,
            "symbol": AAPL,
            "asset_class": "us_equity",
            "qty": plain(held.quantity),
            "filled_qty": plain(held.filled),
            "filled_avg_price": plain(held.average) if held.filled else None,
            "type": held.kind,
            "side": held.side.lower(),
            "time_in_force": "day",
            "limit_price": plain(held.price) if held.price else None,
            "stop_price": plain(held.trigger) if held.trigger else None,
            "status": "replaced" if held.number in self.replaced_by else _WORDS[held.status],
        }


def _fill(held: Held) -> Mapping[str, object]:
    return {
        "id": f"20261127::{held.number}",
        "activity_type": "FILL",
        "transaction_time": held.updated_at.isoformat(),
        "type": "fill",
        "price": plain(held.average),
        "qty": plain(held.filled),
        "side": held.side.lower(),
        "symbol": AAPL,
        "order_id": held.number,
    }


async def _read(request: web.Request) -> Any:
    return json.loads(await request.read(), parse_float=Decimal)


def _answer(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, text=render_json(body), content_type="application/json")


def _error(status: int, code: int, message: str) -> web.Response:
    return _answer({"code": code, "message": message}, status)
