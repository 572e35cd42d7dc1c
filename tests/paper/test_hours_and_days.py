"""A paper book lives by the exchange's clock, and catches up with what it slept through."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.settings.calendar_file import load_calendar
from brokers.paper.engine.events import Rules
from brokers.paper.trading_hours import ExchangeHours
from core.clock import IST
from core.errors import BrokerRefused
from core.orders.order import LegTerms
from core.orders.states import BrokerStatus
from tests.paper.rig import BUY, CNC, LIMIT, MARKET, NRML, SELL, SL, SL_M, Rig, assert_filled, call, terms


def ist(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of late 2026 in Indian time; 23 November is a Monday, the 24th a holiday."""
    return datetime(2026, month, day, hour, minute, tzinfo=IST).astimezone(UTC)


def open_rig(*, queues: bool = True, rules: Rules | None = None) -> Rig:
    """A rig with the exchanges' hours, on Monday at 10:00 IST."""
    return Rig(hours=ExchangeHours(load_calendar(), queues=queues), rules=rules or Rules())


async def wait_until(rig: Rig, moment: datetime) -> None:
    """Time passes, prices come in, and the books do what the time asks for."""
    rig.clock.moment = moment
    rig.feed.tick_once()
    await rig.brokers.drain()
    await rig.brokers.keep_time()


async def test_an_order_outside_hours_waits_for_the_open() -> None:
    rig = open_rig()
    await wait_until(rig, ist(23, 20))
    order = await rig.place(terms(BUY, 10, MARKET))
    assert order.message == "NSE is closed: it closed at 15:30. It opens Wed 25 Nov 09:15."
    await wait_until(rig, ist(25, 9, 14))
    assert (await rig.now(order)).status is BrokerStatus.OPEN

    await wait_until(rig, ist(25, 9, 15))

    assert_filled(await rig.now(order), 800)
    assert (await rig.now(order)).message == ""


async def test_an_order_outside_hours_is_refused_where_that_is_the_rule() -> None:
    rig = open_rig(queues=False)
    rig.clock.moment = ist(22, 12)

    with pytest.raises(BrokerRefused, match=r"NSE is closed: it is Sunday\. It opens Mon 23 Nov 09:15"):
        await rig.place(terms())


async def test_an_intraday_order_for_tomorrow_survives_todays_square_off() -> None:
    rig = open_rig()
    await wait_until(rig, ist(23, 16))
    order = await rig.place(terms(BUY, 10, LIMIT, 790))

    await wait_until(rig, ist(23, 18))
    await wait_until(rig, ist(25, 9, 20))

    assert (await rig.now(order)).status is BrokerStatus.OPEN


async def test_intraday_positions_are_squared_off_and_new_ones_refused() -> None:
    rig = open_rig()
    await rig.place(terms(BUY, 10, MARKET))
    waiting = await rig.place(terms(BUY, 5, LIMIT, 790))
    await wait_until(rig, ist(23, 15, 14))
    assert (await rig.position()).quantity == 10

    await wait_until(rig, ist(23, 15, 15))

    assert (await rig.position()).quantity == 0
    assert (await rig.now(waiting)).message == "Intraday trading is over"
    assert [trade.strategy for trade in await rig.broker.list_trades()] == ["momentum", "Auto square-off"]
    with pytest.raises(BrokerRefused, match=r"[Ii]ntraday"):
        await rig.place(terms(BUY, 1, MARKET))
    await rig.place(terms(BUY, 1, MARKET, product=CNC))


async def test_the_close_ends_the_orders_of_the_day() -> None:
    rig = open_rig()
    order = await rig.place(terms(BUY, 5, LIMIT, 790, product=CNC))
    await wait_until(rig, ist(23, 15, 29))
    assert (await rig.now(order)).status is BrokerStatus.OPEN

    await wait_until(rig, ist(23, 15, 30))

    after = await rig.now(order)
    assert (after.status, after.message) == (BrokerStatus.CANCELLED, "Day order: not filled by the close")


async def test_a_close_that_could_not_be_saved_is_made_up_for() -> None:
    rig = open_rig()
    order = await rig.place(terms(BUY, 5, LIMIT, 790, product=CNC))
    rig.store.fails_before_saving = True
    await wait_until(rig, ist(23, 15, 30))
    rig.store.fails_before_saving = False
    assert (await rig.now(order)).status is BrokerStatus.OPEN

    await wait_until(rig, ist(23, 15, 31))

    assert (await rig.now(order)).status is BrokerStatus.CANCELLED


async def test_a_clock_that_is_set_back_squares_nothing_off() -> None:
    rig = open_rig()
    await rig.place(terms(BUY, 10, MARKET))

    await wait_until(rig, ist(20, 11))

    assert (await rig.position()).quantity == 10


