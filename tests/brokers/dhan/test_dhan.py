"""What Dhan's adapter does around its requests: the session, the symbols, prices, and what it may not show."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from brokers.common.adapter import Opening
from brokers.common.http_client import Address
from brokers.dhan.dhan import DhanBroker
from core.errors import BrokerUnavailable, NotFound, Unsupported
from core.ids import BrokerOrderId
from core.orders.broker_order import Accepted, NotSent, Refused, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.portfolio.margin import Priced
from tests.brokers.dhan.fake_dhan import CLIENT, TOKEN, FakeDhan
from tests.brokers.dhan.test_dhan_contract import SYMBOLS
from tests.contract.broker_contract import PRICE, buy, request
from tests.factories import SettableClock


@pytest.fixture
async def fake() -> FakeDhan:
    """An empty book."""
    return FakeDhan(SYMBOLS.read_bytes())


@pytest.fixture
async def broker(fake: FakeDhan, clock: SettableClock, tmp_path: Path) -> AsyncIterator[DhanBroker]:
    """The adapter, by a clock that stands at a Monday, 10:00 in India; no symbols yet."""
    async with TestServer(fake.app()) as running:
        address = Address("Dhan", f"{running.make_url('')}/v2/", 2, 1)
        one = DhanBroker(Opening({"client_id": CLIENT, "access_token": TOKEN}, address, clock, tmp_path))
        yield one
        await one.close()


async def test_symbols_are_fetched_once_a_day(broker: DhanBroker, fake: FakeDhan, clock: SettableClock) -> None:
    assert broker.instruments.as_of is None
    placed = await broker.place(request(buy()))
    assert isinstance(placed, NotSent)

    await broker.load_instruments()
    await broker.load_instruments()
    assert fake.downloads == 1
    assert broker.instruments.as_of == clock.now().date()

    clock.advance(days=1)
    fake.symbols = b"<html>maintenance</html>"
    with pytest.raises(BrokerUnavailable, match="cannot be read"):
        await broker.load_instruments()
    assert broker.instruments.as_of == clock.now().date() - timedelta(days=1)


async def test_symbols_on_the_disk_need_no_broker(
    broker: DhanBroker, fake: FakeDhan, clock: SettableClock, tmp_path: Path
) -> None:
    await broker.load_instruments()
    away = Address("Dhan", "http://127.0.0.1:1", 0.2, 0.2)
    other = DhanBroker(Opening({"client_id": CLIENT, "access_token": TOKEN}, away, clock, tmp_path))

    await other.load_instruments()

    assert other.instruments is broker.instruments
    await other.close()


async def test_session_error_closes_the_session_until_the_broker_confirms_one(
    broker: DhanBroker, fake: FakeDhan, clock: SettableClock
) -> None:
    await broker.load_instruments()
    await broker.check()
    fake.token = "another"
    with pytest.raises(BrokerUnavailable, match="access token"):
        await broker.list_orders()
    with pytest.raises(BrokerUnavailable, match="access token"):
        await broker.check()
    order = request(buy())
    assert isinstance(await broker.place(order), NotSent)
    session = await broker.session()
    assert (session.is_open, session.login_url) == (False, None)

    fake.token = TOKEN
    session = await broker.session()
    assert session.is_open
    assert session.expires_at == datetime(2026, 11, 28, 3, 35, tzinfo=UTC)
    await broker.check()
    with pytest.raises(Unsupported):
        await broker.log_in("anything")


async def test_find_sees_every_order_of_one_id(broker: DhanBroker, clock: SettableClock) -> None:
    await broker.load_instruments()
    clock.moment = datetime.now(UTC)
    once = request(buy(10, PRICE - 10))
    for _ in range(2):
        assert isinstance(await broker.place(once), Accepted)

    assert len(await broker.find(Sought(once.client_order_id, once.terms, clock.now()))) == 2


async def test_what_is_counted_in_lots_is_refused(broker: DhanBroker) -> None:
    await broker.load_instruments()
    crude = LegTerms("MCX", "CRUDEOIL18DEC26FUT", Action.BUY, Decimal(100), PriceType.MARKET, Product.NRML)

    assert isinstance(await broker.place(request(crude)), Refused)


async def test_prices_and_margin(broker: DhanBroker, clock: SettableClock) -> None:
    await broker.load_instruments()
    (quote,) = await broker.fetch([("NSE", "SBIN"), ("NSE", "NOSUCH")])
    assert (quote.ltp, quote.bid, quote.bid_size) == (PRICE, PRICE - 1, 5)
    assert quote.prev_close == PRICE - Decimal("4.5")
    depth = await broker.fetch_depth("NSE", "SBIN")
    assert depth is not None
    assert depth.last_quantity == 3
    assert await broker.fetch_depth("NSE", "NOSUCH") is None
    assert (await broker.get_margin([Priced(buy(10), PRICE)])).total == 1600


async def test_sl_m_rests_as_a_stop(broker: DhanBroker, clock: SettableClock) -> None:
    await broker.load_instruments()
    clock.moment = datetime.now(UTC)
    stop = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.SL_M, Product.MIS, trigger_price=PRICE + 10)
    placed = await broker.place(request(stop))
    assert isinstance(placed, Accepted)

    order = await broker.get(placed.order.broker_order_id)

    assert (order.status.value, order.terms.pricetype, order.terms.price) == (
        "trigger pending",
        PriceType.SL,
        Decimal("826.2"),
    )
    with pytest.raises(NotFound):
        await broker.get(BrokerOrderId("1"))
