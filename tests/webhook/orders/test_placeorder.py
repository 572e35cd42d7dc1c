"""New orders: what reaches core, and what the strategy is told."""

from decimal import Decimal

import pytest

from core.accounts import TradingMode
from core.errors import Invalid, NotAllowed, Unready
from core.ids import BrokerOrderId
from core.orders.intents import Single
from core.orders.order import Action, ApiType, LegTerms, PriceType, Product
from core.orders.router import Operation
from core.orders.states import BrokerStatus, QueueStatus
from core.services.intake.intake import Sent
from tests.webhook.fakes import LIVE_AUTO, SANDBOX, SANDBOX_AUTO, FakeServices, a_leg, an_order
from tests.webhook.talking import ORDER, Http

QUEUED = {
    "status": "success",
    "message": "Order queued for approval in Action Center",
    "mode": "semi_auto",
    "pending_order_id": 347,
}


async def test_a_queued_order_is_answered_exactly_as_openalgo_does(http: Http) -> None:
    answer = await http.post("placeorder", ORDER)

    assert (answer.status, answer.body) == (200, QUEUED)
    assert answer.headers["Content-Type"] == "application/json"


async def test_a_slash_at_the_end_changes_nothing(http: Http) -> None:
    answer = await http.post("placeorder/", ORDER)

    assert (answer.status, answer.body) == (200, QUEUED)


async def test_a_sandbox_order_queues_with_the_same_answer(http: Http) -> None:
    answer = await http.post("placeorder", ORDER | {"apikey": SANDBOX})

    assert answer.body == QUEUED


async def test_core_gets_the_validated_terms(http: Http, services: FakeServices) -> None:
    sent = {"pricetype": "SL", "product": "NRML", "price": 800.1, "trigger_price": "799.95", "action": "sell"}

    await http.post("placeorder", ORDER | sent | {"disclosed_quantity": "5"})

    (request,) = services.intake.requests
    assert request.intent == Single(
        LegTerms(
            "NSE",
            "SBIN",
            Action.SELL,
            Decimal(10),
            PriceType.SL,
            Product.NRML,
            Decimal("800.1"),
            Decimal("799.95"),
            5,
        ),
    )
    assert (request.api_type, request.operation) == (ApiType.PLACEORDER, Operation.PLACEORDER)
    assert request.strategy == "S"


async def test_what_is_stored_has_every_field_but_the_key_and_no_floats(http: Http, services: FakeServices) -> None:
    await http.post("placeorder", ORDER | {"price": 800.05, "underlying_ltp": "26055.5"})

    (request,) = services.intake.requests
    assert request.order_data == {
        "strategy": "S",
        "exchange": "NSE",
        "symbol": "SBIN",
        "action": "BUY",
        "quantity": 10,
        "pricetype": "MARKET",
        "product": "MIS",
        "price": "800.05",
        "trigger_price": 0,
        "disclosed_quantity": 0,
        "underlying_ltp": "26055.5",
    }


@pytest.mark.parametrize(
    ("pricetype", "price", "trigger_price"),
    [("MARKET", 0, 0), ("LIMIT", 9, 0), ("SL", 9, 8), ("SL-M", 0, 8)],
)
async def test_a_price_that_the_pricetype_does_not_use_is_not_in_the_terms(
    http: Http, services: FakeServices, pricetype: str, price: int, trigger_price: int
) -> None:
    await http.post("placeorder", ORDER | {"pricetype": pricetype, "price": 9, "trigger_price": 8})

    (terms,) = services.intake.single_terms()
    assert (terms.price, terms.trigger_price) == (Decimal(price), Decimal(trigger_price))


@pytest.mark.parametrize(
    ("key", "mode", "extra"),
    [(LIVE_AUTO, TradingMode.LIVE, {}), (SANDBOX_AUTO, TradingMode.SANDBOX, {"mode": "analyze"})],
)
@pytest.mark.parametrize("status", ["open", "complete", "trigger pending", "cancelled"])
async def test_an_accepted_order_is_answered_with_its_number(
    http: Http, services: FakeServices, key: str, mode: TradingMode, extra: dict[str, str], status: str
) -> None:
    services.intake.answer = Sent(an_order(a_leg(BrokerStatus(status)), trading_mode=mode))

    answer = await http.post("placeorder", ORDER | {"apikey": key})

    assert answer.status == 200
    assert answer.body == {"status": "success", "orderid": "26112254370564"} | extra


async def test_a_broker_rejection_is_told_in_its_words(http: Http, services: FakeServices) -> None:
    leg = a_leg(BrokerStatus.REJECTED, None, message="Insufficient funds. Required: ₹1")
    services.intake.answer = Sent(an_order(leg))

    answer = await http.post("placeorder", ORDER)

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": "Insufficient funds. Required: ₹1"}


async def test_a_rejection_that_left_an_order_in_the_book_names_it(http: Http, services: FakeServices) -> None:
    leg = a_leg(BrokerStatus.REJECTED, "261", message="Cannot sell INFY in CNC.")
    services.intake.answer = Sent(an_order(leg, trading_mode=TradingMode.SANDBOX))

    answer = await http.post("placeorder", ORDER)

    assert answer.status == 400
    assert answer.body == {
        "status": "error",
        "message": "Cannot sell INFY in CNC.",
        "orderid": BrokerOrderId("261"),
        "mode": "analyze",
    }


@pytest.mark.parametrize("status", [BrokerStatus.UNKNOWN, BrokerStatus.SENDING, BrokerStatus.READY])
async def test_an_order_nobody_knows_about_yet_is_never_an_error(
    http: Http, services: FakeServices, status: BrokerStatus
) -> None:
    services.intake.answer = Sent(an_order(a_leg(status, None)))

    answer = await http.post("placeorder", ORDER)

    assert answer.status == 200
    assert (answer.body["status"], answer.body["pending_order_id"]) == ("success", 7)
    assert "not confirmed" in answer.body["message"]
    assert "orderid" not in answer.body


async def test_an_order_that_lapsed_unsent_says_that_it_will_not_be_sent(http: Http, services: FakeServices) -> None:
    services.intake.answer = Sent(an_order(a_leg(BrokerStatus.READY, None), status=QueueStatus.EXPIRED))

    answer = await http.post("placeorder", ORDER)

    assert answer.status == 400
    assert "will not be sent" in answer.body["message"]


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (NotAllowed("not now"), 403, "not now"),
        (Unready("The clock is wrong."), 503, "The clock is wrong."),
        (Invalid("No such symbol."), 400, "No such symbol."),
        (Invalid("No such symbol.", "symbol"), 400, "{'symbol': ['No such symbol.']}"),
    ],
)
async def test_what_core_refuses_is_told(
    http: Http, services: FakeServices, fault: Exception, status: int, message: str
) -> None:
    services.intake.answer = fault

    answer = await http.post("placeorder", ORDER)

    assert (answer.status, answer.body) == (status, {"status": "error", "message": message})


async def test_a_long_strategy_name_and_control_characters_are_kept_as_data(
    http: Http, services: FakeServices
) -> None:
    name = "<b>\u202e\x07\n" + "स" * 3990

    answer = await http.post("placeorder", ORDER | {"strategy": name})

    assert answer.status == 200
    assert services.intake.requests[0].strategy == name