async def test_delivery_bought_on_friday_is_a_holding_on_monday() -> None:
    rig = open_rig()
    await wait_until(rig, ist(27, 11))
    rig.pin(800)
    await rig.place(terms(BUY, 10, MARKET, product=CNC))
    await wait_until(rig, ist(29, 12))
    assert (await rig.position()).quantity == 10

    await wait_until(rig, ist(30, 3))

    (holding,) = await rig.broker.list_holdings()
    assert (holding.symbol, holding.quantity) == ("SBIN", Decimal(10))
    assert holding.settled_on == ist(30, 12).date()
    assert await rig.broker.list_positions() == ()
    assert (await rig.broker.get_funds()).realised == 0


async def test_what_a_book_slept_through_is_made_up_for_at_the_start() -> None:
    rig = open_rig()
    await rig.place(terms(BUY, 10, MARKET))
    await rig.place(terms(BUY, 4, MARKET, product=CNC))
    waiting = await rig.place(terms(BUY, 5, LIMIT, 790, product=CNC))
    rig.restart()
    rig.clock.moment = ist(25, 12)
    rig.pin(810)

    await rig.broker.check()
    await rig.brokers.keep_time()

    (holding,) = await rig.broker.list_holdings()
    assert holding.quantity == 4
    assert await rig.broker.list_positions() == ()
    assert (await rig.now(waiting)).status is BrokerStatus.CANCELLED
    money = await rig.broker.get_funds()
    assert money.available == rig.capital + 100 - 4 * 800


async def test_contracts_are_settled_after_their_last_session() -> None:
    rig = open_rig()
    await wait_until(rig, ist(29, 15, month=12))
    await rig.place(call(65, NRML))
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_100))
    await wait_until(rig, ist(29, 15, 20, month=12))
    assert (await rig.position()).quantity == 65

    await wait_until(rig, ist(29, 16, month=12))

    (_, settled) = await rig.broker.list_trades()
    assert (settled.strategy, settled.price) == ("Expiry settlement", Decimal(100))


async def test_an_order_with_latency_arrives_while_its_price_stands_still() -> None:
    rig = open_rig(rules=Rules(latency=timedelta(seconds=2)))
    order = await rig.place(terms(SELL, 10, MARKET))
    await rig.brokers.keep_time()
    assert (await rig.now(order)).status is BrokerStatus.OPEN

    rig.clock.advance(seconds=3)
    await rig.brokers.keep_time()

    assert_filled(await rig.now(order), 800)


async def test_quotes_of_a_closed_exchange_fill_nothing() -> None:
    rig = open_rig()
    await wait_until(rig, ist(23, 20))
    order = await rig.place(terms(BUY, 10, LIMIT, 790, product=CNC))

    await rig.tick(700)

    assert (await rig.now(order)).status is BrokerStatus.OPEN


async def test_instruments_somebody_holds_are_priced_by_the_feed() -> None:
    rig = open_rig()
    await rig.place(call(65, NRML))

    assert ("NFO", "NIFTY29DEC2626000CE") in rig.brokers.interest()


async def test_a_stale_price_fills_no_market_order() -> None:
    rig = open_rig()
    rig.clock.advance(minutes=2)

    with pytest.raises(BrokerRefused, match="no fresh price"):
        await rig.place(terms())


@pytest.mark.parametrize(
    "wanted",
    [
        terms(BUY, 10, SL, 901, trigger_price=900),
        terms(BUY, 10, SL_M, trigger_price=900),
        terms(BUY, 10, LIMIT, 800, disclosed_quantity=5),
    ],
    ids=["SL", "SL-M", "disclosed"],
)
async def test_the_closing_auction_of_shares_with_derivatives_takes_plain_orders_only(wanted: LegTerms) -> None:
    rig = open_rig()
    waiting = await rig.place(terms(BUY, 10, SL, 901, trigger_price=900, product=CNC))
    await wait_until(rig, ist(23, 15, 20))
    with pytest.raises(BrokerRefused, match="closing auction"):
        await rig.place(replace(wanted, product=CNC))
    with pytest.raises(BrokerRefused, match="closing auction"):
        await rig.modify(waiting, replace(waiting.terms, price=Decimal(902)))
    await rig.place(terms(BUY, 10, MARKET, product=CNC))
    await rig.place(terms(BUY, 10, LIMIT, 801, product=CNC))
    await rig.place(
        replace(wanted, symbol="ITC", price=Decimal(0), pricetype=SL_M, trigger_price=Decimal(450), product=CNC)
    )


async def test_a_limit_outside_of_the_price_band_is_refused_while_the_exchange_trades() -> None:
    rig = open_rig()
    with pytest.raises(BrokerRefused, match="outside of today's price band of SBIN on NSE"):
        await rig.place(terms(BUY, 10, LIMIT, 2_000))
    order = await rig.place(terms(BUY, 10, LIMIT, 790))
    with pytest.raises(BrokerRefused, match="outside of today's price band"):
        await rig.modify(order, terms(BUY, 10, LIMIT, 300))
    await wait_until(rig, ist(23, 20))
    await rig.place(terms(BUY, 10, LIMIT, 300))
