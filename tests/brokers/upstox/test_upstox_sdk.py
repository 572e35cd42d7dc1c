"""The adapter sends what Upstox's own SDK sends for the same call, to the same one of its two hosts."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.common.adapter import Opening
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Address
from brokers.upstox.upstox import UpstoxBroker
from brokers.upstox.upstox_symbols import parse_symbols
from core.clock import SystemClock
from core.errors import BrokerError
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import OrderChange, PlaceRequest
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.recording import Recorder, recording
from tests.brokers.upstox.test_upstox_contract import SYMBOLS

sdk = pytest.importorskip(
    "upstox_client", reason="upstox_client is not installed: pip install upstox-python-sdk==2.30.0"
)

NUMBER = BrokerOrderId("261127025562880")
OURS = ClientOrderId("CABCDEFGHJKMNPQR1")
SBIN = "NSE_EQ|INE062A01020"
STOP = LegTerms("NSE", "SBIN", Action.SELL, Decimal(5), PriceType.SL, Product.CNC, Decimal(799), Decimal("800.05"), 2)
OPTION = LegTerms("NFO", "NIFTY29DEC2626000CE", Action.BUY, Decimal(65), PriceType.MARKET, Product.NRML)
HEADERS = ("Authorization", "Content-Type")


class Both:
    """The adapter and the SDK before recorders of the two hosts."""

    def __init__(self, usual: Recorder, fast: Recorder, folder: Path) -> None:
        self.usual, self.fast = usual, fast
        clock = SystemClock()
        address = Address("Upstox", usual.url)
        self.broker = UpstoxBroker(Opening({"access_token": "token"}, address, clock, folder))
        self.broker._orders = GuardedClient(Address("Upstox", fast.url), clock)
        self.broker._loader.master = parse_symbols(SYMBOLS, date(2026, 11, 27))
        configuration = sdk.Configuration()
        configuration.host, configuration.order_host = usual.url, fast.url
        configuration.access_token = "token"
        self.client = sdk.ApiClient(configuration)

    def first(self) -> tuple[str, Any]:
        """The first request since the last look, and where it was heard."""
        found = [("fast", self.fast.asked), ("usual", self.usual.asked)]
        host, asked = next((host, list(asked)) for host, asked in found if asked)
        self.fast.asked.clear()
        self.usual.asked.clear()
        return host, asked[0]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    """Both, with the same token."""
    async with recording(Recorder(HEADERS)) as usual, recording(Recorder(HEADERS)) as fast:
        one = Both(usual, fast, tmp_path)
        yield one
        await one.broker.close()


@pytest.mark.parametrize("terms", [STOP, OPTION])
async def test_order(both: Both, terms: LegTerms) -> None:
    is_stop = terms is STOP
    await both.broker.place(PlaceRequest(OURS, terms, datetime.now(UTC) + timedelta(minutes=1)))
    host, ours = both.first()
    body = sdk.PlaceOrderV3Request(
        quantity=int(terms.quantity),
        product="D",
        validity="DAY",
        price=float(terms.price),
        tag=OURS,
        slice=False,
        instrument_token=SBIN if is_stop else "NSE_FO|35084",
        order_type="SL" if is_stop else "MARKET",
        transaction_type="SELL" if is_stop else "BUY",
        disclosed_quantity=terms.disclosed_quantity,
        trigger_price=float(terms.trigger_price),
        is_amo=False,
        market_protection=None if is_stop else -1,
    )

    same = await both.fast.of(lambda: sdk.OrderApiV3(both.client).place_order(body))

    assert host == "fast"
    assert ours == same


async def test_cancel_and_modify(both: Both) -> None:
    api = sdk.OrderApiV3(both.client)
    with suppress(BrokerError):
        await both.broker.cancel(NUMBER)
    host, ours = both.first()
    same = await both.fast.of(lambda: api.cancel_order(NUMBER))
    # The SDK sends an empty object with it.
    assert (host, ours.method, ours.path, ours.query, ours.body or {}) == (
        "fast",
        same.method,
        same.path,
        same.query,
        same.body,
    )

    with suppress(BrokerError):
        await both.broker.modify(NUMBER, OrderChange(STOP))
    host, ours = both.first()
    body = sdk.ModifyOrderRequest(
        quantity=5,
        validity="DAY",
        price=799.0,
        order_id=NUMBER,
        order_type="SL",
        disclosed_quantity=2,
        trigger_price=800.05,
    )
    assert host == "fast"
    assert ours == await both.fast.of(lambda: api.modify_order(body))


def questions(both: Both) -> list[tuple[Any, Any]]:
    """What is asked, by us and by the SDK."""
    broker, client, version = both.broker, both.client, "2.0"
    order, portfolio, user, charge = (
        sdk.OrderApi(client),
        sdk.PortfolioApi(client),
        sdk.UserApi(client),
        sdk.ChargeApi(client),
    )
    margin = sdk.MarginRequest([sdk.Instrument(SBIN, 5, "D", "SELL", 799.5)])
    priced = [Priced(STOP, Decimal("799.5"))]
    return [
        (lambda: broker.get(NUMBER), lambda: order.get_order_status(order_id=NUMBER)),
        (broker.list_orders, lambda: order.get_order_book(version)),
        (broker.list_trades, lambda: order.get_trade_history(version)),
        (broker.list_positions, lambda: portfolio.get_positions(version)),
        (broker.list_holdings, lambda: portfolio.get_holdings(version)),
        (broker.get_funds, lambda: user.get_user_fund_margin(version)),
        (broker.session, lambda: user.get_profile(version)),
        (lambda: broker.get_margin(priced), lambda: charge.post_margin(margin)),
        (
            lambda: broker.estimate_charges(priced),
            lambda: charge.get_brokerage(SBIN, 5, "D", "SELL", "799.5", version),
        ),
        (
            lambda: broker.fetch([("NSE", "SBIN")]),
            lambda: sdk.MarketQuoteApi(client).get_full_market_quote(SBIN, version),
        ),
        (
            lambda: broker._ask(broker._call("GET", "/v2/order/history", {"tag": OURS})),
            lambda: order.get_order_details(version, tag=OURS),
        ),
    ]


async def test_questions(both: Both) -> None:
    for ask, call in questions(both):
        with suppress(BrokerError):
            await ask()
        host, ours = both.first()
        same = await both.usual.of(call)
        # What the SDK still calls `symbol`, Upstox's documentation calls `instrument_key`.
        query = tuple(("instrument_key" if name == "symbol" else name, value) for name, value in same.query)
        assert (host, ours.method, ours.path, ours.query, ours.body) == (
            "usual",
            same.method,
            same.path,
            query,
            same.body,
        )
        assert ours.headers["Authorization"] == same.headers["Authorization"]


async def test_login(both: Both) -> None:
    both.broker._credentials.update(api_key="k", api_secret="s", redirect_uri="https://a.b/c")
    with suppress(BrokerError):
        await both.broker.log_in("the-code")
    host, ours = both.first()

    same = await both.usual.of(
        lambda: sdk.LoginApi(both.client).token(
            "2.0",
            code="the-code",
            client_id="k",
            client_secret="s",
            redirect_uri="https://a.b/c",
            grant_type="authorization_code",
        ),
    )

    assert (host, ours.method, ours.path, ours.body) == ("usual", same.method, same.path, same.body)
