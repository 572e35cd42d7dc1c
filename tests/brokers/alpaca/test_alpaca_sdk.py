"""The adapter sends what Alpaca's own SDK sends for the same call; the SDK writes amounts as numbers."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from brokers.alpaca.alpaca import AlpacaBroker
from brokers.alpaca.alpaca_symbols import parse_symbols
from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from core.clock import SystemClock
from core.errors import BrokerError, NotFound
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import OrderChange, PlaceRequest, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from tests.brokers.alpaca.test_alpaca_contract import ASSETS
from tests.brokers.recording import Asked, Recorder, recording

sdk = pytest.importorskip("alpaca.trading.client", reason="alpaca-py is not installed: pip install alpaca-py==0.44.0")
trading = pytest.importorskip("alpaca.trading.requests")
stocks = pytest.importorskip("alpaca.data.historical.stock")
coins = pytest.importorskip("alpaca.data.historical.crypto")
prices = pytest.importorskip("alpaca.data.requests")

NUMBER = BrokerOrderId("61e69015-8549-4bfd-b9c3-01e75843f47d")
OURS = ClientOrderId("CABCDEFGHJKMNPQR1")
SHARE = LegTerms("NASDAQ", "AAPL", Action.BUY, Decimal("1.5"), PriceType.MARKET, Product.CNC)
STOP = LegTerms(
    "NASDAQ", "AAPL", Action.SELL, Decimal(5), PriceType.SL, Product.CNC, Decimal("225.1"), Decimal("225.5")
)
COIN = LegTerms("CRYPTO", "BTCUSD", Action.BUY, Decimal("0.01"), PriceType.LIMIT, Product.CNC, Decimal(90000))
AMOUNTS = ("qty", "limit_price", "stop_price")


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    """What both ask."""
    async with recording(Recorder(("APCA-API-KEY-ID", "APCA-API-SECRET-KEY"))) as one:
        yield one


@pytest.fixture
async def broker(recorder: Recorder, tmp_path: Path) -> AsyncIterator[AlpacaBroker]:
    """The adapter."""
    credentials = {"api_key": "key", "api_secret": "secret"}
    one = AlpacaBroker(Opening(credentials, Address("Alpaca", recorder.url), SystemClock(), tmp_path))
    one._loader.master = parse_symbols(ASSETS, date(2026, 11, 27))
    yield one
    await one.close()


@pytest.fixture
def theirs(recorder: Recorder) -> Any:
    """The SDK."""
    return sdk.TradingClient("key", "secret", paper=True, url_override=recorder.url)


def in_numbers(asked: Asked) -> Any:
    """A body in which texts that are amounts are numbers."""
    return {name: float(value) if name in AMOUNTS else value for name, value in (asked.body or {}).items()}


def same(ours: Asked, their: Asked) -> bool:
    """Whether all that matters is the same."""
    return (ours.method, ours.path, ours.query, ours.headers, in_numbers(ours)) == (
        their.method,
        their.path,
        their.query,
        their.headers,
        in_numbers(their),
    )


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (SHARE, ("MarketOrderRequest", {"symbol": "AAPL", "qty": 1.5, "side": "buy", "time_in_force": "day"})),
        (
            STOP,
            (
                "StopLimitOrderRequest",
                {
                    "symbol": "AAPL",
                    "qty": 5,
                    "side": "sell",
                    "time_in_force": "day",
                    "limit_price": 225.1,
                    "stop_price": 225.5,
                },
            ),
        ),
        (
            COIN,
            (
                "LimitOrderRequest",
                {"symbol": "BTC/USD", "qty": 0.01, "side": "buy", "time_in_force": "gtc", "limit_price": 90000},
            ),
        ),
    ],
)
async def test_order(broker: AlpacaBroker, theirs: Any, recorder: Recorder, terms: LegTerms, said: Any) -> None:
    await broker.place(PlaceRequest(OURS, terms, datetime.now(UTC) + timedelta(minutes=1)))
    ours = recorder.asked.pop()
    wanted = getattr(trading, said[0])(client_order_id=OURS, **said[1])

    their = await recorder.of(lambda: theirs.submit_order(wanted))

    assert same(ours, their), (ours, their)


async def test_cancel_and_modify(broker: AlpacaBroker, theirs: Any, recorder: Recorder) -> None:
    with suppress(BrokerError):
        await broker.cancel(NUMBER)
    ours = recorder.asked[0]
    assert same(ours, await recorder.of(lambda: theirs.cancel_order_by_id(NUMBER)))
    recorder.asked.clear()

    with suppress(BrokerError):
        await broker.modify(NUMBER, OrderChange(STOP))
    ours = recorder.asked[0]
    change = trading.ReplaceOrderRequest(qty=5, time_in_force="day", limit_price=225.1, stop_price=225.5)
    assert same(ours, await recorder.of(lambda: theirs.replace_order_by_id(UUID(NUMBER), change)))


async def test_questions(broker: AlpacaBroker, theirs: Any, recorder: Recorder) -> None:
    shares = stocks.StockHistoricalDataClient("key", "secret", url_override=recorder.url)
    crypto = coins.CryptoHistoricalDataClient("key", "secret", url_override=recorder.url)
    questions: list[tuple[Any, Any]] = [
        (lambda: broker.get(NUMBER), lambda: theirs.get_order_by_id(NUMBER)),
        (lambda: broker.find(Sought(OURS, SHARE, datetime.now(UTC))), lambda: theirs.get_order_by_client_id(OURS)),
        (
            broker.list_orders,
            lambda: theirs.get_orders(trading.GetOrdersRequest(status="all", limit=500, direction="desc")),
        ),
        (broker.list_positions, theirs.get_all_positions),
        (broker.get_funds, theirs.get_account),
        (
            broker._download_symbols,
            lambda: theirs.get_all_assets(trading.GetAssetsRequest(status="active")),
        ),
        (
            lambda: broker.fetch([("NASDAQ", "AAPL")]),
            lambda: shares.get_stock_snapshot(prices.StockSnapshotRequest(symbol_or_symbols=["AAPL"])),
        ),
        (
            lambda: broker.fetch([("CRYPTO", "BTCUSD")]),
            lambda: crypto.get_crypto_snapshot(prices.CryptoSnapshotRequest(symbol_or_symbols=["BTC/USD"])),
        ),
    ]
    for ask, call in questions:
        recorder.asked.clear()
        with suppress(BrokerError, NotFound):
            await ask()
        ours = recorder.asked[0]
        their = await recorder.of(call)
        assert same(ours, their), (ours, their)
