"""A local Kite: the API of one client, over a book that trades."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from brokers.common.json_text import render_json
from tests.brokers.zerodha.fake_kite_book import CASH, KiteBook, KiteError, now_text

SAMPLES = Path(__file__).parents[2] / "samples" / "zerodha"
API_KEY, API_SECRET, TOKEN = "thekey", "thesecret0123456789", "anewtoken0123456789"
REQUEST_TOKEN = "arequesttoken0123456789"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeKite:
    """Answers as Kite does. `asked` is every request by method and path, `error` what every other one is told."""

    book: KiteBook = field(default_factory=KiteBook)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    asked: list[tuple[str, str]] = field(default_factory=list)
    error: KiteError | None = None
    user_id: str = "AB1234"

    def app(self) -> web.Application:
        """The API."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
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
            if request.path not in ("/session/token", "/instruments"):
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
        return web.Response(body=(SAMPLES / "instruments.csv").read_bytes(), content_type="text/csv")

    async def _orders(self, _: web.Request) -> web.Response:
        return _success(self.book.orders)

    async def _place(self, request: web.Request) -> web.Response:
        return _success({"order_id": self.book.place(request.match_info["variety"], await _form(request))})

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
    return web.Response(text=render_json({"status": "success", "data": data}), content_type="application/json")


@asynccontextmanager
async def running(fake: FakeKite) -> AsyncIterator[str]:
    """The address of a fake that listens."""
    async with TestServer(fake.app()) as server:
        yield str(server.make_url("/"))
