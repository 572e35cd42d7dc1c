"""Good-till-triggered orders on the wire: what is told, and what is refused in semi-auto."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, OutcomeUnknown, Unsupported
from core.ids import BrokerOrderId
from core.orders.gtt import BrokerGtt, Gtt, GttStatus, Side
from core.orders.order import Action, PriceType, Product
from core.orders.states import BrokerStatus
from core.services.intake.intake import Sent
from tests.webhook.fakes import LIVE, LIVE_AUTO, NOW, SANDBOX, SANDBOX_AUTO, FakeServices, a_leg, an_order
from tests.webhook.gtt.test_gtt_fields import CHANGE, OCO, SINGLE
from tests.webhook.talking import Http

TRIGGER = "GTT-261122-0a1b2c3d"
CANCEL: dict[str, object] = {"strategy": "S", "trigger_id": TRIGGER}
BODIES = {"modifygttorder": CHANGE, "cancelgttorder": CANCEL}
QUEUED = {
    "status": "success",
    "message": "Order queued for approval in Action Center",
    "mode": "semi_auto",
    "pending_order_id": 347,
}
ANALYZE = {"mode": "analyze"}
DOUBT = "No answer. The broker may or may not have carried it out: ask for the order's status before trying again."
PLACED = BrokerGtt(
    BrokerOrderId(TRIGGER),
    None,
    Gtt(
        "NSE",
        "SBIN",
        Action.SELL,
        Decimal(10),
        Product.CNC,
        PriceType.LIMIT,
        (Side(Decimal(790), Decimal("789.5")), Side(Decimal(850), Decimal(851))),
        NOW + timedelta(days=365),
    ),
    GttStatus.ACTIVE,
    Decimal("800.05"),
    NOW,
    NOW,
    "S",
)


@pytest.mark.parametrize("key", [LIVE, SANDBOX])
@pytest.mark.parametrize("body", [SINGLE, OCO])
async def test_a_new_trigger_queues_in_semi_auto(http: Http, key: str, body: dict[str, object]) -> None:
    answer = await http.post("placegttorder", body | {"apikey": key})

    assert (answer.status, answer.body) == (200, QUEUED)


@pytest.mark.parametrize(
    ("key", "mode", "more"),
    [(LIVE_AUTO, TradingMode.LIVE, {}), (SANDBOX_AUTO, TradingMode.SANDBOX, ANALYZE)],
)
async def test_a_trigger_that_was_left_is_answered_with_its_id(
    http: Http, services: FakeServices, key: str, mode: TradingMode, more: dict[str, str]
) -> None:
    services.intake.answer = Sent(an_order(a_leg(BrokerStatus.OPEN, TRIGGER), trading_mode=mode))

    answer = await http.post("placegttorder", SINGLE | {"apikey": key})

    assert (answer.status, answer.body) == (200, {"status": "success", "trigger_id": TRIGGER} | more)


async def test_a_trigger_that_the_broker_refused_is_told_in_its_words(http: Http, services: FakeServices) -> None:
    services.intake.answer = Sent(an_order(a_leg(BrokerStatus.REJECTED, None, message="No price.")))

    answer = await http.post("placegttorder", SINGLE | {"apikey": LIVE_AUTO})

    assert (answer.status, answer.body) == (400, {"status": "error", "message": "No price."})


async def test_a_trigger_nobody_knows_about_yet_is_never_an_error(http: Http, services: FakeServices) -> None:
    services.intake.answer = Sent(an_order(a_leg(BrokerStatus.UNKNOWN, None)))

    answer = await http.post("placegttorder", SINGLE | {"apikey": LIVE_AUTO})

    assert answer.status == 200
    assert (answer.body["status"], answer.body["pending_order_id"]) == ("success", 7)
    assert "trigger_id" not in answer.body


async def test_a_broker_without_triggers(http: Http, services: FakeServices) -> None:
    why = "GTT orders are not supported for broker 'upstox' yet"
    services.intake.answer = services.gtts.cancel.answer = services.gtts.modify.answer = Unsupported(why)
    services.gtts.list.answer = Unsupported(why)

    for endpoint, body in (("placegttorder", SINGLE), ("gttorderbook", {}), *BODIES.items()):
        wanted = {name: body[name] for name in body if endpoint != "gttorderbook"} | {"apikey": LIVE_AUTO}
        answer = await http.post(endpoint, wanted)
        assert (answer.status, answer.body) == (501, {"status": "error", "message": why})


@pytest.mark.parametrize("operation", BODIES)
async def test_semi_auto_and_live_leaves_it_to_the_client(http: Http, services: FakeServices, operation: str) -> None:
    answer = await http.post(operation, BODIES[operation] | {"apikey": LIVE})

    assert answer.status == 403
    assert answer.body == {
        "status": "error",
        "message": f"Operation {operation} is not allowed in Semi-Auto mode. "
        "Please switch to Auto mode or use the UI for direct control.",
    }
    assert services.gtts.modify.calls == services.gtts.cancel.calls == []


@pytest.mark.parametrize(("key", "more"), [(SANDBOX, ANALYZE), (LIVE_AUTO, {}), (SANDBOX_AUTO, ANALYZE)])
@pytest.mark.parametrize("operation", BODIES)
async def test_in_the_sandbox_or_in_auto_it_is_carried_out(
    http: Http, operation: str, key: str, more: dict[str, str]
) -> None:
    answer = await http.post(operation, BODIES[operation] | {"apikey": key})

    assert (answer.status, answer.body) == (200, {"status": "success", "trigger_id": TRIGGER} | more)


@pytest.mark.parametrize("operation", BODIES)
@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (NotFound("?"), 404, f"GTT order {TRIGGER} not found"),
        (
            BrokerRefused("Cannot cancel GTT order in triggered status"),
            400,
            "Cannot cancel GTT order in triggered status",
        ),
        (BrokerUnavailable("The broker is away."), 503, "The broker is away."),
        (
            OutcomeUnknown("No answer."),
            504,
            DOUBT,
        ),
    ],
)
async def test_what_the_broker_did_not_do_is_told_truthfully(
    http: Http, services: FakeServices, operation: str, fault: Exception, status: int, message: str
) -> None:
    services.gtts.cancel.answer = services.gtts.modify.answer = fault

    answer = await http.post(operation, BODIES[operation] | {"apikey": SANDBOX})

    assert (answer.status, answer.body) == (status, {"status": "error", "message": message} | ANALYZE)


ROW = {
    "trigger_id": TRIGGER,
    "trigger_type": "two-leg",
    "status": "active",
    "symbol": "SBIN",
    "exchange": "NSE",
    "trigger_prices": [790, 850],
    "last_price": 800.05,
    "legs": [
        {"action": "SELL", "price": 789.5, "pricetype": "LIMIT", "product": "CNC", "quantity": 10},
        {"action": "SELL", "price": 851, "pricetype": "LIMIT", "product": "CNC", "quantity": 10},
    ],
    "created_at": "2026-11-22 14:32:05",
    "updated_at": "2026-11-22 14:32:05",
    "expires_at": "2027-11-22 14:32:05",
}


async def test_the_book_of_triggers(http: Http, services: FakeServices) -> None:
    services.gtts.list.answer = (PLACED,)

    live = await http.post("gttorderbook", {"apikey": LIVE})
    sandbox = await http.post("gttorderbook", {"apikey": SANDBOX})

    assert (live.status, live.body) == (200, {"status": "success", "data": [ROW]})
    more = {"strategy": "S", "margin_blocked": 0}
    assert sandbox.body == {"status": "success", "data": [ROW | more], "mode": "analyze"}


async def test_a_single_market_trigger_in_the_book(http: Http, services: FakeServices) -> None:
    terms = replace(PLACED.gtt, pricetype=PriceType.MARKET, sides=PLACED.gtt.sides[:1], expires_at=None)
    services.gtts.list.answer = (replace(PLACED, gtt=terms, status=GttStatus.TRIGGERING),)

    (row,) = (await http.post("gttorderbook", {"apikey": LIVE, "status": "all"})).body["data"]

    assert (row["trigger_type"], row["trigger_prices"], row["expires_at"]) == ("single", [790], None)
    assert row["legs"] == [{"action": "SELL", "price": 0, "pricetype": "MARKET", "product": "CNC", "quantity": 10}]
    assert row["status"] == "triggered"


async def test_the_book_has_what_can_still_be_reached_and_on_demand_the_others_after_it(
    http: Http, services: FakeServices
) -> None:
    statuses = (GttStatus.CANCELLED, GttStatus.ACTIVE, GttStatus.TRIGGERING, GttStatus.EXPIRED)
    services.gtts.list.answer = tuple(replace(PLACED, status=status) for status in statuses)

    async def listed(**asked: str) -> list[str]:
        answer = await http.post("gttorderbook", {"apikey": LIVE} | asked)
        return [row["status"] for row in answer.body["data"]]

    assert await listed() == await listed(status="active") == ["active"]
    assert await listed(status="all") == ["active", "cancelled", "triggered", "expired"]


async def test_the_book_is_asked_for_by_one_of_two_words(http: Http) -> None:
    answer = await http.post("gttorderbook", {"apikey": LIVE, "status": "triggered"})

    assert (answer.status, answer.body["message"]) == (400, {"status": ["Must be one of: active, all."]})


async def test_an_empty_book(http: Http) -> None:
    answer = await http.post("gttorderbook", {"apikey": LIVE})

    assert answer.body == {"status": "success", "data": []}


async def test_a_repeated_cancel_gets_its_first_answer(http: Http, services: FakeServices) -> None:
    body = CANCEL | {"apikey": LIVE_AUTO}

    first = await http.post("cancelgttorder", body, Idempotency_Key="k-1")
    second = await http.post("cancelgttorder", body, Idempotency_Key="k-1")

    assert first.raw == second.raw
    assert len(services.gtts.cancel.calls) == 1
