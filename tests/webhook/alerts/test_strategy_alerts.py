"""POST /strategy/webhook/<token>: OpenAlgo's `Strategy` says little, and the address says the rest."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from openalgo import Strategy

from core.audit import SYSTEM
from core.orders.order import Action, ApiType
from tests.factories import some_terms
from tests.runtime import Spine
from tests.webhook.real import AlertAddress, serving_spine
from webhook.application import HttpSettings, build_application
from webhook.server import serving

BUY = {"symbol": "SBIN", "action": "BUY"}
REST = "exchange=NSE&product=MIS&quantity=10"


@pytest.fixture
async def alerts(spine: Spine) -> AsyncIterator[AlertAddress]:
    """A sender whose orders belong to `breakout`, ten SBIN at a time."""
    made = await spine.services.alert_addresses.create(spine.account.id, "st", "breakout", SYSTEM)
    async with serving_spine(spine) as http:
        yield AlertAddress(spine, http, f"/strategy{made.path}?{REST}")


async def test_the_published_strategy_changes_its_address_only(spine: Spine) -> None:
    made = await spine.services.alert_addresses.create(spine.account.id, "st", "breakout", SYSTEM)
    async with serving(build_application(spine.services, HttpSettings()), "127.0.0.1", 0) as host:
        strategy = Strategy(host_url=host, webhook_id=f"{made.path.rpartition('/')[2]}?{REST}")
        plain = await asyncio.to_thread(strategy.strategyorder, "SBIN", "BUY")
        smart = await asyncio.to_thread(strategy.strategyorder, "SBIN", "BUY", 25)

    orders = [await spine.order(answer["pending_order_id"]) for answer in (plain, smart)]
    assert [(order.api_type, order.strategy) for order in orders] == [
        (ApiType.PLACEORDER, "breakout"),
        (ApiType.SMARTORDER, "breakout"),
    ]
    assert [order.legs[0].terms for order in orders] == [some_terms(), some_terms(quantity=25)]


async def test_a_position_of_nothing_never_opens_one(alerts: AlertAddress) -> None:
    answer = await alerts.post(BUY | {"action": "SELL", "position_size": "0"})

    assert (answer.status, alerts.count()) == (200, 0)
    assert "pending_order_id" not in answer.body


async def test_what_the_alert_says_wins(alerts: AlertAddress) -> None:
    answer = await alerts.post(BUY | {"quantity": "3", "action": "sell"})

    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert order.legs[0].terms == replace(some_terms(quantity=3), action=Action.SELL)


@pytest.mark.parametrize(
    ("behind", "named"),
    [
        ("product=MIS&quantity=10", "exchange"),
        (f"{REST}&quantity=11", "quantity"),
        (f"{REST}&apikey=cs_x", "apikey"),
        (f"{REST}&price=1", "price"),
        ("exchange=NSE&quantity=many", "quantity"),
    ],
)
async def test_what_is_missing_or_wrong_behind_the_address_is_named(
    alerts: AlertAddress, behind: str, named: str
) -> None:
    alerts.path = f"{alerts.path.partition('?')[0]}?{behind}"

    answer = await alerts.post(BUY)

    assert (answer.status, alerts.count()) == (400, 0)
    assert named in answer.body["message"]


async def test_the_same_words_to_another_quantity_are_another_order(alerts: AlertAddress) -> None:
    first = await alerts.post(BUY)
    again = await alerts.post(BUY)
    alerts.path = alerts.path.replace("quantity=10", "quantity=11")
    await alerts.post(BUY)

    assert (again.raw, alerts.count()) == (first.raw, 2)


async def test_a_wrong_token_is_404(alerts: AlertAddress) -> None:
    alerts.path = "/strategy/webhook/csw_wrong"

    assert (await alerts.post(BUY)).status == 404


async def test_behind_the_other_address_nothing_counts(alerts: AlertAddress) -> None:
    alerts.path = alerts.path.removeprefix("/strategy")

    assert (await alerts.post(BUY)).status == 400
