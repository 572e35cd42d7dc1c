"""What Alpaca's adapter does around its requests: changed orders, keys, hosts, prices, pages of fills."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from brokers.alpaca import alpaca
from brokers.alpaca.alpaca import AlpacaBroker
from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, Unsupported
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, NotSent, OrderChange, Refused, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from tests.brokers.alpaca.fake_alpaca import KEY, SECRET, FakeAlpaca
from tests.brokers.alpaca.test_alpaca_contract import ASSETS
from tests.contract.broker_contract import PRICE, request
from tests.factories import SettableClock

CREDENTIALS = {"api_key": KEY, "api_secret": SECRET}
APPLE = LegTerms("NASDAQ", "AAPL", Action.BUY, Decimal("2.5"), PriceType.LIMIT, Product.CNC, PRICE - 10)


@pytest.fixture
def fake() -> FakeAlpaca:
    """An empty book."""
    return FakeAlpaca(ASSETS)


@pytest.fixture
async def broker(fake: FakeAlpaca, clock: SettableClock, tmp_path: Path) -> AsyncIterator[AlpacaBroker]:
    """The adapter, with today's assets."""
    clock.moment = datetime.now(UTC)
    async with TestServer(fake.app()) as running:
        address = Address("Alpaca", f"{running.make_url('')}/v2", 5, 2)
        one = AlpacaBroker(Opening(CREDENTIALS, address, clock, tmp_path))
        await one.load_instruments()
        yield one
        await one.close()


async def test_changed_order_keeps_its_number(broker: AlpacaBroker, fake: FakeAlpaca) -> None:
    sent = request(APPLE)
    placed = await broker.place(sent)
    assert isinstance(placed, Accepted)
    number = placed.order.broker_order_id
    for step in (1, 2):
        changed = await broker.modify(number, OrderChange(replace(APPLE, price=PRICE - 10 - step)))
        assert (changed.broker_order_id, changed.terms.price) == (number, PRICE - 10 - step)

    (listed,) = await broker.list_orders()
    (found,) = await broker.find(Sought(sent.client_order_id, APPLE, sent.deadline))
    assert listed == found == changed
    assert len(fake.exchange.orders) == 3

    assert (await broker.cancel(number)).status is BrokerStatus.CANCELLED
    with pytest.raises(BrokerRefused):
        await broker.cancel(number)
    with pytest.raises(NotFound):
        await broker.cancel(BrokerOrderId("6f6e1f2e-0000-4000-8000-000000000000"))


async def test_key_that_is_not_taken_closes_the_session(broker: AlpacaBroker, fake: FakeAlpaca) -> None:
    assert (await broker.session()).is_open
    fake.secret = "another"
    assert not (await broker.session()).is_open
    with pytest.raises(BrokerUnavailable, match="API key"):
        await broker.check()
    assert isinstance(await broker.place(request(APPLE)), NotSent)
    fake.secret = SECRET
    assert (await broker.session()).is_open
    await broker.check()
    fake.account["trading_blocked"] = True
    assert not (await broker.session()).is_open
    with pytest.raises(BrokerUnavailable, match="may not trade"):
        await broker.check()
    with pytest.raises(Unsupported):
        await broker.log_in("anything")


@pytest.mark.parametrize(
    ("base_url", "prices"),
    [
        ("https://paper-api.alpaca.markets/v2", "https://data.alpaca.markets"),
        ("https://api.alpaca.markets", "https://data.alpaca.markets"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_prices_come_from_their_own_host(base_url: str, prices: str, clock: SettableClock, tmp_path: Path) -> None:
    broker = AlpacaBroker(Opening(CREDENTIALS, Address("Alpaca", base_url), clock, tmp_path))
    assert broker._prices._client._http._address.base_url == prices


async def test_prices_of_shares_and_coins(broker: AlpacaBroker) -> None:
    quotes = await broker.fetch([("CRYPTO", "BTCUSD"), ("NASDAQ", "AAPL"), ("NYSE", "NOSUCH")])
    assert [(one.symbol, one.ltp, one.bid_size) for one in quotes] == [("AAPL", PRICE, 5), ("BTCUSD", PRICE, 5)]
    depth = await broker.fetch_depth("NASDAQ", "AAPL")
    assert depth is not None
    assert depth.quote.prev_close == PRICE - Decimal("4.5")
    assert await broker.fetch_depth("NYSE", "NOSUCH") is None


async def test_fills_come_in_pages(broker: AlpacaBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alpaca, "_PAGE", 2)
    terms = replace(APPLE, pricetype=PriceType.MARKET, price=Decimal(0))
    sent = [await broker.place(request(terms)) for _ in range(5)]

    trades = await broker.list_trades()

    assert [trade.broker_order_id for trade in trades] == [
        placed.order.broker_order_id for placed in sent if isinstance(placed, Accepted)
    ]


async def test_what_alpaca_does_not_have_is_refused(broker: AlpacaBroker, fake: FakeAlpaca) -> None:
    for terms in (replace(APPLE, product=Product.MIS), replace(APPLE, exchange="NSE"), replace(APPLE, symbol="HALT")):
        assert isinstance(await broker.place(request(terms)), Refused)
    assert not fake.exchange.orders


async def test_stops_wait_for_their_trigger(broker: AlpacaBroker) -> None:
    stop = replace(APPLE, pricetype=PriceType.SL_M, price=Decimal(0), trigger_price=PRICE + 10)
    placed = await broker.place(request(stop))
    assert isinstance(placed, Accepted)

    order = await broker.get(placed.order.broker_order_id)

    assert (order.status, order.terms) == (BrokerStatus.TRIGGER_PENDING, stop)
