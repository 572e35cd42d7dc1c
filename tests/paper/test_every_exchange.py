"""Something can be traded on every exchange that has a calendar of its own, at its hours, until it is settled."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bot.settings.calendar_file import load_calendar
from brokers.feed.polled_feed import PolledFeed, Polling
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.trading_hours import ExchangeHours
from core.calendar.days import EXCHANGES
from core.errors import BrokerRefused
from core.orders.order import LegTerms
from core.orders.states import BrokerStatus
from tests.feed.rig import FakeSource
from tests.paper.rig import BUY, LIMIT, MARKET, MIS, NRML, SELL, Rig, terms

CALENDAR = load_calendar()
CRUDE: dict[str, Any] = {"exchange": "MCX", "symbol": "CRUDEOIL18DEC26FUT"}
SHARES = {"NSE": "SBIN", "BSE": "SBIN"}


@pytest.fixture
def rig() -> Rig:
    """A book that keeps the exchanges' hours, on a Monday at 10:00 IST."""
    return Rig(hours=ExchangeHours(CALENDAR, queues=True))


def tradable(rig: Rig, exchange: str) -> tuple[str, int]:
    """A share, or the nearest future, and its lot."""
    if exchange in SHARES:
        return SHARES[exchange], 1
    name = next(name for where, name in load_contract_table().underlyings if where == exchange)
    expiry = rig.listing.list_expiries(exchange, name, options=False)[0]
    symbol = f"{name}{expiry:%d%b%y}FUT".upper()
    found = rig.listing.find(exchange, symbol)
    assert found is not None
    return symbol, found.lot


@pytest.mark.parametrize("exchange", EXCHANGES)
async def test_an_order_fills_on_every_exchange_and_is_worth_its_price(rig: Rig, exchange: str) -> None:
    symbol, lot = tradable(rig, exchange)
    bought = await rig.place(LegTerms(exchange, symbol, BUY, Decimal(lot), MARKET, MIS))
    quote = rig.feed.quote(exchange, symbol)
    assert quote is not None
    assert (bought.status, bought.average_price) == (BrokerStatus.COMPLETE, quote.ask)
    assert (await rig.broker.get_funds()).used == (quote.ask * lot).quantize(Decimal("0.01"))

    sold = await rig.place(LegTerms(exchange, symbol, SELL, Decimal(lot), LIMIT, MIS, quote.bid))
    assert (sold.status, sold.average_price) == (BrokerStatus.COMPLETE, quote.bid)


@pytest.mark.parametrize(("exchange", "closes"), [("CDS", "16:59"), ("BCD", "16:59"), ("MCX", "23:54")])
async def test_each_keeps_its_own_hours(rig: Rig, exchange: str, closes: str) -> None:
    symbol, lot = tradable(rig, exchange)
    wanted = LegTerms(exchange, symbol, BUY, Decimal(lot), MARKET, NRML)
    rig.clock.moment = datetime.fromisoformat(f"2026-11-23T{closes}:00+05:30").astimezone(UTC)
    rig.feed.tick_once()
    assert (await rig.place(wanted)).status is BrokerStatus.COMPLETE
    rig.clock.advance(minutes=1)
    rig.feed.tick_once()
    assert (await rig.place(wanted)).status is BrokerStatus.OPEN


@pytest.mark.parametrize("symbol", ["USDINR26NOV26FUT", "USDINR29DEC26FUT"])
async def test_a_currency_moves_in_quarters_of_a_paisa(rig: Rig, symbol: str) -> None:
    wanted: dict[str, Any] = {"exchange": "CDS", "symbol": symbol, "product": NRML, "quantity": Decimal(1000)}
    rests = await rig.place(LegTerms(action=BUY, pricetype=LIMIT, price=Decimal("80.0025"), **wanted))
    assert rests.status is BrokerStatus.OPEN
    with pytest.raises(BrokerRefused, match=r"Price 80.001 is not a multiple of the tick size 0\.0025"):
        await rig.place(LegTerms(action=BUY, pricetype=LIMIT, price=Decimal("80.001"), **wanted))


async def test_a_commodity_is_settled_at_its_spot_price(rig: Rig) -> None:
    await rig.place(terms(BUY, 100, product=NRML, **CRUDE))
    rig.clock.moment = datetime(2026, 12, 19, 4, tzinfo=UTC)
    await rig.listing.refresh()
    rig.feed.pin("MCX_INDEX", "CRUDEOIL", Decimal(5_300))
    await rig.brokers.keep_time()

    assert await rig.broker.list_positions() == ()
    (settled,) = await rig.broker.list_trades()
    assert (settled.strategy, settled.price) == ("Expiry settlement", Decimal(5_300))


async def test_a_commodity_without_a_spot_price_is_settled_at_its_last_one(rig: Rig) -> None:
    source, ticker = FakeSource(rig.clock), (CRUDE["exchange"], CRUDE["symbol"])
    feed = PolledFeed(source, rig.listing.find, rig.clock, Polling(1, Random(1)))
    rig.feed = feed  # type: ignore[assignment]
    rig.restart()
    source.prices[ticker] = Decimal(5_250)
    feed.quote(*ticker)
    await feed.poll_once()
    await rig.place(terms(BUY, 100, product=NRML, **CRUDE))
    source.prices[ticker] = Decimal(5_333)
    rig.clock.moment = datetime(2026, 12, 18, 18, 24, 30, tzinfo=UTC)
    await feed.poll_once()
    rig.clock.advance(minutes=10)
    await rig.brokers.keep_time()

    (settled,) = [one for one in await rig.broker.list_trades() if one.strategy == "Expiry settlement"]
    assert settled.price == 5_333


async def test_an_index_future_waits_for_the_price_of_its_index(rig: Rig) -> None:
    future = ("NFO", "NIFTY29DEC26FUT")
    source = FakeSource(rig.clock)
    feed = PolledFeed(source, rig.listing.find, rig.clock, Polling(1, Random(1)))
    rig.feed = feed  # type: ignore[assignment]
    rig.restart()
    source.prices[future] = Decimal(26_100)
    feed.quote(*future)
    await feed.poll_once()
    await rig.place(LegTerms(*future, BUY, Decimal(65), MARKET, NRML))
    rig.clock.moment = datetime(2026, 12, 29, 11, tzinfo=UTC)
    await rig.brokers.keep_time()
    assert (await rig.position()).quantity == 65

    source.prices["NSE_INDEX", "NIFTY"] = Decimal(26_033)
    await feed.poll_once()
    await rig.brokers.keep_time()
    (settled,) = [one for one in await rig.broker.list_trades() if one.strategy == "Expiry settlement"]
    assert settled.price == 26_033
