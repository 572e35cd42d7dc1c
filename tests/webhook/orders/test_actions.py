"""Cancelling, modifying and closing: what is told, and what is refused in semi-auto."""

from decimal import Decimal

import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, BrokerUnavailable, NotFound, OutcomeUnknown
from core.ids import BrokerOrderId
from core.orders.order import Action, LegTerms, Order, PriceType
from core.orders.states import BrokerStatus
from core.services.trading.open_orders import CancelledAll
from tests.webhook.fakes import LIVE, LIVE_AUTO, SANDBOX, SANDBOX_AUTO, FakeServices, a_leg, an_order
from tests.webhook.talking import CHANGE, Http

BODIES: dict[str, dict[str, object]] = {
    "cancelorder": {"strategy": "S", "orderid": "240001"},
    "modifyorder": CHANGE,
    "cancelallorder": {"strategy": "S"},
    "closeposition": {"strategy": "S"},
    "analyzer/toggle": {"mode": True},
}


@pytest.mark.parametrize("operation", BODIES)
async def test_semi_auto_and_live_leaves_it_to_the_client(http: Http, services: FakeServices, operation: str) -> None:
    answer = await http.post(operation, BODIES[operation] | {"apikey": LIVE})

    assert answer.status == 403
    assert answer.body == {
        "status": "error",
        "message": f"Operation {operation} is not allowed in Semi-Auto mode. "
        "Please switch to Auto mode or use the UI for direct control.",
    }
    assert services.trading.cancel.calls == services.trading.modify.calls == []


@pytest.mark.parametrize("key", [SANDBOX, LIVE_AUTO, SANDBOX_AUTO])
@pytest.mark.parametrize("operation", BODIES)
async def test_in_the_sandbox_or_in_auto_it_is_carried_out(http: Http, operation: str, key: str) -> None:
    answer = await http.post(operation, BODIES[operation] | {"apikey": key})

    assert (answer.status, answer.body["status"]) == (200, "success")


async def test_a_cancelled_order(http: Http, services: FakeServices) -> None:
    live = await http.post("cancelorder", BODIES["cancelorder"] | {"apikey": LIVE_AUTO})
    sandbox = await http.post("cancelorder", BODIES["cancelorder"] | {"apikey": SANDBOX})

    assert live.body == {"status": "success", "orderid": "240001"}
    told = {"message": "Order cancelled successfully", "mode": "analyze"}
    assert sandbox.body == {"status": "success", "orderid": "240001"} | told
    assert services.trading.cancel.calls[0][1] == "240001"


async def test_a_modified_order_gets_all_its_terms_anew(http: Http, services: FakeServices) -> None:
    live = await http.post("modifyorder", CHANGE | {"apikey": LIVE_AUTO})
    sandbox = await http.post("modifyorder", CHANGE | {"apikey": SANDBOX})

    assert live.body == {"status": "success", "orderid": "240001"}
    told = {"message": "Order modified successfully", "mode": "analyze"}
    assert sandbox.body == {"status": "success", "orderid": "240001"} | told
    terms = LegTerms("NSE", "SBIN", Action.BUY, Decimal(10), PriceType.LIMIT, price=Decimal(801))
    assert services.trading.modify.calls[0][1:] == ("240001", terms)


DOUBT = "No answer. The broker may or may not have carried it out: ask for the order's status before trying again."


@pytest.mark.parametrize("operation", ["cancelorder", "modifyorder"])
@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (NotFound("?"), 404, "Order 240001 not found"),
        (BrokerRefused("Cannot cancel order in complete status"), 400, "Cannot cancel order in complete status"),
        (BrokerUnavailable("The broker is away."), 503, "The broker is away."),
        (OutcomeUnknown("No answer."), 504, DOUBT),
    ],
)
async def test_what_the_broker_did_not_do_is_told_truthfully(
    http: Http, services: FakeServices, operation: str, fault: Exception, status: int, message: str
) -> None:
    services.trading.cancel.answer = services.trading.modify.answer = fault

    answer = await http.post(operation, BODIES[operation] | {"apikey": SANDBOX})

    assert answer.status == status
    assert answer.body == {"status": "error", "message": message, "mode": "analyze"}


