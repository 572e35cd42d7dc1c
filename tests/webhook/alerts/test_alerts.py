"""Posting orders to an address, as TradingView does: no headers, no key in the body, and no patience."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.process.bootstrap import open_runtime
from core.audit import SYSTEM, Kind
from core.orders.order import Action, ApiType
from core.services.background_tasks import BackgroundTasks
from tests.factories import SettableClock, some_terms
from tests.runtime import Spine, settings_for
from tests.webhook.real import ALERT, AlertAddress, serving_spine
from tests.webhook.talking import Http
from webhook.alerts.alert_views import finish, sender
from webhook.request.rate_limits import HttpLimits, RateLimits


@pytest.fixture
async def alerts(spine: Spine) -> AsyncIterator[AlertAddress]:
    """A sender whose orders belong to `breakout`."""
    made = await spine.services.alert_addresses.create(spine.account.id, "tv", "breakout", SYSTEM)
    async with serving_spine(spine) as http:
        yield AlertAddress(spine, http, made.path)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain; charset=utf-8", None])
async def test_an_alert_is_an_order_whatever_its_content_type(alerts: AlertAddress, content_type: str | None) -> None:
    answer = await alerts.post(ALERT, content_type)

    assert (answer.status, answer.body["mode"]) == (200, "semi_auto")
    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert (order.strategy, order.legs[0].terms) == ("breakout", some_terms())


async def test_a_strategy_in_the_alert_wins(alerts: AlertAddress) -> None:
    answer = await alerts.post(ALERT | {"strategy": "named"})

    assert (await alerts.spine.order(answer.body["pending_order_id"])).strategy == "named"


async def test_without_any_strategy_it_is_a_missing_field(spine: Spine) -> None:
    made = await spine.services.alert_addresses.create(spine.account.id, "tv", "", SYSTEM)
    async with serving_spine(spine) as http:
        answer = await AlertAddress(spine, http, made.path).post(ALERT)

    assert (answer.status, answer.body["message"]) == (400, "{'strategy': ['Missing data for required field.']}")


@pytest.mark.parametrize("action", ["buy", "Buy", "BUY"])
async def test_actions_are_understood_in_any_case(alerts: AlertAddress, action: str) -> None:
    assert (await alerts.post(ALERT | {"action": action})).status == 200


async def test_a_position_size_makes_it_a_smart_order(alerts: AlertAddress) -> None:
    answer = await alerts.post(ALERT | {"position_size": "25"})

    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert (order.api_type, order.legs[0].terms) == (ApiType.SMARTORDER, some_terms(quantity=25))


async def test_the_kind_of_order_may_be_named(alerts: AlertAddress) -> None:
    basket = {"api_type": "basketorder", "orders": [ALERT, ALERT | {"action": "Sell"}]}

    answer = await alerts.post(basket)

    order = await alerts.spine.order(answer.body["pending_order_id"])
    assert [leg.terms.action for leg in order.legs] == [Action.BUY, Action.SELL]
    assert order.api_type is ApiType.BASKETORDER


@pytest.mark.parametrize("kind", ["cancelorder", "", 5, ["placeorder"], None])
async def test_only_new_orders_can_be_named(alerts: AlertAddress, kind: object) -> None:
    answer = await alerts.post(ALERT | {"api_type": kind})

    assert (answer.status, alerts.count()) == (400, 0)
    assert "{'api_type': ['Must be one of: placeorder" in answer.body["message"]


async def test_a_key_in_the_body_is_refused_and_not_repeated(alerts: AlertAddress) -> None:
    answer = await alerts.post(ALERT | {"apikey": alerts.spine.secret})

    assert (answer.status, alerts.count()) == (400, 0)
    assert "Leave the apikey out" in answer.body["message"]
    assert alerts.spine.secret not in answer.raw.decode()


@pytest.mark.parametrize("body", [b"", b"BUY SBIN", b"[]", b'{"symbol": "SBIN"}', b'{"quantity": NaN}'])
async def test_what_is_no_order_is_400(alerts: AlertAddress, body: bytes) -> None:
    answer = await alerts.post(body, "text/plain")

    assert (answer.status, answer.body["status"], alerts.count()) == (400, "error", 0)


@pytest.mark.parametrize("text", [b"SBIN crossing 812.50", b"Alert!", b"", b"BUY {{ticker}}", b"alert=SBIN&buy=1"])
async def test_plain_text_is_told_what_belongs_there_instead(alerts: AlertAddress, text: bytes) -> None:
    answer = await alerts.post(text, "text/plain; charset=utf-8")

    example = answer.body["message"].partition("such as ")[2].partition("}")[0] + "}"
    assert answer.status == 400
    assert "This alert is plain text, and no order." in answer.body["message"]
    assert (await alerts.post(example.encode(), "text/plain")).status == 200


async def test_json_with_a_mistake_is_told_where_it_is(alerts: AlertAddress) -> None:
    answer = await alerts.post(b'{"symbol": "SBIN", "quantity": }', "text/plain")

    assert answer.status == 400
    assert answer.body["message"].startswith("The alert's message is not JSON that can be read: not JSON: ")
    assert "line 1, column 32" in answer.body["message"]


async def test_an_alert_of_a_disabled_account_is_told_so_and_a_stranger_is_not(alerts: AlertAddress) -> None:
    await alerts.spine.switch(enabled=False)

    known = await alerts.post(ALERT)
    stranger = await alerts.http.send(alerts.path[:-1] + "x", json.dumps(ALERT).encode())

    assert (known.status, alerts.count()) == (403, 0)
    assert known.body["message"].startswith("This account is disabled")
    assert (stranger.status, stranger.body["message"]) == (404, "Not found")


async def test_the_same_body_within_a_minute_is_one_order_with_one_answer(alerts: AlertAddress) -> None:
    first = await alerts.post(ALERT)
    alerts.spine.clock.advance(seconds=59)
    second = await alerts.post(ALERT)

    assert (second.status, second.raw, alerts.count()) == (200, first.raw, 1)


async def test_after_a_minute_it_is_a_new_order(alerts: AlertAddress) -> None:
    await alerts.post(ALERT)
    alerts.spine.clock.advance(seconds=60)
    await alerts.post(ALERT)

    assert alerts.count() == 2


async def test_another_body_is_another_order_at_once(alerts: AlertAddress) -> None:
    await alerts.post(ALERT)
    await alerts.post(ALERT | {"quantity": "11"})

    assert alerts.count() == 2


async def test_twenty_at_once_of_the_same_body_are_one_order(alerts: AlertAddress) -> None:
    answers = await asyncio.gather(*(alerts.post(ALERT) for _ in range(20)))

    assert ({answer.raw for answer in answers}, alerts.count()) == ({answers[0].raw}, 1)


async def test_the_same_body_is_one_order_across_a_restart(
    alerts: AlertAddress, tmp_path: Path, clock: SettableClock
) -> None:
    first = await alerts.post(ALERT)
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(open_runtime(settings_for(tmp_path), clock))
        running = asyncio.create_task(runtime.order_log.run())
        stack.callback(running.cancel)
        app, late = web.Application(), BackgroundTasks()
        app.on_shutdown.append(finish(late))
        app.router.add_post("/webhook/{token}", sender(runtime.services, RateLimits(HttpLimits()), late))
        again = Http(await stack.enter_async_context(TestClient(TestServer(app))))

        second = await again.send(alerts.path, json.dumps(ALERT).encode())

    assert (second.status, second.raw, alerts.count()) == (200, first.raw, 1)


@pytest.mark.parametrize("token", ["csw_wrong", "x", "%00", "%F0%9F%98%80"])
async def test_a_wrong_token_is_404_without_a_word_more(alerts: AlertAddress, token: str) -> None:
    alerts.path = f"/webhook/{token}"

    answer = await alerts.post(ALERT)

    assert (answer.status, answer.body) == (404, {"status": "error", "message": "Not found"})


async def test_wrong_tokens_are_throttled(spine: Spine) -> None:
    async with serving_spine(spine, HttpLimits(failed_keys_per_minute=2)) as http:
        statuses = [(await http.send(f"/webhook/csw_{number}", b"{}")).status for number in range(3)]

    assert statuses == [404, 404, 429]


async def test_a_revoked_token_is_404(alerts: AlertAddress) -> None:
    keys = await alerts.spine.services.keys.list(alerts.spine.account.id)
    await alerts.spine.services.keys.revoke(alerts.spine.account.id, keys[-1].id, SYSTEM)

    assert (await alerts.post(ALERT)).status == 404


async def test_a_token_is_no_key_and_a_key_is_no_token(alerts: AlertAddress) -> None:
    token = alerts.path.rpartition("/")[2]
    as_key = [await alerts.http.post("funds", {"apikey": said}) for said in (token, alerts.path, f"webhook {token}")]
    alerts.path = f"/webhook/{alerts.spine.secret}"
    as_token = await alerts.post(ALERT)

    assert [answer.status for answer in as_key] == [403, 403, 403]
    assert (as_token.status, alerts.count()) == (404, 0)


async def test_the_token_is_not_stored(alerts: AlertAddress) -> None:
    await alerts.post(ALERT)

    files = [alerts.spine.path, alerts.spine.path.with_name(alerts.spine.path.name + "-wal")]
    stored = b"".join(path.read_bytes() for path in files)
    assert b"breakout" in stored
    assert alerts.path.rpartition("/")[2].encode() not in stored


async def test_making_one_is_audited_without_it(alerts: AlertAddress) -> None:
    link = (await alerts.spine.audit_of())[-1]

    assert link.kind == Kind.KEY_CREATED
    assert json.loads(link.facts) == {"key": 2, "label": "tv", "webhook": True, "strategy": "breakout"}
