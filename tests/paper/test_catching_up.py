"""What a paper book does late: settlements and square-offs that had no price in time, and days without trading."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from brokers.paper.engine.events import Rules
from core.errors import BrokerRefused
from tests.paper.rig import BUY, LIMIT, MARKET, NRML, SELL, Rig, call, terms
from tests.paper.test_hours_and_days import ist, open_rig, wait_until


async def hold_through_expiry(rig: Rig) -> None:
    """65 of a NIFTY call at 26,000, bought on its last day; then nobody is there."""
    await wait_until(rig, ist(29, 15, month=12))
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(25_900))
    await rig.place(call(65, NRML))
    rig.restart()


async def settled_after(rig: Rig, moment: datetime, ltp: int, prev_close: int) -> tuple[str, Decimal, str]:
    """The service is back at that moment and sees NIFTY so: strategy, price and message of what it does."""
    rig.clock.moment = moment
    await rig.listing.refresh()
    rig.feed.pin("NSE_INDEX", "NIFTY", Decimal(ltp))
    known = rig.feed.quote("NSE_INDEX", "NIFTY")
    assert known is not None
    rig.feed._last_prices.put(replace(known, prev_close=Decimal(prev_close)))
    await rig.broker.check()
    await rig.brokers.keep_time()
    orders = await rig.broker.list_orders()
    if not orders:
        return "", Decimal(0), ""
    settled = orders[-1]
    return settled.strategy, settled.average_price, settled.message


@pytest.mark.parametrize(
    ("moment", "ltp", "prev_close", "price"),
    [
        (ist(29, 22, month=12), 26_100, 25_000, 100),
        (ist(30, 2, 30, month=12), 26_100, 25_000, 100),
        (ist(30, 10, month=12), 26_500, 25_900, 0),
        (ist(30, 10, month=12), 25_500, 26_040, 40),
        (ist(30, 23, month=12), 26_500, 25_900, 0),
    ],
)
async def test_a_contract_that_expired_meanwhile_is_settled_at_the_close_of_its_last_day(
    moment: datetime, ltp: int, prev_close: int, price: int
) -> None:
    rig = open_rig()
    await hold_through_expiry(rig)

    assert await settled_after(rig, moment, ltp, prev_close) == ("Expiry settlement", Decimal(price), "")


async def test_between_the_last_day_and_the_next_open_nobody_can_tell_and_it_waits() -> None:
    rig = open_rig()
    await hold_through_expiry(rig)

    assert (await settled_after(rig, ist(30, 8, month=12), 26_500, 25_900))[0] == ""
    assert (await rig.position()).quantity == 65

    assert (await settled_after(rig, ist(30, 9, 16, month=12), 26_400, 25_900))[:2] == (
        "Expiry settlement",
        Decimal(0),
    )


async def test_a_contract_whose_close_is_not_known_any_more_pays_nothing_and_says_so() -> None:
    rig = open_rig()
    await hold_through_expiry(rig)
    money = await rig.broker.get_funds()

    settled = await settled_after(rig, ist(31, 10, month=12), 26_500, 26_500)

    assert settled == ("Expiry settlement", Decimal(0), "The close of its last day is not known: settled at 0")
    assert (await rig.broker.get_funds()).available <= money.available + money.used


async def test_a_contract_is_not_traded_after_its_last_session() -> None:
    rig = open_rig()
    await wait_until(rig, ist(29, 15, 44, month=12))
    await rig.place(call(65, NRML))
    await wait_until(rig, ist(29, 15, 45, month=12))

    with pytest.raises(BrokerRefused, match="its last session closed on 29 Dec 2026 at 15:45"):
        await rig.place(call(65, NRML))


async def restart_without_prices(rig: Rig, moment: datetime) -> None:
    """A new process at that moment, whose feed has seen nothing for an hour."""
    rig.clock.moment = moment - timedelta(hours=1)
    rig.feed.tick_once()
    rig.restart()
    rig.clock.moment = moment
    await rig.broker.check()
    await rig.brokers.keep_time()


async def test_an_intraday_position_of_an_earlier_day_goes_at_the_first_fresh_price() -> None:
    rig = open_rig()
    await wait_until(rig, ist(27, 14, 55))
    await rig.place(terms(BUY, 10, MARKET))

    await restart_without_prices(rig, ist(30, 9, 20))
    assert (await rig.position()).quantity == 10
    await rig.tick(790)

    position = await rig.position()
    assert (position.quantity, position.realised_today) == (Decimal(0), Decimal(-100))
    assert [trade.strategy for trade in await rig.broker.list_trades()] == ["Auto square-off"]


async def test_what_is_bought_today_is_not_squared_off_with_what_is_left_of_an_earlier_day() -> None:
    rig = open_rig()
    await wait_until(rig, ist(27, 14, 55))
    await rig.place(terms(BUY, 10, MARKET))
    await restart_without_prices(rig, ist(30, 9, 20))
    await rig.tick(790)
    await rig.place(terms(BUY, 5, MARKET))

    await wait_until(rig, ist(30, 11))

    assert (await rig.position()).quantity == 5


async def test_an_order_that_waits_beside_what_is_left_of_an_earlier_day_opens_nothing_new() -> None:
    rig = open_rig()
    await wait_until(rig, ist(27, 14, 55))
    await rig.place(terms(BUY, 10, MARKET))
    stop = await rig.place(terms(SELL, 10, LIMIT, 820))
    await restart_without_prices(rig, ist(30, 9, 20))

    await rig.tick(830)

    assert (await rig.now(stop)).message == "Intraday trading is over"
    assert (await rig.position()).quantity == 0


async def test_a_day_without_trading_has_made_and_paid_nothing() -> None:
    rig = open_rig(rules=Rules(is_charged=True))
    await wait_until(rig, ist(27, 11))
    rig.pin(800)
    await rig.place(terms(BUY, 10, MARKET))
    rig.pin(810)
    await rig.place(terms(SELL, 10, MARKET))
    friday = await rig.broker.get_funds()
    assert friday.realised == 100
    assert friday.charges > 0

    rig.clock.moment = ist(28, 3)
    seen = await rig.broker.get_funds()
    await wait_until(rig, ist(28, 12))
    kept = await rig.broker.get_funds()

    for money in (seen, kept):
        assert (money.realised, money.charges) == (Decimal(0), Decimal(0))
        assert money.available == friday.available
