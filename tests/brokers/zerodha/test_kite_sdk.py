"""What we send is what Kite's own SDK sends for the same call: method, path, query, headers that matter, and body."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brokers.zerodha.zerodha import ZerodhaBroker
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, OrderChange
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, REQUEST_TOKEN, TOKEN, FakeKite
from tests.brokers.zerodha.kite_rig import open_broker
from tests.contract.broker_contract import buy, request

kiteconnect = pytest.importorskip(
    "kiteconnect", reason="Zerodha's SDK is not installed: pip install kiteconnect, outside of this environment"
)
pytestmark = pytest.mark.filterwarnings("ignore")
LIMIT = LegTerms(
    "NFO", "NIFTY01DEC2626000CE", Action.SELL, Decimal(75), PriceType.LIMIT, Product.NRML, Decimal("112.5")
)
STOP = LegTerms("NSE", "SBIN", Action.SELL, Decimal(5), PriceType.SL, Product.MIS, Decimal("789.5"), Decimal(790), 1)
STOP_MARKET = replace(STOP, pricetype=PriceType.SL_M, product=Product.CNC, price=Decimal(0), disclosed_quantity=0)
BASKET = [Priced(LIMIT, Decimal(112)), Priced(buy(), Decimal(800))]


@dataclass
class Recorder:
    """A local Kite that writes down what it is sent."""

    fake: FakeKite = field(default_factory=FakeKite)
    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def app(self) -> web.Application:
        """The fake behind a pen."""
        app = self.fake.app()
        app.middlewares.insert(0, self._write)
        return app

    @web.middleware
    async def _write(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        raw = await request.read()
        is_json = request.content_type == "application/json" and raw
        body = json.loads(raw, parse_float=Decimal) if is_json else sorted((await request.post()).items())
        said = {name: request.headers.get(name) for name in ("X-Kite-Version", "Authorization")}
        form = request.content_type if raw else None
        query = sorted((name, value.lower()) for name, value in request.query.items())
        self.heard.append((request.method, request.path, query, said, form, body))
        return await handler(request)

    def of(self, method: str, path: str) -> tuple[Any, ...]:
        """The last request of this method whose path begins so."""
        return next(one for one in reversed(self.heard) if one[0] == method and one[1].startswith(path))


@dataclass
class Both:
    """Our broker and their SDK, in front of one recorder."""

    ours: ZerodhaBroker
    theirs: Any
    recorder: Recorder

    async def compare(
        self, what: tuple[str, str], ours: Callable[[], Awaitable[object]], theirs: Callable[[], object]
    ) -> None:
        """Both send the same."""
        await ours()
        sent_by_us = self.recorder.of(*what)
        self.recorder.heard.clear()
        await asyncio.to_thread(theirs)
        assert sent_by_us == self.recorder.of(*what)

    async def resting(self) -> BrokerOrderId:
        """An order that waits for its price."""
        sell = replace(buy(5, Decimal(900)), action=Action.SELL)
        placed = await self.ours.place(request(sell))
        assert isinstance(placed, Accepted)
        return placed.order.broker_order_id


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    """The same client, logged in with both."""
    recorder = Recorder()
    async with TestServer(recorder.app()) as running:
        url = str(running.make_url("/")).rstrip("/")
        ours = open_broker(url, tmp_path)
        await ours.load_instruments()
        yield Both(ours, kiteconnect.KiteConnect(API_KEY, TOKEN, root=url), recorder)
        await ours.close()


def in_their_words(terms: LegTerms, symbol: str) -> dict[str, Any]:
    """An order's terms as the SDK takes them."""
    words: dict[str, Any] = {
        "variety": "regular",
        "exchange": terms.exchange,
        "tradingsymbol": symbol,
        "transaction_type": terms.action.value,
        "product": terms.product.value,
    }
    return words | changeable(terms)


def changeable(terms: LegTerms) -> dict[str, Any]:
    """What may change of an order, as the SDK takes it."""
    words: dict[str, Any] = {
        "quantity": int(terms.quantity),
        "order_type": terms.pricetype.value,
        "validity": "DAY",
        "disclosed_quantity": terms.disclosed_quantity,
    }
    if terms.price:
        words["price"] = float(terms.price)
    if terms.trigger_price:
        words["trigger_price"] = int(terms.trigger_price)
    if terms.pricetype in (PriceType.MARKET, PriceType.SL_M):
        words["market_protection"] = kiteconnect.KiteConnect.MARKET_PROTECTION_AUTO
    return words


