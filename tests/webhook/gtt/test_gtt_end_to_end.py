"""Good-till-triggered orders over HTTP on the real services, the real database and the paper broker."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.accounts import OrderMode, TradingMode
from core.ids import OrderId
from tests.runtime import Spine
from tests.webhook.gtt.test_gtt_fields import OCO, SINGLE
from tests.webhook.talking import Http
from webhook.application import HttpSettings, build_application


@pytest.fixture
async def api(spine: Spine) -> AsyncIterator[Http]:
    """The HTTP face on the spine; SBIN trades at 800."""
    async with TestClient(TestServer(build_application(spine.services, HttpSettings()))) as client:
        yield Http(client)


async def test_in_the_sandbox_a_trigger_is_left_changed_reached_and_filled(spine: Spine, api: Http) -> None:
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    key = {"apikey": spine.secret}

    left = await api.post("placegttorder", SINGLE | key)
    trigger = {"trigger_id": left.body["trigger_id"]}
    changed = await api.post("modifygttorder", SINGLE | key | trigger | {"triggerprice_sl": "780", "price": "779"})
    (waiting,) = (await api.post("gttorderbook", key)).body["data"]
    await spine.move(780)
    await spine.move(779)
    (reached,) = (await api.post("gttorderbook", key | {"status": "all"})).body["data"]
    (order,) = (await api.post("orderbook", key)).body["data"]["orders"]
    late = await api.post("cancelgttorder", key | trigger | {"strategy": "S"})

    assert left.body == {"status": "success", **trigger, "mode": "analyze"}
    assert changed.body == left.body
    assert (waiting["status"], waiting["trigger_prices"], waiting["strategy"]) == ("active", [780], "S")
    assert reached["status"] == "triggered"
    assert (order["order_status"], order["average_price"], order["pricetype"]) == ("complete", 779, "LIMIT")
    message = "Cannot cancel GTT order in triggered status"
    assert (late.status, late.body) == (400, {"status": "error", "message": message, "mode": "analyze"})


async def test_in_semi_auto_a_trigger_waits_for_its_client_and_can_be_asked_about(spine: Spine, api: Http) -> None:
    key = {"apikey": spine.secret}
    number = (await api.post("placegttorder", OCO | key | {"action": "BUY"})).body["pending_order_id"]
    empty = await api.post("gttorderbook", key)

    await spine.approve(OrderId(number))
    await spine.execute()
    (row,) = (await api.post("gttorderbook", key)).body["data"]
    await spine.move(850)
    await spine.runtime.refresher.refresh()
    told = (await api.post("pendingorder", key | {"pending_order_id": number})).body["data"]

    assert empty.body == {"status": "success", "data": []}
    assert (row["trigger_type"], row["trigger_prices"]) == ("two-leg", [790, 850])
    assert (told["api_type"], told["status"], told["broker_status"]) == ("placegttorder", "approved", "complete")
    assert told["orders"][0]["orderid"] == row["trigger_id"]
    assert told["orders"][0]["filled_quantity"] == 10


async def test_an_unknown_trigger(spine: Spine, api: Http) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)
    body = SINGLE | {"apikey": spine.secret, "trigger_id": "GTT-1"}

    changed = await api.post("modifygttorder", body)
    cancelled = await api.post("cancelgttorder", {name: body[name] for name in ("apikey", "strategy", "trigger_id")})

    expected = {"status": "error", "message": "GTT order GTT-1 not found"}
    assert (changed.status, changed.body) == (cancelled.status, cancelled.body) == (404, expected)


async def test_what_the_market_makes_impossible_is_refused_in_words(spine: Spine, api: Http) -> None:
    await spine.switch(order_mode=OrderMode.AUTO)

    answer = await api.post("placegttorder", SINGLE | {"apikey": spine.secret, "triggerprice_sl": 800})

    assert answer.status == 400
    assert answer.body["message"] == "Trigger price 800 is the last price; it must be above or below it"
