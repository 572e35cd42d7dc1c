"""POST /chartink/webhook/<token>: what a scan found, and what its name says is to be done."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.errors import BrokerRefused
from core.orders.order import Action, ApiType
from tests.factories import some_terms
from tests.fakes import ScriptedBroker
from tests.runtime import Spine
from tests.webhook.real import AlertAddress, serving_spine

FOUND = {
    "stocks": "SBIN, INFY",
    "trigger_prices": "800.5,1500",
    "triggered_at": "2:34 pm",
    "scan_name": "Breakouts BUY",
    "scan_url": "breakouts",
    "alert_name": "Alert for Breakouts",
    "webhook_url": "https://trade.example.com",
}
REST = "product=MIS&quantity=10"


@pytest.fixture
async def alerts(spine: Spine) -> AsyncIterator[AlertAddress]:
    """A sender whose orders belong to `scan`, ten of each share."""
    made = await spine.services.alert_addresses.create(spine.account.id, "ci", "scan", SYSTEM)
    async with serving_spine(spine) as http:
        yield AlertAddress(spine, http, f"/chartink{made.path}?{REST}")


@pytest.mark.parametrize(("name", "action"), [("Breakouts BUY", Action.BUY), ("short-term: short!", Action.SELL)])
async def test_an_entry_is_one_order_for_all_shares(alerts: AlertAddress, name: str, action: Action) -> None:
    answer = await alerts.post(FOUND | {"scan_name": name})

    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert (order.api_type, order.strategy) == (ApiType.BASKETORDER, "scan")
    terms = replace(some_terms(), action=action)
    assert [leg.terms for leg in order.legs] == [terms, replace(terms, symbol="INFY")]


async def test_one_share_is_a_plain_order(alerts: AlertAddress) -> None:
    answer = await alerts.post(FOUND | {"stocks": "SBIN"})

    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert (order.api_type, order.legs[0].terms) == (ApiType.PLACEORDER, some_terms())


async def test_an_exit_closes_what_is_held_of_each_and_opens_nothing(alerts: AlertAddress) -> None:
    spine = alerts.spine
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    bought = await alerts.post(FOUND | {"stocks": "SBIN"})
    again = await alerts.post(FOUND | {"scan_name": "SELL", "stocks": "SBIN,INFY"})

    assert (bought.status, again.status) == (200, 200)
    assert again.body["message"] == "2 of 2 orders taken."
    closed, nothing = again.body["results"]
    assert "orderid" in closed
    assert "orderid" not in nothing
    positions = await spine.book(TradingMode.SANDBOX).list_positions()
    assert [(one.symbol, one.quantity) for one in positions] == [("SBIN", Decimal(0))]


async def test_an_exit_that_is_refused_holds_no_other_back(
    alerts: AlertAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    spine = alerts.spine
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    await alerts.post(FOUND)
    broker = ScriptedBroker(spine.book(TradingMode.SANDBOX))
    broker.before_placing = [BrokerRefused("no"), None]
    monkeypatch.setattr(spine.runtime.brokers, "book", lambda account, mode: broker)

    answer = await alerts.post(FOUND | {"scan_name": "SELL"})

    assert (answer.status, answer.body["status"]) == (400, "error")
    assert answer.body["message"] == "1 of 2 orders taken."
    assert sorted(one["status"] for one in answer.body["results"]) == ["error", "success"]
    assert sorted(one.quantity for one in await broker.list_positions()) == [0, 10]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scan_name": "Breakouts"}, "scan_name"),
        ({"scan_name": "BUY or SELL"}, "scan_name"),
        ({"scan_name": "BUYERS"}, "scan_name"),
        ({"scan_name": 5}, "scan_name"),
        ({"stocks": " , "}, "stocks"),
        ({"stocks": ["SBIN"]}, "stocks"),
        ({"stocks": "SBIN,NOPE"}, "NOPE"),
    ],
)
async def test_what_cannot_be_done_is_refused_whole(
    alerts: AlertAddress, changes: dict[str, object], named: str
) -> None:
    answer = await alerts.post(FOUND | changes)

    assert answer.status in (400, 404)
    assert alerts.spine.sql("SELECT count(*) FROM orders WHERE status = 'pending'") == [(0,)]
    assert named in answer.body["message"]


async def test_the_same_alert_within_a_minute_is_one_order(alerts: AlertAddress) -> None:
    first = await alerts.post(FOUND)
    second = await alerts.post(FOUND)

    assert (second.raw, alerts.count()) == (first.raw, 1)
