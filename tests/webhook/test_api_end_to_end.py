"""The HTTP face on the real services, the real database and the paper broker."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.accounts import Account, OrderMode, TradingMode
from core.audit import SYSTEM
from tests.runtime import Spine
from tests.webhook.talking import ORDER, Http
from webhook.application import HttpSettings, build_application

LIMIT: dict[str, object] = ORDER | {"pricetype": "LIMIT", "product": "CNC", "price": "790"}


class RealApi:
    """The real services behind the API, and accounts to try; SBIN trades at 800."""

    def __init__(self, spine: Spine, http: Http) -> None:
        self.spine = spine
        self.services = spine.services
        self.http = http

    async def account(self, order_mode: OrderMode, trading_mode: TradingMode) -> tuple[Account, str]:
        """A new account and its key."""
        name = f"{order_mode} {trading_mode}"
        account = await self.services.accounts.add(name, "paper", order_mode, trading_mode, SYSTEM)
        key = await self.services.keys.create(account.id, "test", SYSTEM)
        return account, key.secret

    async def sandbox(self) -> str:
        """The key of an account whose orders go to the sandbox at once."""
        return (await self.account(OrderMode.AUTO, TradingMode.SANDBOX))[1]

    async def semi_auto(self) -> str:
        """The key of an account whose orders wait for its client."""
        return self.spine.secret


@pytest.fixture
async def api(spine: Spine) -> AsyncIterator[RealApi]:
    """The HTTP face on the spine."""
    app = build_application(spine.services, HttpSettings())
    async with TestClient(TestServer(app)) as client:
        yield RealApi(spine, Http(client))


async def test_a_queued_order_can_be_asked_about(api: RealApi) -> None:
    key = await api.semi_auto()

    queued = await api.http.post("placeorder", ORDER | {"apikey": key})
    number = queued.body["pending_order_id"]
    asked = await api.http.post("pendingorder", {"apikey": key, "pending_order_id": number, "wait": 0.05})

    assert (queued.status, queued.body["mode"], type(number)) == (200, "semi_auto", int)
    assert (asked.body["data"]["status"], asked.body["data"]["mode"]) == ("pending", "live")
    assert asked.body["data"]["orders"][0]["broker_status"] == "ready"


async def test_nobody_elses_order_can_be_asked_about(api: RealApi) -> None:
    mine, theirs = await api.semi_auto(), await api.sandbox()
    queued = await api.http.post("placeorder", ORDER | {"apikey": mine})
    number = queued.body["pending_order_id"]

    answer = await api.http.post("pendingorder", {"apikey": theirs, "pending_order_id": number})

    assert (answer.status, answer.body["message"]) == (404, f"Pending order {number} not found")


async def test_an_order_in_auto_is_in_every_book_at_once(api: RealApi) -> None:
    key = await api.sandbox()

    placed = await api.http.post("placeorder", ORDER | {"apikey": key, "product": "CNC"})
    orderid = placed.body["orderid"]
    status = await api.http.post("orderstatus", {"apikey": key, "strategy": "S", "orderid": orderid})
    book = await api.http.post("orderbook", {"apikey": key})
    trades = await api.http.post("tradebook", {"apikey": key})
    positions = await api.http.post("positionbook", {"apikey": key})
    held = {"apikey": key, "strategy": "S", "symbol": "SBIN", "exchange": "NSE", "product": "CNC"}
    quantity = await api.http.post("openposition", held)

    assert (placed.body["mode"], len(orderid)) == ("analyze", 14)
    assert status.body["data"]["order_status"] == "complete"
    assert status.body["data"]["average_price"] > 0
    assert [row["orderid"] for row in book.body["data"]["orders"]] == [orderid]
    assert [row["orderid"] for row in trades.body["data"]] == [orderid]
    assert [row["quantity"] for row in positions.body["data"]] == [10]
    assert quantity.body == {"status": "success", "quantity": 10, "mode": "analyze"}


async def test_an_open_order_is_modified_and_cancelled(api: RealApi) -> None:
    key = await api.sandbox()
    placed = await api.http.post("placeorder", LIMIT | {"apikey": key})
    asked = {"apikey": key, "strategy": "S", "orderid": placed.body["orderid"]}
    terms = LIMIT | asked | {"price": "791", "disclosed_quantity": "0", "trigger_price": "0"}

    modified = await api.http.post("modifyorder", terms)
    status = await api.http.post("orderstatus", asked)
    cancelled = await api.http.post("cancelorder", asked)
    again = await api.http.post("cancelorder", asked)

    assert modified.body["message"] == "Order modified successfully"
    assert (status.body["data"]["order_status"], status.body["data"]["price"]) == ("open", 791)
    assert cancelled.body["message"] == "Order cancelled successfully"
    assert (again.status, again.body["message"]) == (400, "Cannot cancel order in cancelled status")


@pytest.mark.parametrize("endpoint", ["orderstatus", "cancelorder"])
async def test_an_unknown_order_is_not_found(api: RealApi, endpoint: str) -> None:
    key = await api.sandbox()

    answer = await api.http.post(endpoint, {"apikey": key, "strategy": "S", "orderid": "X"})

    assert answer.status == 404
    assert answer.body == {"status": "error", "message": "Order X not found", "mode": "analyze"}


async def test_everything_open_is_cancelled_and_closed(api: RealApi) -> None:
    key = await api.sandbox()
    resting = await api.http.post("placeorder", LIMIT | {"apikey": key})
    await api.http.post("placeorder", ORDER | {"apikey": key, "product": "CNC"})
    body = {"apikey": key, "strategy": "S"}

    cancelled = await api.http.post("cancelallorder", body)
    closed = await api.http.post("closeposition", body)
    nothing = await api.http.post("closeposition", body)

    assert cancelled.body["canceled_orders"] == [resting.body["orderid"]]
    assert (closed.body["closed_positions"], closed.body["failed_closures"]) == (1, 0)
    assert nothing.body["message"] == "No open positions to close"


async def test_what_the_sandbox_refuses_is_told_with_its_mode(api: RealApi) -> None:
    key = await api.sandbox()

    answer = await api.http.post("placeorder", ORDER | {"apikey": key, "pricetype": "LIMIT", "product": "CNC"})
    unknown = await api.http.post("placeorder", ORDER | {"apikey": key, "symbol": "NOPE", "product": "CNC"})

    assert answer.status == unknown.status == 400
    assert answer.body["message"] == "LIMIT orders require price"
    assert unknown.body["message"] == "Symbol NOPE not found on NSE"
    assert answer.body["mode"] == unknown.body["mode"] == "analyze"


@pytest.mark.parametrize("key_of", [RealApi.semi_auto, RealApi.sandbox])
async def test_ten_repeats_at_once_are_one_order(api: RealApi, key_of: object) -> None:
    key = await key_of(api)  # type: ignore[operator]
    body = ORDER | {"apikey": key, "product": "CNC"}

    answers = await asyncio.gather(*(api.http.post("placeorder", body, Idempotency_Key="once") for _ in range(10)))
    later = await api.http.post("placeorder", body, Idempotency_Key="once")
    other = await api.http.post("placeorder", body | {"quantity": "11"}, Idempotency_Key="once")

    assert {answer.status for answer in answers} <= {200, 409}
    assert {answer.raw for answer in answers if answer.status == 200} == {later.raw}
    assert (later.status, other.status) == (200, 422)


async def test_a_cancel_is_carried_out_once_per_key(api: RealApi) -> None:
    key = await api.sandbox()
    placed = await api.http.post("placeorder", LIMIT | {"apikey": key})
    asked = {"apikey": key, "strategy": "S", "orderid": placed.body["orderid"]}

    first = await api.http.post("cancelorder", asked, Idempotency_Key="once")
    second = await api.http.post("cancelorder", asked, Idempotency_Key="once")

    assert (first.status, second.status) == (200, 200)
    assert second.raw == first.raw


async def test_semi_auto_and_live_refuses_what_is_the_clients(api: RealApi) -> None:
    key = await api.semi_auto()

    answer = await api.http.post("closeposition", {"apikey": key, "strategy": "S"})
    toggle = await api.http.post("analyzer/toggle", {"apikey": key, "mode": True})

    assert (answer.status, toggle.status) == (403, 403)
    assert answer.body["message"].startswith("Operation closeposition is not allowed in Semi-Auto mode.")


async def test_the_toggle_moves_the_next_order_to_the_other_book(api: RealApi) -> None:
    key = await api.sandbox()
    await api.http.post("placeorder", ORDER | {"apikey": key, "product": "CNC"})

    toggled = await api.http.post("analyzer/toggle", {"apikey": key, "mode": False})
    placed = await api.http.post("placeorder", ORDER | {"apikey": key, "product": "CNC"})
    live = await api.http.post("orderbook", {"apikey": key})

    assert toggled.body["data"]["mode"] == "live"
    assert "mode" not in placed.body
    assert [row["orderid"] for row in live.body["data"]["orders"]] == [placed.body["orderid"]]


async def test_a_revoked_key_and_a_disabled_account_are_refused_at_once(api: RealApi) -> None:
    account, secret = api.spine.account, api.spine.secret
    other, other_secret = await api.account(OrderMode.AUTO, TradingMode.LIVE)
    body = ORDER | {"apikey": secret}
    before = await api.http.post("placeorder", body)
    caller = await api.services.keys.authenticate(secret)
    await api.http.post("placeorder", body | {"apikey": other_secret})

    await api.services.keys.revoke(account.id, caller.api_key_id, SYSTEM)
    await api.services.accounts.set(other.name, SYSTEM, enabled=False)
    revoked = await api.http.post("placeorder", body)
    disabled = await api.http.post("placeorder", body | {"apikey": other_secret})

    assert before.status == 200
    assert (revoked.status, revoked.body["message"]) == (403, "Invalid openalgo apikey")
    assert disabled.status == 403
    assert disabled.body["message"].startswith("This account is disabled: your key is right")


async def test_a_hundred_orders_at_once_are_a_hundred_orders(api: RealApi) -> None:
    key = await api.semi_auto()

    answers = await asyncio.gather(*(api.http.post("placeorder", ORDER | {"apikey": key}) for _ in range(100)))

    assert len({answer.body["pending_order_id"] for answer in answers}) == 100


async def test_the_real_service_is_ready(api: RealApi) -> None:
    answer = await api.http.get("/readyz")

    assert answer.status == 200
    assert answer.body["components"]["database"] == "ok"
