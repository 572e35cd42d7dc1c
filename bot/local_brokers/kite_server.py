"""A local Kite: the API of one client, over a book that trades."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from aiohttp import web

from bot.local_brokers.kite_book import CASH, KiteBook, KiteError, now_text
from bot.local_brokers.pushes import Pushes
from core.money import as_json_number

API_KEY, API_SECRET, TOKEN = "thekey", "thesecret0123456789", "anewtoken0123456789"
REQUEST_TOKEN = "arequesttoken0123456789"  # noqa: S105 - nobody but this server knows it
DUMP = b"""\
instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange
256265,1001,NIFTY 50,"NIFTY 50",0,,0,0,0,EQ,INDICES,NSE
779521,3045,SBIN,"STATE BANK OF INDIA",0,,0,0.05,1,EQ,NSE,NSE
"""
"""The shortest list of instruments that is one."""
_SHUTDOWN_S = 1.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class LocalKite:
    """Answers as Kite does. `asked` is every request by method and path, `error` what every other one is told."""

    dump: bytes = DUMP
    book: KiteBook = field(default_factory=KiteBook)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    asked: list[tuple[str, str]] = field(default_factory=list)
    error: KiteError | None = None
    user_id: str = "AB1234"
    pushes: Pushes = field(default_factory=Pushes)
    _loses_answer: bool = False
    _shows_orders: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._shows_orders.set()
        self.book.tell = lambda row: self.pushes.say({"type": "order", "data": row})

    def lose_next_answer(self) -> None:
        """Take the next order and say nothing; the order book keeps everybody waiting until `show_orders`."""
        self._loses_answer = True

    def show_orders(self) -> None:
        """Answer who waits for the order book."""
        self._shows_orders.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Listen on any free port of this machine until the block ends; yields the address."""
        runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            self.show_orders()
            await runner.cleanup()

    def app(self) -> web.Application:
        """The API."""
        app = web.Application(middlewares=[self._guard])
        app.on_shutdown.append(self.pushes.close)
        app.add_routes(
            [
                web.get("/", self._push),
                web.post("/session/token", self._session),
                web.get("/user/profile", self._profile),
                web.get("/user/margins", self._margins),
                web.get("/instruments", self._instruments),
                web.get("/orders", self._orders),
                web.post("/orders/{variety}", self._place),
                web.put("/orders/{variety}/{order_id}", self._modify),
                web.delete("/orders/{variety}/{order_id}", self._cancel),
                web.get("/trades", self._trades),
                web.get("/portfolio/positions", self._positions),
                web.get("/portfolio/holdings", self._holdings),
                web.get("/quote", self._quote),
                web.post("/margins/basket", self._basket),
                web.post("/charges/orders", self._charges),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        try:
            if request.headers.get("X-Kite-Version") != "3":
                raise KiteError(400, "InputException", "X-Kite-Version is missing")
            if request.path not in ("/", "/session/token", "/instruments"):
                self._admit(request.headers.get("Authorization", ""))
            if self.error:
                raise self.error
            return await handler(request)
        except KiteError as no:
            body = {"status": "error", "message": no.message, "error_type": no.kind}
            return web.json_response(body, status=no.status)

    def _admit(self, authorization: str) -> None:
        if authorization not in {f"token {API_KEY}:{token}" for token in self.tokens}:
            raise KiteError(403, "TokenException", "Incorrect `api_key` or `access_token`.")

    async def _push(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("api_key") != API_KEY or request.query.get("access_token") not in self.tokens:
            raise web.HTTPForbidden
        return await self.pushes.serve(request)

    async def _session(self, request: web.Request) -> web.Response:
        form = await request.post()
        expected = sha256(f"{API_KEY}{REQUEST_TOKEN}{API_SECRET}".encode()).hexdigest()
        if (form["api_key"], form["request_token"], form["checksum"]) != (API_KEY, REQUEST_TOKEN, expected):
            raise KiteError(403, "TokenException", "Token is invalid or has expired.")
        self.tokens = {TOKEN}
        who = {"user_id": self.user_id, "user_name": "Asha Client", "login_time": now_text()}
        return _success({**who, "access_token": TOKEN})

    async def _profile(self, _: web.Request) -> web.Response:
        return _success({"user_id": self.user_id, "user_name": "Asha Client", "broker": "ZERODHA"})

    async def _margins(self, _: web.Request) -> web.Response:
        debits = self.book.debits()
        equity = {
            "enabled": True,
            "net": CASH - debits,
            "available": {"collateral": 0},
            "utilised": {"debits": debits},
        }
        return _success({"equity": equity})

    async def _instruments(self, _: web.Request) -> web.Response:
        return web.Response(body=self.dump, content_type="text/csv")

    async def _orders(self, _: web.Request) -> web.Response:
        await self._shows_orders.wait()
        return _success(self.book.orders)

    async def _place(self, request: web.Request) -> web.Response:
        order_id = self.book.place(request.match_info["variety"], await _form(request))
        if self._loses_answer and request.transport is not None:
            self._loses_answer = False
            self._shows_orders.clear()
            request.transport.abort()
        return _success({"order_id": order_id})

    async def _modify(self, request: web.Request) -> web.Response:
        return _success({"order_id": self.book.modify(request.match_info["order_id"], await _form(request))})

    async def _cancel(self, request: web.Request) -> web.Response:
        return _success({"order_id": self.book.cancel(request.match_info["order_id"])})

    async def _trades(self, _: web.Request) -> web.Response:
        return _success(self.book.trades)

    async def _positions(self, _: web.Request) -> web.Response:
        return _success({"net": self.book.net(), "day": []})

    async def _holdings(self, _: web.Request) -> web.Response:
        return _success([])

    async def _quote(self, request: web.Request) -> web.Response:
        return _success({key: {"last_price": self.book.price(key)} for key in request.query.getall("i")})

    async def _basket(self, request: web.Request) -> web.Response:
        total = sum((Decimal(one["quantity"]) * 160 for one in await request.json()), Decimal(0))
        return _success({"initial": {"total": total}, "final": {"span": 0, "total": total}})

    async def _charges(self, request: web.Request) -> web.Response:
        return _success([{"charges": {"total": Decimal("1.25")}} for _ in await request.json()])


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise KiteError(400, "InputException", "a form was expected")
    return {name: str(value) for name, value in (await request.post()).items()}


def _success(data: object) -> web.Response:
    body = json.dumps({"status": "success", "data": data}, default=as_json_number)
    return web.Response(text=body, content_type="application/json")
