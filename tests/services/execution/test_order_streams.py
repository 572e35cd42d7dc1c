"""What a broker pushes makes us look at once; a stream that is dead costs time, and nothing else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli.upkeep.broker_checks import examine_broker
from core.accounts import TradingMode
from core.audit import SYSTEM
from core.backoff import Backoff
from core.errors import BrokerRefused, Unsupported
from core.ids import OrderId
from core.orders.states import BrokerStatus
from core.services.execution.order_streams import OrderStreams, StreamPace
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN
from tests.factories import SettableClock, some_terms
from tests.runtime import Spine
from tests.services.execution.live_rig import Live, running_live
from tests.waiting import until

UP, DOWN = {("zerodha", True): 1}, {("zerodha", False): 1}
QUICK = StreamPace(lambda: 0.0, Backoff(first=0.01, longest=0.05), refused_for=600, steady_after=0)


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in at a Kite that pushes."""
    async with running_live(tmp_path, template, clock, streams=True) as live:
        yield live


@asynccontextmanager
async def followed(live: Live) -> AsyncIterator[OrderStreams]:
    """The account's stream, which stands, and is taken up again quickly."""
    runtime = live.spine.runtime
    streams = OrderStreams(runtime.database, runtime.connections, runtime.refresher, QUICK)
    try:
        await streams.look()
        await until(lambda: streams.counts == UP)
        yield streams
    finally:
        await streams.close()


async def resting(live: Live) -> OrderId:
    """An order that waits at the broker for its price, and that was asked about just now."""
    terms = some_terms(limit=700)
    order_id = await live.spine.approved(terms)
    await live.spine.execute()
    await live.look()
    return order_id


async def is_woken(live: Live) -> None:
    """Wait until the refresher is told to look, as the service waits."""
    await asyncio.wait_for(live.spine.runtime.broker_moved.wait(), 10)
    live.spine.runtime.broker_moved.clear()


async def test_a_fill_is_known_without_waiting_for_the_next_question(live: Live) -> None:
    async with followed(live):
        await is_woken(live)
        order_id = await resting(live)
        await is_woken(live)
        await live.look()

        live.fake.book.move("NSE:SBIN", Decimal(690))
        await is_woken(live)
        await live.spine.runtime.refresher.refresh()

    assert (await live.leg(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_a_message_changes_no_order_by_itself(live: Live) -> None:
    async with followed(live):
        order_id = await resting(live)
        number = live.fake.book.orders[0]["order_id"]
        live.spine.runtime.broker_moved.clear()
        live.fake.pushes.say({"type": "order", "data": {"order_id": number, "status": "COMPLETE"}})
        await is_woken(live)
        await live.look()

    assert (await live.leg(order_id)).broker_status is BrokerStatus.OPEN


async def test_many_messages_are_one_question(live: Live) -> None:
    async with followed(live):
        await resting(live)
        await is_woken(live)
        asked = live.faults.heard.copy()
        live.fake.pushes.say({"type": "order"})
        for _ in range(99):
            live.fake.pushes.say({"type": "order"})
        await is_woken(live)
        await live.spine.runtime.refresher.refresh()

    assert [one.path for one in live.faults.heard[len(asked) :]] == ["/orders"]


async def test_a_stream_that_ends_is_taken_up_again_and_told_of_once(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "core.services.execution.order_streams")
    async with followed(live) as streams:
        await until(lambda: len(caplog.messages) == 1)
        live.fake.pushes.refuses = 503
        await live.fake.pushes.close()
        await until(lambda: connections(live) >= 5)
        while_away = streams.counts
        live.fake.pushes.refuses = 0
        await until(lambda: len(caplog.messages) == 3)

    assert while_away == DOWN
    assert caplog.messages[0] == caplog.messages[2] == "order updates come from zerodha for account 1"
    assert caplog.messages[1].startswith("no order updates from zerodha for account 1: ")
    assert not {secret for secret in (API_KEY, API_SECRET, TOKEN) if secret in caplog.text}


async def test_a_login_that_is_not_taken_is_left_alone_until_there_is_another(live: Live) -> None:
    async with followed(live) as streams:
        live.fake.tokens = {"the next one"}
        await live.fake.pushes.close()
        await until(lambda: streams.counts == DOWN)
        await until(lambda: connections(live) == 2)
        await streams.look()
        await log_in(live, "the next one")
        await streams.look()
        await until(lambda: streams.counts == UP)

    assert connections(live) == 3


def connections(live: Live) -> int:
    """How often a connection was asked for."""
    return live.fake.asked.count(("GET", "/"))


async def log_in(live: Live, token: str) -> None:
    """Somebody has logged in again."""
    credentials = {"api_key": API_KEY, "api_secret": API_SECRET, "access_token": token}
    live.clock.advance(seconds=1)
    await live.spine.services.broker_logins.set(live.spine.account.name, "zerodha", credentials, SYSTEM)
    await live.spine.services.broker_logins.sync()


async def test_a_session_that_is_over_is_not_asked_for(live: Live) -> None:
    async with followed(live) as streams:
        live.clock.advance(seconds=2 * 86_400)
        await live.fake.pushes.close()
        await until(lambda: streams.counts == DOWN)
        await log_in(live, TOKEN)
        await streams.look()
        await until(lambda: streams.counts == UP)

    assert connections(live) == 2


async def test_who_trades_in_the_sandbox_is_not_followed(live: Live) -> None:
    async with followed(live) as streams:
        await live.spine.switch(trading_mode=TradingMode.SANDBOX)
        await streams.look()
        await until(lambda: live.fake.pushes.listeners == 0)

        assert streams.counts == {}


async def test_at_the_end_the_line_is_hung_up(live: Live) -> None:
    async with followed(live):
        pass

    await until(lambda: live.fake.pushes.listeners == 0)


async def test_the_stream_can_be_tried_out(live: Live) -> None:
    streams = live.spine.services.order_streams
    await streams.try_out(live.spine.account)
    await until(lambda: live.fake.pushes.listeners == 0)
    live.fake.tokens.clear()

    with pytest.raises(BrokerRefused):
        await streams.try_out(live.spine.account)


async def test_a_paper_broker_has_none(spine: Spine) -> None:
    await spine.services.order_streams.look()

    assert spine.services.order_streams.counts == {}
    with pytest.raises(Unsupported):
        await spine.services.order_streams.try_out(spine.account)


async def test_the_doctor_says_whether_order_updates_come(live: Live) -> None:
    async def said() -> tuple[bool, str]:
        findings = await examine_broker(live.spine.runtime, live.spine.account)
        return next((one.well, one.text) for one in findings if one.what.startswith("updates/"))

    pushed = await said()
    live.fake.pushes.refuses = 503
    none = await said()

    assert pushed == (True, "order updates are pushed")
    assert none[0]
    assert none[1].startswith("none are pushed, orders are asked about every 5 s: ")
