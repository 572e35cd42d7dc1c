"""A broker's postback makes us look at once, and changes nothing by itself."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from core.accounts import Account, OrderMode, TradingMode
from core.audit import SYSTEM
from core.errors import Unauthorized, Unready, Unsupported
from core.ids import OrderId
from core.orders.states import BrokerStatus
from tests.brokers.zerodha.fake_zerodha import API_SECRET, SAMPLES
from tests.factories import SettableClock, some_terms
from tests.services.execution.live_rig import Live, running_live
from tests.waiting import SOON
from tests.webhook.real import serving_spine
from tests.webhook.talking import Http
from webhook.request.rate_limits import HttpLimits

ORDER_ID, AT = "261127000308932", "2026-11-27 09:24:25"
SAMPLE = (SAMPLES / "postback.json").read_bytes()


def postback(secret: str = API_SECRET) -> bytes:
    """Kite's sample, signed with this secret."""
    return SAMPLE.replace(b"CHECKSUM", sha256(f"{ORDER_ID}{AT}{secret}".encode()).hexdigest().encode())


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in, instruments loaded."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


@pytest.fixture
async def http(live: Live) -> AsyncIterator[Http]:
    """The server in front of it."""
    async with serving_spine(live.spine) as client:
        yield client


async def post(http: Http, path: str, body: bytes) -> tuple[int, Any]:
    """Kite posts."""
    async with http.client.post(path, data=body) as answer:
        return answer.status, await answer.json()


def address(live: Live) -> str:
    """Where Kite posts to."""
    return live.spine.services.postbacks.path_of(live.spine.account)


async def old_order(live: Live) -> OrderId:
    """An order that rests at the broker for so long that it is asked about once a minute only."""
    order_id = await live.spine.approved(some_terms(limit=700))
    await live.spine.execute()
    live.clock.advance(minutes=11)
    await live.spine.runtime.refresher.refresh()
    live.clock.advance(seconds=5)
    return order_id


async def test_a_signed_postback_wakes_the_refresher_which_asks_the_broker(live: Live, http: Http) -> None:
    order_id = await old_order(live)
    live.fake.book.orders[0].update(status="COMPLETE", filled_quantity=10, average_price=700)
    await live.spine.runtime.refresher.refresh()
    before = (await live.leg(order_id)).broker_status
    live.spine.runtime.broker_moved.clear()

    answer = await post(http, address(live), postback())
    async with asyncio.timeout(SOON):
        await live.spine.runtime.broker_moved.wait()
    await live.spine.runtime.refresher.refresh()

    assert before is BrokerStatus.OPEN
    assert answer == (200, {"status": "success"})
    assert (await live.leg(order_id)).broker_status is BrokerStatus.COMPLETE


async def test_what_a_postback_says_changes_nothing(live: Live, http: Http) -> None:
    order_id = await old_order(live)
    number = live.fake.book.orders[0]["order_id"]
    checksum = sha256(f"{number}{AT}{API_SECRET}".encode()).hexdigest().encode()

    await post(http, address(live), SAMPLE.replace(b"CHECKSUM", checksum).replace(ORDER_ID.encode(), number.encode()))
    await live.spine.runtime.refresher.refresh()

    assert (await live.leg(order_id)).broker_status is BrokerStatus.OPEN


@pytest.mark.parametrize("body", [postback("another secret"), SAMPLE, b"{}", b"\xff", b""])
async def test_a_wrong_checksum_is_403_and_counted_and_wakes_nobody(live: Live, http: Http, body: bytes) -> None:
    live.spine.runtime.broker_moved.clear()

    status, _ = await post(http, address(live), body)
    async with http.client.get("/metrics") as answer:
        metrics = await answer.text()

    assert status == 403
    assert 'countersign_postbacks_total{what="refused"} 1.0' in metrics
    assert 'countersign_postbacks_total{what="taken"} 0.0' in metrics
    assert not live.spine.runtime.broker_moved.is_set()


async def test_an_address_is_nobody_else_s(live: Live, http: Http) -> None:
    path = address(live)
    last = "A" if path[-1] != "A" else "B"
    token = path.rpartition("/")[2]

    wrong = [
        path[:-1] + last,
        path.replace("zerodha", "dhan"),
        "/broker/zerodha/postback/1-" + "A" * 32,
        "/broker/zerodha/postback/2" + token[1:],
    ]

    assert [(await post(http, one, postback()))[0] for one in wrong] == [404] * 4
    with pytest.raises(Unauthorized):
        await live.spine.services.postbacks.recognise("zerodha", "é" * 34)


async def test_an_address_ends_with_the_account_s_time_at_that_broker(live: Live, http: Http) -> None:
    path = address(live)
    live.spine.sql("UPDATE accounts SET broker = 'paper'")

    assert (await post(http, path, postback()))[0] == 404


async def test_many_postbacks_are_one_look(live: Live) -> None:
    refresher, moved = live.spine.runtime.refresher, live.spine.runtime.broker_moved
    refresher.ask_soon(live.spine.account.id)
    async with asyncio.timeout(SOON):
        await moved.wait()
    moved.clear()

    for _ in range(50):
        refresher.ask_soon(live.spine.account.id)
    await asyncio.sleep(0)

    assert not moved.is_set()


async def second(live: Live, broker: str, credentials: dict[str, str]) -> Account:
    """Another account, at this broker; it is not open yet."""
    services = live.spine.services
    await services.accounts.add("second", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
    return await services.broker_logins.set("second", broker, credentials, SYSTEM)


async def test_a_broker_that_posts_nothing_has_no_address(live: Live) -> None:
    services = live.spine.services
    account = await second(live, "alpaca", {"api_key": "a", "api_secret": "b"})
    with pytest.raises(Unready):
        services.postbacks.path_of(account)
    await services.broker_logins.sync()

    with pytest.raises(Unsupported, match="alpaca sends no postbacks"):
        services.postbacks.path_of(account)


@pytest.mark.parametrize(
    ("broker", "credentials"),
    [("dhan", {"client_id": "1", "access_token": "t"}), ("upstox", {"access_token": "t"})],
)
async def test_where_nothing_is_signed_the_address_is_the_proof(
    live: Live, http: Http, broker: str, credentials: dict[str, str]
) -> None:
    account = await second(live, broker, credentials)
    await live.spine.services.broker_logins.sync()
    path = live.spine.services.postbacks.path_of(account)

    assert await post(http, path, b'{"legName": ,}') == (200, {"status": "success"})
    assert (await post(http, path + "x", b"{}"))[0] == 404


async def test_who_posts_very_often_is_told_to_wait(live: Live) -> None:
    async with serving_spine(live.spine, HttpLimits(requests_per_second=1)) as http:
        answers = [(await post(http, address(live), postback()))[0] for _ in range(12)]

    assert answers[0] == 200
    assert answers[-1] == 429
