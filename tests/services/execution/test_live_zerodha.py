"""The whole program at a live broker that answers wrongly, late or not at all: one approval, one order at most."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.upkeep.broker_checks import examine_broker
from brokers.feed.polled_feed import PolledFeed
from core.audit import SYSTEM, Kind
from core.errors import ConfigError, Unready
from core.orders.order import Action
from core.orders.states import BrokerStatus, QueueStatus
from tests.brokers.faults import DOUBTFUL, NONE, REFUSED, Fault
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, TOKEN
from tests.factories import SettableClock, some_terms
from tests.services.approval.standing import came, give
from tests.services.execution.live_rig import Live, running_live


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in, instruments loaded."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


async def test_approved_order_is_at_the_broker_once_and_followed_to_its_fill(live: Live) -> None:
    order_id = await live.approve()

    await live.look()

    leg = await live.leg(order_id)
    assert (leg.broker_status, live.accepted()) == (BrokerStatus.COMPLETE, 1)
    assert live.fake.book.orders[0]["tag"] == leg.client_order_id


@pytest.mark.parametrize("fault", DOUBTFUL.values(), ids=DOUBTFUL)
async def test_doubt_ends_as_executed_or_before_the_client(live: Live, fault: Fault) -> None:
    await live.faults.play(fault)
    order_id = await live.approve()
    await live.faults.play(NONE)
    doubted = (await live.leg(order_id)).broker_status
    for _ in range(3):
        await live.spine.execute()
        await live.look(5)
    before_it_arrives = live.accepted()
    await live.look(121)
    asked = await live.leg(order_id)
    await live.faults.arrive()
    await live.look(61)

    leg = await live.leg(order_id)
    assert doubted is BrokerStatus.UNKNOWN
    assert len(live.faults.struck) <= 1
    assert live.accepted() <= 1
    assert (asked.asked_at is None) == bool(before_it_arrives)
    assert leg.broker_status is (BrokerStatus.COMPLETE if live.accepted() else BrokerStatus.UNKNOWN)
    assert not (await live.spine.runtime.audit.verify()).breaks


async def test_order_that_could_not_leave_is_sent_once_the_broker_is_there(live: Live) -> None:
    await live.faults.play(REFUSED)
    order_id = await live.approve()
    waiting = await live.leg(order_id)
    await live.faults.play(NONE)
    live.clock.advance(seconds=2)

    await live.spine.execute()

    assert waiting.broker_status is BrokerStatus.READY
    assert live.accepted() == 1


async def test_order_that_cannot_leave_in_time_expires_and_says_so(live: Live) -> None:
    await live.faults.play(REFUSED)
    order_id = await live.approve()
    live.clock.advance(seconds=61)
    await live.faults.play(NONE)

    await live.spine.runtime.expiry.sweep()
    await live.spine.execute()

    assert (await live.spine.order(order_id)).status is QueueStatus.EXPIRED
    assert not live.fake.book.orders


async def test_without_a_login_orders_wait_and_the_reason_is_told(live: Live) -> None:
    live.fake.tokens = {"another day's"}
    order_id = await live.approve()
    await live.spine.execute()

    assert (await live.leg(order_id)).broker_status is BrokerStatus.READY
    assert "log" in live.spine.runtime.executor.problem.lower()
    assert not live.fake.book.orders


async def test_login_from_another_process_is_taken_over(live: Live) -> None:
    live.fake.tokens = {"another day's"}
    await live.approve()
    live.clock.advance(seconds=5)
    fresh = {"api_key": API_KEY, "api_secret": API_SECRET, "access_token": "another day's"}
    name = live.spine.account.name
    await live.spine.services.broker_logins.set(
        name, "zerodha", {**fresh, "access_token_at": live.clock.now().isoformat()}, SYSTEM
    )

    await live.spine.services.broker_logins.sync()
    await live.spine.runtime.connections.load_instruments(live.spine.account.id)
    await live.spine.execute()

    assert live.accepted() == 1


def holding(folder: Path, secret: str) -> list[str]:
    """The files in this folder that have a secret in them."""
    return [path.name for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


async def test_secrets_are_in_no_file_but_encrypted(live: Live, tmp_path: Path) -> None:
    await live.approve()
    assert holding(tmp_path, API_SECRET) == []
    trail = await live.spine.audit_of()
    assert [link.kind for link in trail].count(Kind.BROKER_SET) == 1
    assert not [link for link in trail if API_SECRET in link.facts or TOKEN in link.facts]


async def test_old_list_of_instruments_lets_positions_be_left_and_none_be_opened(live: Live) -> None:
    await live.approve()
    await live.look()
    live.clock.advance(days=1)

    with pytest.raises(Unready, match=r"of 23 Nov, so nothing new"):
        await live.spine.queue()
    leaves = await live.spine.queue(some_terms(Action.SELL))

    assert (await live.spine.order(leaves)).status is QueueStatus.PENDING


async def test_doctor_tells_of_the_session_the_list_and_the_way_out(live: Live) -> None:
    found = {one.what: one for one in await examine_broker(live.spine.runtime, live.spine.account)}

    name = live.spine.account.name
    assert [one.well for one in found.values()] == [True, True, True, True]
    assert "until 2026-11-24 06:00" in found[f"broker/{name}"].text
    assert "as of 23 Nov 2026" in found[f"instruments/{name}"].text
    assert "stay on this machine" in found[f"address/{name}"].text


async def test_doctor_says_how_to_log_in_again(live: Live) -> None:
    live.fake.tokens = {"another day's"}

    (broker, *_) = await examine_broker(live.spine.runtime, live.spine.account)

    assert not broker.well
    assert f"countersign broker login {live.spine.account.name}" in broker.text


async def test_new_key_opens_what_the_old_one_sealed(live: Live) -> None:
    seal, logins = live.spine.runtime.broker_seal, live.spine.services.broker_logins
    before = live.spine.sql("SELECT sealed FROM broker_logins")

    seal.renew()
    renewed = await logins.seal_again()
    seal.forget_old()

    ((after,),) = live.spine.sql("SELECT sealed FROM broker_logins")
    assert renewed == 1
    assert (after,) not in before
    assert seal.open(after)["api_secret"] == API_SECRET
    with pytest.raises(ConfigError, match="the key they were stored under"):
        seal.open(before[0][0])


async def test_standing_approval_goes_by_the_prices_of_the_account_s_own_broker(live: Live) -> None:
    await give(live.spine)
    without_a_price = await came(live.spine)
    connection = live.spine.runtime.connections.find(live.spine.account.id)
    assert connection is not None
    assert isinstance(connection.feed, PolledFeed)
    await connection.feed.poll_once()

    with_one = await came(live.spine)
    await live.spine.execute()

    assert (without_a_price.status, with_one.status) == (QueueStatus.PENDING, QueueStatus.APPROVED)
    assert live.accepted() == 1
