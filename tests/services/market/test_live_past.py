"""Candles of an account that trades at a live broker are of that broker's prices, and its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.settings.brokers import Brokers, OpenAlgoAddress
from brokers.feed.polled_feed import PolledFeed
from core.accounts import Account, TradingMode
from core.audit import SYSTEM
from core.errors import BrokerUnavailable
from core.ids import AccountId
from core.market.candles import RECORDED, CandleQuery
from core.services.market.candle_history import Past
from tests.brokers.openalgo.fake_openalgo import KEY, FakeOpenAlgo
from tests.factories import START, SettableClock
from tests.runtime import running_spine
from tests.services.execution.live_rig import Live, running_live

TODAY = date(2026, 11, 23)
QUERY = CandleQuery("NSE", "SBIN", "1m", TODAY, TODAY)


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """An account at Zerodha, which tells no past prices here, while the recorder runs."""
    async with running_live(tmp_path, template, clock) as live:
        await live.spine.runtime.candle_recorder.keep()
        yield live


async def find(live: Live, account: Account | None = None) -> Past:
    """What the account is answered."""
    return await live.spine.services.candle_history.find(account or live.spine.account, QUERY)


async def poll(live: Live, *prices: int) -> None:
    """The broker is asked a second later each time, and says these."""
    connection = live.spine.runtime.connections.find(live.spine.account.id)
    assert connection is not None
    assert isinstance(connection.feed, PolledFeed)
    for price in prices:
        live.clock.advance(seconds=1)
        live.fake.book.move("NSE:SBIN", Decimal(price))
        await connection.feed.poll_once()


async def test_what_is_looked_at_is_recorded_of_the_broker_s_own_prices(live: Live) -> None:
    live.spine.feed.tick_once()
    nothing = await find(live)
    await poll(live, 810, 811, 815, 812)
    (candle,) = (await find(live)).candles

    assert (nothing.candles, nothing.note[:40]) == ([], "No candles of SBIN are recorded yet; the")
    assert candle.at == START
    assert [int(price) for price in (candle.open, candle.high, candle.low, candle.close)] == [811, 815, 811, 812]


async def test_nobody_else_sees_them(live: Live) -> None:
    await find(live)
    await poll(live, 810, 811)
    in_sandbox = replace(live.spine.account, trading_mode=TradingMode.SANDBOX)
    other = replace(live.spine.account, id=AccountId(77), trading_mode=TradingMode.SANDBOX)

    assert (await find(live)).candles
    assert [(await find(live, account)).candles for account in (in_sandbox, other)] == [[], []]


async def test_a_broker_is_not_asked_on_by_us(live: Live) -> None:
    await find(live)
    await poll(live, 810)
    live.clock.advance(minutes=6)
    await poll(live, 811, 812)

    assert (await find(live)).candles == []


async def test_what_was_recorded_before_a_login_was_taken_away_is_kept(live: Live) -> None:
    await find(live)
    await poll(live, 810, 811)
    await live.spine.runtime.connections.disconnect(live.spine.account.id)
    await live.spine.runtime.candle_recorder.keep()

    name = f"zerodha of account {live.spine.account.id}"
    assert live.spine.sql("SELECT feed, symbol FROM candle_series JOIN candles ON id = series_id") == [(name, "SBIN")]


async def test_the_intervals_are_those_of_the_record(live: Live) -> None:
    assert await live.spine.services.candle_history.intervals(live.spine.account) == RECORDED


async def test_an_account_at_an_openalgo_is_answered_by_it_and_its_sandbox_is_not(
    tmp_path: Path, template: Path, clock: SettableClock
) -> None:
    fake = FakeOpenAlgo()
    async with TestServer(fake.app()) as server:
        at = Brokers(openalgo=OpenAlgoAddress(base_url=str(server.make_url("")).rstrip("/")))
        async with running_spine(tmp_path, template, clock, brokers=at) as spine:
            account = await spine.services.broker_logins.set(spine.account.name, "openalgo", {"api_key": KEY}, SYSTEM)
            await spine.services.broker_logins.sync()
            await spine.runtime.connections.load_instruments(account.id)
            history = spine.services.candle_history
            theirs = await history.find(account, replace(QUERY, interval="5m"))
            ours = await history.find(account, replace(QUERY, interval="5m"), recorded=True)
            intervals = await history.intervals(account)
            in_sandbox = await history.find(replace(account, trading_mode=TradingMode.SANDBOX), QUERY)
            await server.close()
            with pytest.raises(BrokerUnavailable):
                await history.find(account, QUERY)

    assert [one.at for one in theirs.candles] == [START - timedelta(minutes=late) for late in (45, 40)]
    assert (ours.candles, in_sandbox.candles) == ([], [])
    assert intervals.months == ("M",)