async def test_cancelling_everything_counts_what_was_and_was_not(http: Http, services: FakeServices) -> None:
    services.trading.cancel_all.answer = CancelledAll(
        (BrokerOrderId("1"), BrokerOrderId("2")), ((BrokerOrderId("3"), "Too late."),)
    )
    message = "Canceled 2 orders. Failed to cancel 1 orders."

    live = await http.post("cancelallorder", {"apikey": LIVE_AUTO, "strategy": "S"})
    sandbox = await http.post("cancelallorder", {"apikey": SANDBOX, "strategy": "S"})

    common = {"status": "success", "canceled_orders": ["1", "2"], "message": message}
    assert live.body == common | {"failed_cancellations": ["3"]}
    failed = [{"orderid": "3", "message": "Too late."}]
    assert sandbox.body == common | {"failed_cancellations": failed, "mode": "analyze"}


async def test_nothing_to_cancel(http: Http) -> None:
    live = await http.post("cancelallorder", {"apikey": LIVE_AUTO, "strategy": "S"})
    sandbox = await http.post("cancelallorder", {"apikey": SANDBOX, "strategy": "S"})

    common = {"status": "success", "canceled_orders": [], "failed_cancellations": []}
    assert live.body == common | {"message": "Canceled 0 orders. Failed to cancel 0 orders."}
    assert sandbox.body == common | {"message": "No open orders to cancel", "mode": "analyze"}


async def test_nothing_to_close(http: Http, services: FakeServices) -> None:
    live = await http.post("closeposition", {"apikey": LIVE_AUTO, "strategy": "S"})
    sandbox = await http.post("closeposition", {"apikey": SANDBOX, "strategy": "S"})

    assert live.body == {"status": "success", "message": "All Open Positions Squared Off"}
    assert sandbox.body == {"status": "success", "message": "No open positions to close", "mode": "analyze"}
    assert services.trading.close_all.calls[0][1:] == ("S", {"strategy": "S"})


def closing(trading_mode: TradingMode, *statuses: BrokerStatus) -> Order:
    legs = [
        a_leg(status, None, number=number, message="No margin." if status is BrokerStatus.REJECTED else "")
        for number, status in enumerate(statuses, 1)
    ]
    return an_order(*legs, trading_mode=trading_mode)


DONE, DEAD, DOUBTFUL = BrokerStatus.COMPLETE, BrokerStatus.REJECTED, BrokerStatus.UNKNOWN


async def test_everything_closed(http: Http, services: FakeServices) -> None:
    services.trading.close_all.answer = closing(TradingMode.LIVE, DONE, DONE)
    live = await http.post("closeposition", {"apikey": LIVE_AUTO, "strategy": "S"})
    services.trading.close_all.answer = closing(TradingMode.SANDBOX, DONE, DONE)
    sandbox = await http.post("closeposition", {"apikey": SANDBOX, "strategy": "S"})

    assert live.body == {"status": "success", "message": "All Open Positions Squared Off"}
    assert sandbox.body == {
        "status": "success",
        "message": "Closed 2 positions",
        "closed_positions": 2,
        "failed_closures": 0,
        "mode": "analyze",
    }


async def test_what_could_not_be_closed_is_said(http: Http, services: FakeServices) -> None:
    services.trading.close_all.answer = closing(TradingMode.LIVE, DONE, DEAD, DOUBTFUL)

    answer = await http.post("closeposition", {"apikey": LIVE_AUTO, "strategy": "S"})

    assert answer.status == 200
    assert answer.body["message"].startswith("Closed 1 positions (Failed to close 1 positions). 1 not confirmed")
    assert answer.body["pending_order_id"] == 7


async def test_closing_nothing_of_what_was_open_is_an_error(http: Http, services: FakeServices) -> None:
    services.trading.close_all.answer = closing(TradingMode.SANDBOX, DEAD, DEAD)

    answer = await http.post("closeposition", {"apikey": SANDBOX, "strategy": "S"})

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": "No margin.", "mode": "analyze"}
