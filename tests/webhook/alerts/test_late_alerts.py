"""An alert is answered before its sender loses patience, and what is answered is true."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.limits.judging import OrderFacts
from core.orders.order import NewOrder
from core.orders.states import BrokerStatus
from core.ports import Accepted, IdempotentKey, Replayed
from core.services.background_tasks import BackgroundTasks
from tests.fakes import ScriptedBroker
from tests.runtime import Spine
from tests.waiting import until
from tests.webhook.real import ALERT, AlertAddress
from tests.webhook.talking import Http
from webhook.alerts.alert_views import finish, sender
from webhook.request.rate_limits import HttpLimits, RateLimits


@dataclass
class Slow:
    """An account in auto mode at a broker that answers when told; alerts are answered within 0.2 s."""

    spine: Spine
    broker: ScriptedBroker
    sender: AlertAddress


@pytest.fixture
async def slow(spine: Spine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slow]:
    """A broker that hangs."""
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    broker = ScriptedBroker(spine.book(TradingMode.SANDBOX))
    broker.go.clear()
    monkeypatch.setattr(spine.runtime.brokers, "book", lambda account, mode: broker)
    made = await spine.services.alert_addresses.create(spine.account.id, "tv", "breakout", SYSTEM)
    app, late = web.Application(), BackgroundTasks()
    app.on_shutdown.append(finish(late))
    app.router.add_post("/webhook/{token}", sender(spine.services, RateLimits(HttpLimits()), late, answer_within=0.2))
    async with TestClient(TestServer(app)) as client:
        yield Slow(spine, broker, AlertAddress(spine, Http(client), made.path))
        broker.go.set()
        await spine.runtime.executor.drain()


async def test_a_slow_broker_does_not_hold_up_the_answer_which_says_what_is_true(slow: Slow) -> None:
    answer = await slow.sender.post(ALERT)

    assert (answer.status, answer.body["status"], answer.body["mode"]) == (202, "success", "analyze")
    assert "Accepted: the order is recorded" in answer.body["message"]
    await slow.broker.asked.wait()
    order = await slow.spine.order(answer.body["pending_order_id"])
    assert order.legs[0].broker_status is BrokerStatus.SENDING


async def test_the_order_goes_on_behind_a_late_answer(slow: Slow) -> None:
    answer = await slow.sender.post(ALERT)
    slow.broker.go.set()
    await slow.spine.runtime.executor.drain()

    order = await slow.spine.order(answer.body["pending_order_id"])
    assert order.broker_status is BrokerStatus.COMPLETE


async def test_a_repeat_while_the_first_is_still_being_sent_is_accepted_and_not_sent_again(slow: Slow) -> None:
    first = await slow.sender.post(ALERT)
    second = await slow.sender.post(ALERT)

    assert (second.status, second.raw) == (202, first.raw)
    assert (len(slow.broker.placed), slow.sender.count()) == (1, 1)


async def test_what_could_not_be_recorded_in_time_may_be_posted_again_and_is_one_order(
    spine: Spine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, go = spine.runtime.order_log, asyncio.Event()
    write = log.write

    async def write_late(
        order: NewOrder, idempotent: IdempotentKey | None, facts: OrderFacts | None
    ) -> Accepted | Replayed:
        await go.wait()
        return await write(order, idempotent, facts)

    monkeypatch.setattr(log, "write", write_late)
    made = await spine.services.alert_addresses.create(spine.account.id, "tv", "breakout", SYSTEM)
    app, late = web.Application(), BackgroundTasks()
    app.on_shutdown.append(finish(late))
    app.router.add_post("/webhook/{token}", sender(spine.services, RateLimits(HttpLimits()), late, answer_within=0.1))
    async with TestClient(TestServer(app)) as client:
        hasty = AlertAddress(spine, Http(client), made.path)
        first = await hasty.post(ALERT)
        go.set()
        await until(lambda: hasty.count() == 1)
        second = await hasty.post(ALERT)

    assert (first.status, hasty.count()) == (503, 1)
    assert second.status in (200, 202)
