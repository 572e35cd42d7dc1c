"""What Upstox's adapter does around its requests: login, hosts, prices and charges."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.upstox.upstox import ADAPTER, UpstoxBroker
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, Unsupported
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, NotSent, Refused, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from core.ports import ChargeEstimator
from tests.brokers.upstox.fake_upstox import CODE, KEY, REDIRECT, SECRET, TOKEN, FakeUpstox
from tests.brokers.upstox.test_upstox_contract import SYMBOLS
from tests.contract.broker_contract import PRICE, buy, request
from tests.factories import SettableClock

APPLICATION = {"api_key": KEY, "api_secret": SECRET, "redirect_uri": REDIRECT}


class World:
    """A stand-in, and adapters in front of it."""

    def __init__(self, url: str, fake: FakeUpstox, clock: SettableClock, folder: Path) -> None:
        self.fake = fake
        self._opening = (Address("Upstox", url, 2, 1), clock, folder)
        self.opened: list[UpstoxBroker] = []

    def open(self, **credentials: str) -> UpstoxBroker:
        """An adapter with these credentials."""
        one = UpstoxBroker(Opening(credentials, *self._opening))
        self.opened.append(one)
        return one


@pytest.fixture
async def world(clock: SettableClock, tmp_path: Path) -> AsyncIterator[World]:
    """An empty book; the clock stands at a Monday, 10:00 in India."""
    fake = FakeUpstox(SYMBOLS)
    async with TestServer(fake.app()) as running:
        one = World(str(running.make_url("")), fake, clock, tmp_path)
        yield one
        for broker in one.opened:
            await broker.close()


async def test_login_makes_a_token_of_the_code(world: World) -> None:
    broker = world.open(**APPLICATION)
    await broker.load_instruments()
    with pytest.raises(BrokerUnavailable, match="login"):
        await broker.check()
    assert isinstance(await broker.place(request(buy())), NotSent)
    session = await broker.session()
    assert not session.is_open
    assert session.login_url == ADAPTER.login_url(APPLICATION) if ADAPTER.login_url else False
    for wrong in ("not-the-code", f"{REDIRECT}?state=x"):
        with pytest.raises(BrokerRefused):
            await broker.log_in(wrong)

    kept = await broker.log_in(f"{REDIRECT}?code={CODE}&state=x")

    assert kept == {**APPLICATION, "access_token": world.fake.token}
    await broker.check()
    session = await broker.session()
    assert session.is_open
    assert session.expires_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


async def test_token_alone_has_no_login(world: World) -> None:
    broker = world.open(access_token=TOKEN)
    await broker.check()
    with pytest.raises(Unsupported):
        await broker.log_in(CODE)
    world.fake.token = "another"
    with pytest.raises(BrokerUnavailable, match="login"):
        await broker.list_orders()
    with pytest.raises(BrokerUnavailable, match="login"):
        await broker.check()
    session = await broker.session()
    assert (session.is_open, session.login_url) == (False, None)


@pytest.mark.parametrize(
    ("base_url", "orders"),
    [
        ("https://api.upstox.com/v2", "https://api-hft.upstox.com"),
        ("https://api-sandbox.upstox.com", "https://api-sandbox.upstox.com"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_orders_leave_the_live_host_only_for_the_live_fast_one(
    base_url: str, orders: str, clock: SettableClock, tmp_path: Path
) -> None:
    broker = UpstoxBroker(Opening({"access_token": TOKEN}, Address("Upstox", base_url), clock, tmp_path))
    assert broker._orders._http._address.base_url == orders


async def test_history_finds_what_the_book_does_not_show_yet(world: World, clock: SettableClock) -> None:
    broker = world.open(access_token=TOKEN)
    await broker.load_instruments()
    clock.moment = datetime.now(UTC)
    once = request(buy(10, PRICE - 10))
    for _ in range(2):
        assert isinstance(await broker.place(once), Accepted)
    sought = Sought(once.client_order_id, once.terms, clock.now())
    assert len(await broker.find(sought)) == 2

    async def nothing() -> list[object]:
        return []

    broker.list_orders = nothing  # type: ignore[method-assign, assignment]
    assert len(await broker.find(sought)) == 2
    assert not await broker.find(Sought(request(buy()).client_order_id, buy(), clock.now()))
    with pytest.raises(NotFound):
        await broker.get(BrokerOrderId("1"))


async def test_prices_margin_and_charges(world: World) -> None:
    broker = world.open(access_token=TOKEN)
    await broker.load_instruments()
    (quote,) = await broker.fetch([("NSE", "SBIN"), ("NSE", "NOSUCH")])
    assert (quote.ltp, quote.bid, quote.bid_size) == (PRICE, PRICE - 1, 5)
    assert await broker.fetch_depth("NSE", "NOSUCH") is None
    assert (await broker.get_margin([Priced(buy(10), PRICE)])).total == 1600
    assert isinstance(broker, ChargeEstimator)
    assert await broker.estimate_charges([Priced(buy(10), PRICE)] * 2) == Decimal("16.62")


async def test_sl_m_waits_and_lots_are_refused(world: World, clock: SettableClock) -> None:
    broker = world.open(access_token=TOKEN)
    await broker.load_instruments()
    clock.moment = datetime.now(UTC)
    stop = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.SL_M, Product.MIS, trigger_price=PRICE + 10)
    placed = await broker.place(request(stop))
    assert isinstance(placed, Accepted)
    assert (await broker.get(placed.order.broker_order_id)).terms == stop
    rupee = LegTerms("CDS", "USDINR29DEC2684.25PE", Action.BUY, Decimal(1000))
    assert isinstance(await broker.place(request(rupee)), Refused)
