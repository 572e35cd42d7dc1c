"""Ping, the analyzer and its toggle; health; and asking for an order that was queued."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.accounts import TradingMode
from core.errors import NotFound
from core.ids import UserId
from core.orders.states import BrokerStatus, QueueStatus
from tests.webhook.fakes import LIVE, LIVE_AUTO, NOW, SANDBOX, FakeServices, a_leg, an_order
from tests.webhook.talking import Http

PRICES = "simulated, last tick 1 s ago"
ALL_OK = {"database": "ok", "telegram": "ok", "cards": "ok"}


@pytest.mark.parametrize("key", [LIVE, SANDBOX])
async def test_ping_never_carries_a_mode(http: Http, key: str) -> None:
    answer = await http.post("ping", {"apikey": key})

    assert answer.body == {"status": "success", "data": {"broker": "paper", "message": "pong"}}


async def test_the_analyzer_tells_this_accounts_mode(http: Http) -> None:
    live = await http.post("analyzer", {"apikey": LIVE})
    sandbox = await http.post("analyzer", {"apikey": SANDBOX})

    off = {"analyze_mode": False, "mode": "live", "total_logs": 0}
    on = {"analyze_mode": True, "mode": "analyze", "total_logs": 0}
    assert live.body == {"status": "success", "data": off}
    assert sandbox.body == {"status": "success", "data": on}


@pytest.mark.parametrize(
    ("key", "mode", "after"), [(LIVE_AUTO, "yes", "analyze"), (SANDBOX, False, "live"), (SANDBOX, 1, "analyze")]
)
async def test_the_toggle_switches_and_says_so(http: Http, key: str, mode: object, after: str) -> None:
    answer = await http.post("analyzer/toggle", {"apikey": key, "mode": mode})

    assert answer.body["data"] == {
        "analyze_mode": after == "analyze",
        "mode": after,
        "total_logs": 0,
        "message": f"Analyzer mode switched to {after}",
    }


async def test_an_order_that_waits(http: Http, services: FakeServices) -> None:
    leg = a_leg(BrokerStatus.READY, None)
    services.order_status.get.answer = an_order(leg, status=QueueStatus.PENDING)

    answer = await http.post("pendingorder", {"apikey": LIVE, "pending_order_id": 7})

    assert answer.body == {
        "status": "success",
        "data": {
            "pending_order_id": 7,
            "status": "pending",
            "api_type": "placeorder",
            "mode": "live",
            "created_at": "2026-11-22T09:02:05+00:00",
            "expires_at": "2026-11-22T09:17:05+00:00",
            "decided_at": None,
            "decided_by": None,
            "reason": None,
            "broker_status": None,
            "orders": [
                {
                    "leg": 1,
                    "part": 1,
                    "exchange": "NSE",
                    "symbol": "SBIN",
                    "action": "BUY",
                    "quantity": 10,
                    "orderid": None,
                    "broker_status": "ready",
                    "filled_quantity": 0,
                    "average_price": 0,
                    "message": "",
                }
            ],
            "shown_to": 2,
            "notice": None,
        },
    }
    assert services.order_status.get.calls == [(1, 7, timedelta(0))]


async def test_an_approved_and_filled_order_names_its_approver_but_not_their_number(
    http: Http, services: FakeServices
) -> None:
    leg = a_leg(BrokerStatus.COMPLETE, filled_quantity=Decimal(10), average_price=Decimal("799.95"))
    services.order_status.get.answer = an_order(
        leg,
        trading_mode=TradingMode.SANDBOX,
        broker_status=BrokerStatus.COMPLETE,
        approved_at=NOW,
        approved_by="Asha",
        approved_by_id=UserId(987654321),
    )

    answer = await http.post("pendingorder", {"apikey": SANDBOX, "pending_order_id": "7", "wait": "2.5"})

    data = answer.body["data"]
    assert (data["status"], data["mode"], data["broker_status"]) == ("approved", "analyze", "complete")
    assert (data["decided_by"], data["decided_at"]) == ("Asha", "2026-11-22T09:02:05+00:00")
    assert data["orders"][0]["orderid"] == "26112254370564"
    assert (data["orders"][0]["filled_quantity"], data["orders"][0]["average_price"]) == (10, 799.95)
    assert b"987654321" not in answer.raw
    assert services.order_status.get.calls[0][2] == timedelta(seconds=2.5)


async def test_a_rejected_order_tells_the_reason(http: Http, services: FakeServices) -> None:
    services.order_status.get.answer = an_order(
        status=QueueStatus.REJECTED, rejected_at=NOW, rejected_by="Asha", rejected_reason="Too large"
    )

    answer = await http.post("pendingorder", {"apikey": LIVE, "pending_order_id": 7})

    assert (answer.body["data"]["status"], answer.body["data"]["reason"]) == ("rejected", "Too large")


async def test_another_accounts_order_is_not_found(http: Http, services: FakeServices) -> None:
    services.order_status.get.answer = NotFound("Pending order 8 not found")

    answer = await http.post("pendingorder", {"apikey": LIVE, "pending_order_id": 8})

    assert (answer.status, answer.body["message"]) == (404, "Pending order 8 not found")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("wait", 61, "Must be greater than or equal to 0 and less than or equal to 60."),
        ("wait", -1, "Must be greater than or equal to 0 and less than or equal to 60."),
        ("wait", "soon", "Not a valid number."),
        ("pending_order_id", "7.0", "Not a valid integer."),
        ("pending_order_id", 10**30, "Number too large."),
        ("x", 1, "Unknown field."),
    ],
)
async def test_asking_wrongly_is_refused_by_field(http: Http, field: str, value: object, text: str) -> None:
    answer = await http.post("pendingorder", {"apikey": LIVE, "pending_order_id": 7, field: value})

    assert (answer.status, answer.body["message"]) == (400, {field: [text]})


async def test_the_process_is_alive(http: Http) -> None:
    answer = await http.get("/healthz")

    assert (answer.status, answer.body) == (200, {"status": "ok"})


async def test_ready_when_every_component_is(http: Http) -> None:
    answer = await http.get("/readyz")

    assert answer.status == 200
    assert answer.body == {"status": "ready", "components": ALL_OK, "prices": PRICES}


async def test_what_only_needs_a_look_is_told_and_restarts_nothing(http: Http, services: FakeServices) -> None:
    services.health.attention.answer = {"cards": "1 waiting order was shown to nobody who may decide"}

    answer = await http.get("/readyz")

    assert answer.status == 200
    assert answer.body["components"]["cards"] == "1 waiting order was shown to nobody who may decide"


async def test_an_order_that_nobody_was_shown_says_so(http: Http, services: FakeServices) -> None:
    services.order_status.get.answer = an_order(a_leg(BrokerStatus.READY, None), status=QueueStatus.PENDING)
    services.order_status.count_readers.answer = 0

    answer = await http.post("pendingorder", {"apikey": LIVE, "pending_order_id": 7})

    assert answer.body["data"]["shown_to"] == 0
    assert "Shown to nobody" in answer.body["data"]["notice"]


async def test_not_ready_names_what_is_wrong(http: Http, services: FakeServices) -> None:
    services.health.readiness.answer = {"database": "", "telegram": "No answer for 40 s."}

    answer = await http.get("/readyz")

    assert answer.status == 503
    assert answer.body == {
        "status": "not ready",
        "components": ALL_OK | {"telegram": "No answer for 40 s."},
        "prices": PRICES,
    }
