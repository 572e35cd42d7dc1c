"""An OpenAlgo with a broker behind it, as faithful as what we know of it; its books are the truth of the tests."""

import time
from collections import deque
from collections.abc import Callable
from decimal import Decimal

from aiohttp import web

from tests.brokers.openalgo.fake_answers import Body, error, fault_of_change, order_fields, row_of, success
from tests.brokers.openalgo.fake_books import FakeBooks, Rejected
from tests.brokers.openalgo.fake_schema import AS_TEXT, SCHEMAS, faults_of

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


class FakeOpenAlgo:
    """One installation, whose switches are public."""

    def __init__(self) -> None:
        self.books = FakeBooks()
        self.is_analyze = False
        self.is_semi_auto = False
        self.is_logged_in = True
        self.is_token_expired = False
        """The broker has ended the login, and OpenAlgo has not noticed."""
        self.late_trades = 0
        """How many answers the trade book is behind."""
        self.average: Decimal | None = None
        """The price that every order's own answer names; else that of the order's first trade."""
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
            return error(403, "Invalid openalgo apikey")
        return web.Response(text=self.master, content_type="text/csv")

    async def _answer(self, request: web.Request) -> web.Response:
        endpoint, body = request.match_info["endpoint"], await request.json()
        if endpoint not in SCHEMAS:
            fields = {"message": "Not found", "path": request.path, "status": "error"}
            return web.json_response(fields, status=404)
        self.asked.append((endpoint, body))
        if endpoint in self.answers:
            return self.answers[endpoint]
        if endpoint.endswith("order") and self._is_too_many():
            return web.json_response({"message": "10 per 1 second"}, status=429)
        if faults := faults_of(endpoint, body):
            return error(400, str(faults) if endpoint in AS_TEXT else faults)
        if body["apikey"] != KEY or not self.is_logged_in:
            return error(403, "Invalid openalgo apikey")
        handler: Callable[[Body], web.Response] = getattr(self, f"_{endpoint}")
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
            return success(message=message, mode="semi_auto", pending_order_id=len(self.queued))
        if self.is_analyze:
            self.sandboxed.append(body)
            return success(mode="analyze", orderid=f"26112254370{len(self.sandboxed):03}")
        try:
            order = self.books.place(order_fields(body))
        except Rejected as no:
            return success(orderid=None) if not self.gives_ids else error(400, str(no))
        return success(orderid=order.orderid)

    def _modifyorder(self, body: Body) -> web.Response:
        if self.is_semi_auto and not self.is_analyze:
            return error(403, _SEMI_AUTO.format("Modify", "modify"))
        order = self.books.find(body["orderid"])
        if fault := fault_of_change(order):
            return fault
        assert order is not None
        try:
            self.books.modify(order, order_fields(body))
        except Rejected as no:
            return error(400, str(no))
        return success(orderid=order.orderid)

    def _cancelorder(self, body: Body) -> web.Response:
        if self.is_semi_auto and not self.is_analyze:
            return error(403, _SEMI_AUTO.format("Cancel", "cancel"))
        if self.is_analyze:
            return error(404, f"Order {body['orderid']} not found", mode="analyze")
        order = self.books.find(body["orderid"])
        if fault := fault_of_change(order):
            return fault
        assert order is not None
        order.status = "CANCELLED"
        return success(orderid=order.orderid)

    def _orderbook(self, body: Body) -> web.Response:
        if self.is_analyze:
            return success(mode="analyze", data={"orders": [], "statistics": {}})
        try:
            rows = self._rows()
        except UnboundLocalError as fault:
            return error(500, str(fault))
        # Every number there is made a fraction of two places.
        rounded = [
            {name: round(float(value), 2) if isinstance(value, int | float) else value for name, value in row.items()}
            for row in rows
        ]
        return success(data={"orders": rounded, "statistics": {"total_open_orders": 0}})

    def _rows(self) -> list[dict[str, object]]:
        """As the module of one broker does it: a state it does not know leaves the status of the row before."""
        rows: list[dict[str, object]] = []
        for order in self.books.orders:
            if order.status in _KNOWN_WORDS:
                order_status = _KNOWN_WORDS[order.status]
            rows.append({**row_of(order), "order_status": order_status})
        return rows

    def _orderstatus(self, body: Body) -> web.Response:
        try:
            rows = self._rows()
        except UnboundLocalError as fault:
            return error(500, str(fault))
        order = self.books.find(body["orderid"])
        if order is None:
            return error(404, f"Order {body['orderid']} not found")
        (row,) = (row for row in rows if row["orderid"] == order.orderid)
        average = self.average
        if average is None and row["order_status"] == "complete":
            average = next((trade.price for trade in self.books.trades if trade.order is order), None)
        return success(data={**row, "average_price": float(average or 0)})

    def _tradebook(self, body: Body) -> web.Response:
        if self.is_analyze:
            return success(mode="analyze", data=[])
        self.late_trades -= 1
        rows = []
        for trade in self.books.trades if self.late_trades < 0 else ():
            row = row_of(trade.order)
            kept = {name: row[name] for name in ("action", "exchange", "orderid", "product", "symbol", "timestamp")}
            numbers = {"quantity": int(trade.quantity), "average_price": float(trade.price)}
            rows.append({**kept, **numbers, "trade_value": float(trade.quantity * trade.price)})
        return success(data=rows)

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
        return success(data=rows)

    def _holdings(self, body: Body) -> web.Response:
        zeros = {"totalholdingvalue": 0, "totalinvvalue": 0, "totalprofitandloss": 0, "totalpnlpercentage": 0}
        return success(data={"holdings": [], "statistics": zeros})

    def _funds(self, body: Body) -> web.Response:
        if self.is_token_expired:
            return success(data={})
        used, zero = self.books.used, "0.00"
        money = {
            "availablecash": f"{self.books.cash - used:.2f}",
            "collateral": zero,
            "utiliseddebits": f"{used:.2f}",
        }
        return success(data={**money, "m2mrealized": zero, "m2munrealized": zero})

    def _margin(self, body: Body) -> web.Response:
        return success(data={"total_margin_required": 1600.5, "span_margin": 0, "exposure_margin": 0})

    def _analyzer(self, body: Body) -> web.Response:
        mode = "analyze" if self.is_analyze else "live"
        return success(data={"analyze_mode": self.is_analyze, "mode": mode, "total_logs": 0})

    def _multiquotes(self, body: Body) -> web.Response:
        found = []
        for one in body["symbols"]:  # type: ignore[attr-defined]
            last = self.books.prices.get(one["symbol"])
            told = {"data": {"ltp": float(last), "bid": 0, "ask": 0}} if last else {"error": "not found"}
            found.append({**one, **told})
        return success(results=found)

    def _history(self, body: Body) -> web.Response:
        prices = dict.fromkeys(("open", "high", "low", "close"), float(self.books.prices[str(body["symbol"])]))
        return success(
            data=[{"timestamp": 1795405500 + 300 * late, **prices, "volume": 7, "oi": 3} for late in (1, 0)]
        )

    def _intervals(self, body: Body) -> web.Response:
        return success(data={"months": ["M"], "weeks": [], "days": ["D"], "minutes": ["1m", "5m"], "seconds": []})

    def _depth(self, body: Body) -> web.Response:
        return error(404, "Broker-specific module not found")
