"""An OpenAlgo with a broker behind it, as faithful as what we know of it; its books are the truth of the tests."""

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from decimal import Decimal

from aiohttp import web

from tests.brokers.openalgo.fake_books import FINAL, FakeBooks, FakeOrder, Rejected
from tests.brokers.openalgo.fake_schema import AS_TEXT, DEFAULTS, faults_of

KEY = "5f1c2d9b7e" * 6
MASTER = """symbol,brsymbol,name,exchange,brexchange,token,expiry,strike,lotsize,instrumenttype,tick_size
SBIN,SBIN,STATE BANK OF INDIA,NSE,NSE,779521,,0.0,1,EQ,0.05
NIFTY,NIFTY 50,NIFTY 50,NSE_INDEX,NSE,256265,,0.0,0,INDEX,0.0
"""
_KNOWN_WORDS = {
    "COMPLETE": "complete",
    "REJECTED": "rejected",
    "TRIGGER PENDING": "trigger pending",
    "OPEN": "open",
    "CANCELLED": "cancelled",
}
_SEMI_AUTO = "{0} order operation is not allowed in Semi-Auto mode. Please switch to Auto mode to {1} orders."
Body = Mapping[str, object]


class FakeOpenAlgo:
    """One installation, whose switches are public."""

    def __init__(self) -> None:
        self.books = FakeBooks()
        self.is_analyze = False
        self.is_semi_auto = False
        self.is_logged_in = True
        self.gives_ids = True
        """Some brokers' modules call a refusal a success, without a number."""
        self.queued: list[Body] = []
        self.sandboxed: list[Body] = []
        self.asked: list[tuple[str, Body]] = []
        self.answers: dict[str, web.Response] = {}
        """What an endpoint answers instead, by its name."""
        self.master = MASTER
        self._orders_at: deque[float] = deque(maxlen=10)

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application()
        app.router.add_post("/api/v1/{endpoint}", self._answer)
        app.router.add_get("/api/v1/instruments", self._instruments)
        return app

    async def _instruments(self, request: web.Request) -> web.Response:
        if request.query.get("apikey") != KEY or not self.is_logged_in:
            return _error(403, "Invalid openalgo apikey")
        return web.Response(text=self.master, content_type="text/csv")

    async def _answer(self, request: web.Request) -> web.Response:
        endpoint, body = request.match_info["endpoint"], await request.json()
        handler: Callable[[Body], web.Response] | None = getattr(self, f"_{endpoint}", None)
        if handler is None:
            fields = {"message": "Not found", "path": request.path, "status": "error"}
            return web.json_response(fields, status=404)
        self.asked.append((endpoint, body))
        if endpoint in self.answers:
            return self.answers[endpoint]
        if endpoint.endswith("order") and self._is_too_many():
            return web.json_response({"message": "10 per 1 second"}, status=429)
        if faults := faults_of(endpoint, body):
            return _error(400, str(faults) if endpoint in AS_TEXT else faults)
        if body["apikey"] != KEY or not self.is_logged_in:
            return _error(403, "Invalid openalgo apikey")
        return handler(body)

    def _is_too_many(self) -> bool:
        now = time.monotonic()
        if len(self._orders_at) == self._orders_at.maxlen and now - self._orders_at[0] < 1:
            return True
        self._orders_at.append(now)
        return False

    def _placeorder(self, body: Body) -> web.Response:
        if self.is_semi_auto:
            self.queued.append(body)
            message = "Order queued for approval in Action Center"
            return _success(message=message, mode="semi_auto", pending_order_id=len(self.queued))
        if self.is_analyze:
            self.sandboxed.append(body)
            return _success(mode="analyze", orderid=f"26112254370{len(self.sandboxed):03}")
        try:
            order = self.books.place(_fields(body))
        except Rejected as no:
            return _success(orderid=None) if not self.gives_ids else _error(400, str(no))
        return _success(orderid=order.orderid)

    def _modifyorder(self, body: Body) -> web.Response:
        if self.is_semi_auto and not self.is_analyze:
            return _error(403, _SEMI_AUTO.format("Modify", "modify"))
        order = self.books.find(body["orderid"])
        if fault := _fault_of_change(order):
            return fault
        assert order is not None
        try:
            self.books.modify(order, _fields(body))
        except Rejected as no:
            return _error(400, str(no))
        return _success(orderid=order.orderid)

    def _cancelorder(self, body: Body) -> web.Response:
        if self.is_semi_auto and not self.is_analyze:
            return _error(403, _SEMI_AUTO.format("Cancel", "cancel"))
        if self.is_analyze:
            return _error(404, f"Order {body['orderid']} not found", mode="analyze")
        order = self.books.find(body["orderid"])
        if fault := _fault_of_change(order):
            return fault
        assert order is not None
        order.status = "CANCELLED"
        return _success(orderid=order.orderid)

    def _orderbook(self, body: Body) -> web.Response:
        if self.is_analyze:
            return _success(mode="analyze", data={"orders": [], "statistics": {}})
        try:
            rows = self._rows()
        except UnboundLocalError as fault:
            return _error(500, str(fault))
        return _success(data={"orders": rows, "statistics": {"total_open_orders": 0.0}})

    def _rows(self) -> list[dict[str, object]]:
        """As the module of one broker does it: a state it does not know leaves the status of the row before."""
        rows: list[dict[str, object]] = []
        for order in self.books.orders:
            if order.status in _KNOWN_WORDS:
                order_status = _KNOWN_WORDS[order.status]
            rows.append({**_row(order), "order_status": order_status})
        return rows

    def _orderstatus(self, body: Body) -> web.Response:
        try:
            rows = self._rows()
        except UnboundLocalError as fault:
            return _error(500, str(fault))
        order = self.books.find(body["orderid"])
        if order is None:
            return _error(404, f"Order {body['orderid']} not found")
        (row,) = (row for row in rows if row["orderid"] == order.orderid)
        return _success(data={**row, "average_price": float(order.average)})

    def _tradebook(self, body: Body) -> web.Response:
        if self.is_analyze:
            return _success(mode="analyze", data=[])
        rows = []
        for trade in self.books.trades:
            row = _row(trade.order)
            kept = {name: row[name] for name in ("action", "exchange", "orderid", "product", "symbol", "timestamp")}
            numbers = {"quantity": int(trade.quantity), "average_price": float(trade.price)}
            rows.append({**kept, **numbers, "trade_value": float(trade.quantity * trade.price)})
        return _success(data=rows)

    def _positionbook(self, body: Body) -> web.Response:
        rows = []
        for symbol, product in self.books.positions():
            held, average, taken = self.books.net(symbol, product)
            last = self.books.prices[symbol]
            rows.append(
                {
                    "symbol": symbol,
                    "exchange": "NSE",
                    "product": product,
                    "quantity": int(held),
                    "average_price": f"{average:.2f}",
                    "ltp": float(last),
                    "pnl": float(taken + (last - average) * held),
                }
            )
        return _success(data=rows)

    def _holdings(self, body: Body) -> web.Response:
        zeros = {"totalholdingvalue": 0, "totalinvvalue": 0, "totalprofitandloss": 0, "totalpnlpercentage": 0}
        return _success(data={"holdings": [], "statistics": zeros})

    def _funds(self, body: Body) -> web.Response:
        used, zero = self.books.used, "0.00"
        money = {
            "availablecash": f"{self.books.cash - used:.2f}",
            "collateral": zero,
            "utiliseddebits": f"{used:.2f}",
        }
        return _success(data={**money, "m2mrealized": zero, "m2munrealized": zero})

    def _margin(self, body: Body) -> web.Response:
        return _success(data={"total_margin_required": 1600.5, "span_margin": 0, "exposure_margin": 0})

    def _analyzer(self, body: Body) -> web.Response:
        mode = "analyze" if self.is_analyze else "live"
        return _success(data={"analyze_mode": self.is_analyze, "mode": mode, "total_logs": 0})

    def _multiquotes(self, body: Body) -> web.Response:
        found = []
        for one in body["symbols"]:  # type: ignore[attr-defined]
            last = self.books.prices.get(one["symbol"])
            told = {"data": {"ltp": float(last), "bid": 0, "ask": 0}} if last else {"error": "not found"}
            found.append({**one, **told})
        return _success(results=found)

    def _depth(self, body: Body) -> web.Response:
        return _error(404, "Broker-specific module not found")


def _fields(body: Body) -> dict[str, str]:
    return {name: str(value) for name, value in {**DEFAULTS, **body}.items() if name != "apikey"}


def _row(order: FakeOrder) -> dict[str, object]:
    texts = {name: order.fields[name] for name in ("action", "exchange", "pricetype", "product", "symbol")}
    price = Decimal(0) if order.fields["pricetype"] == "MARKET" else order.price
    numbers = {"price": float(price), "trigger_price": float(order.fields["trigger_price"])}
    return {
        **texts,
        **numbers,
        "quantity": int(order.quantity),
        "orderid": order.orderid,
        "timestamp": order.stated_at,
    }


def _fault_of_change(order: FakeOrder | None) -> web.Response | None:
    if order is None:
        return _error(500, "Client error '404 Not Found' for url 'https://broker.invalid/orders'")
    if order.status in FINAL:
        return _error(500, "Client error '400 Bad Request' for url 'https://broker.invalid/orders'")
    return None


def _success(**fields: object) -> web.Response:
    return web.Response(text=json.dumps({"status": "success", **fields}), content_type="application/json")


def _error(status: int, message: object, **fields: object) -> web.Response:
    return web.json_response({"status": "error", "message": message, **fields}, status=status)
