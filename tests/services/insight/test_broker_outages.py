"""A broker that does not answer: people are told once, and once when it is back, whatever happens in between."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.errors import BrokerUnavailable
from core.ids import UserId
from core.insight.news import Topic
from core.insight.notice_settings import Loudness, NoticeKind
from core.services.insight.outage_watch import OutageWatch
from core.services.operations.health import BrokerOutages
from tests.brokers.faults import NONE, REFUSED, Fault, page
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN
from tests.factories import ASHA, RAVI, VEENA, SettableClock
from tests.services.execution.live_rig import Live, running_live

AWAY, BACK = Topic.BROKER_AWAY, Topic.BROKER_BACK


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in at a broker that answers."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


async def ask(live: Live) -> None:
    """Something asks the broker, as the refresher would."""
    with suppress(BrokerUnavailable):
        await live.spine.services.books.orders(live.spine.account)


async def go_on(live: Live, seconds: int, watch: OutageWatch | None = None) -> int:
    """So much time, with a look every fifteen seconds; how many people were told."""
    told = 0
    for _ in range(0, seconds, 15):
        live.clock.advance(seconds=15)
        told += await (watch or live.spine.runtime.outage_watch).look()
    return told


async def break_down(live: Live, fault: Fault = REFUSED) -> None:
    """It does not answer from now on, and somebody has noticed."""
    live.faults.strikes = lambda method, path: True
    await live.faults.play(fault)
    await ask(live)


async def topics(live: Live, user_id: UserId) -> list[Topic]:
    """What waits for this person."""
    return [one.notice.topic for one in (await live.spine.services.insight.notices.inbox(user_id)).due]


def restarted(live: Live) -> OutageWatch:
    """What a new process begins with: nothing but the database."""
    runtime = live.spine.runtime
    return OutageWatch(runtime.database, runtime.connections, runtime.services.clock, BrokerOutages())


@pytest.mark.parametrize("fault", [REFUSED, page(503), page(500)], ids=["refused", "503", "500"])
async def test_everybody_linked_is_told_once_and_once_when_it_is_back(live: Live, fault: Fault) -> None:
    await break_down(live, fault)
    told = [await go_on(live, 45), await go_on(live, 15), await go_on(live, 600)]
    await live.faults.play(NONE)
    told += [await go_on(live, 60), await go_on(live, 45), await go_on(live, 600)]

    assert told == [0, 3, 0, 0, 3, 0]
    for person in (ASHA, RAVI, VEENA):
        assert await topics(live, person) == [AWAY, BACK]


async def test_a_fault_that_nobody_asked_about_again_is_looked_into_before_anybody_is_told(live: Live) -> None:
    await break_down(live)
    await live.faults.play(NONE)

    assert await go_on(live, 300) == 0
    assert live.spine.services.health.brokers.problem == ""


async def test_a_restart_in_between_tells_nothing_twice(live: Live) -> None:
    await break_down(live)
    await go_on(live, 60)

    again = [await go_on(live, 120, restarted(live))]
    await live.faults.play(NONE)
    again += [await go_on(live, 300, restarted(live)), await go_on(live, 300, restarted(live))]

    assert again == [0, 3, 0]


async def test_a_broker_that_comes_and_goes_is_told_of_once(live: Live) -> None:
    await break_down(live)
    await go_on(live, 60)

    for _ in range(3):
        await live.faults.play(NONE)
        assert await go_on(live, 45) == 0
        await break_down(live)
        assert await go_on(live, 90) == 0


async def test_the_next_outage_is_told_of_again(live: Live) -> None:
    for _ in range(2):
        await break_down(live)
        await go_on(live, 75)
        await live.faults.play(NONE)
        await go_on(live, 180)

    assert await topics(live, ASHA) == [AWAY, BACK, AWAY, BACK]


async def test_an_outage_of_days_is_told_of_once_a_day(live: Live) -> None:
    await break_down(live)
    first = await go_on(live, 60)
    live.clock.advance(hours=24)

    assert (first, await go_on(live, 30)) == (3, 3)


async def test_nobody_is_woken_at_night(live: Live) -> None:
    live.clock.advance(hours=15)
    await break_down(live)
    at_night = await go_on(live, 120)
    live.clock.advance(hours=8)

    assert (at_night, await go_on(live, 15)) == (0, 3)


async def test_two_accounts_at_one_broker_are_one_message_for_who_has_both(live: Live) -> None:
    services, runtime = live.spine.services, live.spine.runtime
    second = await services.accounts.add("second", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    await live.spine.link(ASHA, Role.OWNER, second.id)
    credentials = {"api_key": API_KEY, "api_secret": API_SECRET, "access_token": TOKEN}
    now = live.clock.now().isoformat()
    second = await services.broker_logins.set("second", "zerodha", {**credentials, "access_token_at": now}, SYSTEM)
    await services.broker_logins.sync()
    await break_down(live)
    with pytest.raises(BrokerUnavailable):
        await services.books.orders(second)

    assert await go_on(live, 90) == 3
    await live.faults.play(NONE)
    assert await go_on(live, 150) == 3
    assert await topics(live, ASHA) == [AWAY, BACK]
    assert runtime.connections.broker_of(second.id) is not None


async def test_who_does_not_want_trouble_told_is_not_told(live: Live) -> None:
    await live.spine.services.insight.notices.change(
        VEENA, lambda settings: settings.choosing(NoticeKind.TROUBLE, Loudness.OFF)
    )
    await break_down(live)

    assert await go_on(live, 60) == 2
    assert await topics(live, VEENA) == []


async def test_an_account_that_trades_on_paper_is_not_looked_at(live: Live) -> None:
    await live.spine.switch(trading_mode=TradingMode.SANDBOX)
    live.faults.strikes = lambda method, path: True
    await live.faults.play(REFUSED)

    assert await go_on(live, 120) == 0


async def test_readyz_says_so_and_stays_ready(live: Live) -> None:
    health = live.spine.services.health
    await break_down(live)
    since = live.clock.now() + timedelta(hours=5, minutes=30)
    await go_on(live, 60)

    told = (await health.attention())["broker_answers"]
    await live.faults.play(NONE)
    await go_on(live, 30)

    assert told == f"zerodha has not answered since {since:%H:%M:%S} IST."
    assert (await health.attention())["broker_answers"] == ""
    assert (await health.readiness())["brokers"] == ""