@pytest.mark.parametrize(
    ("terms", "symbol"),
    [(buy(), "SBIN"), (LIMIT, "NIFTY26D0126000CE"), (STOP, "SBIN"), (STOP_MARKET, "SBIN")],
    ids=["market", "limit", "sl", "sl-m"],
)
async def test_an_order(both: Both, terms: LegTerms, symbol: str) -> None:
    order = request(terms)

    await both.compare(
        ("POST", "/orders"),
        lambda: both.ours.place(order),
        lambda: both.theirs.place_order(**in_their_words(terms, symbol), tag=order.client_order_id),
    )


async def test_a_change(both: Both) -> None:
    order_id = await both.resting()

    await both.compare(
        ("PUT", "/orders"),
        lambda: both.ours.modify(order_id, OrderChange(STOP)),
        lambda: both.theirs.modify_order("regular", order_id, **changeable(STOP)),
    )


async def test_a_cancellation(both: Both) -> None:
    order_id = await both.resting()
    await both.ours.cancel(order_id)
    ours = both.recorder.of("DELETE", "/orders")
    both.recorder.fake.book.orders[0]["status"] = "OPEN"
    both.recorder.heard.clear()

    await asyncio.to_thread(both.theirs.cancel_order, "regular", order_id)

    assert ours == both.recorder.of("DELETE", "/orders")


async def test_a_login(both: Both) -> None:
    theirs = kiteconnect.KiteConnect(API_KEY, root=both.theirs.root)

    await both.compare(
        ("POST", "/session/token"),
        lambda: both.ours.log_in(REQUEST_TOKEN),
        lambda: theirs.generate_session(REQUEST_TOKEN, API_SECRET),
    )


@pytest.mark.parametrize(
    ("path", "ours", "theirs"),
    [
        ("/orders", "list_orders", "orders"),
        ("/trades", "list_trades", "trades"),
        ("/portfolio/positions", "list_positions", "positions"),
        ("/portfolio/holdings", "list_holdings", "holdings"),
        ("/user/margins", "get_funds", "margins"),
        ("/user/profile", "session", "profile"),
    ],
)
async def test_a_look(both: Both, path: str, ours: str, theirs: str) -> None:
    await both.compare(("GET", path), getattr(both.ours, ours), getattr(both.theirs, theirs))


async def test_the_list_of_instruments(both: Both) -> None:
    ours = both.recorder.of("GET", "/instruments")

    await asyncio.to_thread(both.theirs.instruments)

    assert ours == both.recorder.of("GET", "/instruments")


async def test_prices(both: Both) -> None:
    await both.compare(
        ("GET", "/quote"),
        lambda: both.ours.fetch([("NSE", "SBIN"), ("NSE_INDEX", "NIFTY"), ("NSE", "M&M")]),
        lambda: both.theirs.quote("NSE:SBIN", "NSE:NIFTY 50", "NSE:M&M"),
    )


def described(priced: Priced, symbol: str) -> dict[str, Any]:
    """A basket's order as the SDK takes it: as it is sent."""
    terms = priced.terms
    return {
        "exchange": terms.exchange,
        "tradingsymbol": symbol,
        "transaction_type": terms.action.value,
        "variety": "regular",
        "product": terms.product.value,
        "order_type": terms.pricetype.value,
        "quantity": int(terms.quantity),
    }


async def test_margin(both: Both) -> None:
    theirs = [
        described(one, symbol) | {"price": float(one.terms.price), "trigger_price": 0}
        for one, symbol in zip(BASKET, ("NIFTY26D0126000CE", "SBIN"), strict=True)
    ]

    await both.compare(
        ("POST", "/margins/basket"),
        lambda: both.ours.get_margin(BASKET),
        lambda: both.theirs.basket_order_margins(theirs),
    )


async def test_charges(both: Both) -> None:
    theirs = [
        {"order_id": str(number), **described(one, symbol), "average_price": int(one.price)}
        for number, (one, symbol) in enumerate(zip(BASKET, ("NIFTY26D0126000CE", "SBIN"), strict=True), 1)
    ]

    await both.compare(
        ("POST", "/charges/orders"),
        lambda: both.ours.estimate_charges(BASKET),
        lambda: both.theirs.get_virtual_contract_note(theirs),
    )
