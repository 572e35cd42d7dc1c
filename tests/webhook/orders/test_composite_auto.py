"""Orders of several legs that need no approval: what each answers, live and in the sandbox."""

import asyncio

import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import OrderId
from core.orders.states import BrokerStatus
from tests.webhook.trading import BASKET, IN_DOUBT, ITEM, REQUESTS, SMART, Trader, marked

MODES = pytest.mark.parametrize("mode", TradingMode)
pytestmark = pytest.mark.usefixtures("no_approval")


@MODES
async def test_smart_order_answers_its_order_id(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)

    answer = await trader.post("placesmartorder", SMART)

    (placed,) = await trader.spine.book(mode).list_orders()
    assert (answer.status, answer.body) == (
        200,
        {"status": "success", "orderid": placed.broker_order_id, **marked(mode)},
    )
    assert await trader.sent(mode) == ["BUY 10 SBIN"]


@MODES
async def test_smart_order_with_nothing_to_do_has_no_order_id(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)
    await trader.post("placesmartorder", SMART)

    matched = await trader.post("placesmartorder", SMART)
    flat = await trader.post("placesmartorder", SMART | {"symbol": "INFY", "position_size": 0})

    text = "Positions Already Matched. No Action needed."
    assert (matched.status, matched.body) == (200, {"status": "success", "message": text, **marked(mode)})
    text = "No OpenPosition Found. Not placing Exit order."
    assert (flat.status, flat.body) == (200, {"status": "success", "message": text, **marked(mode)})
    assert trader.stored() == 1


async def test_smart_order_ignores_action_and_quantity_when_there_is_a_target(trader: Trader) -> None:
    await trader.post("placesmartorder", SMART | {"position_size": -20})

    await trader.post("placesmartorder", SMART | {"action": "SELL", "quantity": 7, "position_size": "15"})

    assert await trader.sent() == ["SELL 20 SBIN", "BUY 35 SBIN"]


async def test_identical_smart_orders_at_once_make_one_broker_order(trader: Trader) -> None:
    answers = await asyncio.gather(*(trader.post("placesmartorder", SMART) for _ in range(8)))

    assert sum("orderid" in answer.body for answer in answers) == 1
    assert {answer.status for answer in answers} == {200}
    assert await trader.sent() == ["BUY 10 SBIN"]


async def test_smart_order_is_refused_while_another_order_for_its_position_is_in_doubt(trader: Trader) -> None:
    trader.scripted().before_placing = [OutcomeUnknown("timed out")]
    await trader.post("placesmartorder", SMART)

    answer = await trader.post("placesmartorder", SMART)

    assert (answer.status, answer.body["status"]) == (503, "error")
    assert "Another order for SBIN is on its way to the broker" in answer.body["message"]
    assert trader.stored() == 1


async def test_smart_order_does_not_wait_for_orders_of_other_positions(trader: Trader) -> None:
    trader.scripted().before_placing = [OutcomeUnknown("timed out")]
    await trader.post("placesmartorder", SMART | {"symbol": "INFY"})

    answer = await trader.post("placesmartorder", SMART)

    assert "orderid" in answer.body


async def test_basket_tells_each_item_live(trader: Trader) -> None:
    answer = await trader.post("basketorder", BASKET)

    first, second = await trader.spine.book().list_orders()
    assert answer.status == 200
    assert answer.body == {
        "status": "success",
        "results": [
            {
                "symbol": "SBIN",
                "exchange": "NSE",
                "product": "MIS",
                "status": "success",
                "orderid": first.broker_order_id,
            },
            {
                "symbol": "INFY",
                "exchange": "NSE",
                "product": "MIS",
                "status": "success",
                "orderid": second.broker_order_id,
            },
        ],
    }


async def test_basket_in_the_sandbox_numbers_its_batch(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)

    answer = await trader.post("basketorder", BASKET)

    assert answer.body["mode"] == "analyze"
    assert [(one["batch_order"], one["is_last_order"]) for one in answer.body["results"]] == [
        (True, False),
        (True, True),
    ]


async def test_basket_sends_exits_then_buys_then_sells_and_answers_as_it_was_asked(
    trader: Trader,
) -> None:
    await trader.post("placesmartorder", SMART | {"position_size": 30})
    entry_sell, entry_buy = ITEM | {"symbol": "INFY", "action": "SELL"}, ITEM | {"symbol": "TCS"}
    exits = [ITEM | {"action": "SELL", "quantity": 20}, ITEM | {"action": "SELL", "quantity": 15}]

    answer = await trader.post("basketorder", {"orders": [entry_sell, entry_buy, *exits]})

    assert [one["symbol"] for one in answer.body["results"]] == ["INFY", "TCS", "SBIN", "SBIN"]
    # The second sale would turn the position round, so it is an entry.
    assert (await trader.sent())[1:] == ["SELL 20 SBIN", "BUY 10 TCS", "SELL 10 INFY", "SELL 15 SBIN"]


@MODES
async def test_empty_basket_is_a_success_that_stores_nothing(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)

    answer = await trader.post("basketorder", {"orders": []})

    assert (answer.status, answer.body) == (200, {"status": "success", "results": [], **marked(mode)})
    assert trader.stored() == 0


async def test_failing_item_does_not_stop_the_others(trader: Trader) -> None:
    trader.scripted().before_placing = [BrokerRefused("RMS says no"), None]

    answer = await trader.post("basketorder", BASKET)

    failed, placed = answer.body["results"]
    assert (answer.status, answer.body["status"]) == (200, "success")
    assert failed == {"symbol": "SBIN", "status": "error", "message": "RMS says no"}
    assert placed["status"] == "success"
    assert (await trader.spine.order(OrderId(1))).broker_status is BrokerStatus.PARTIAL


async def test_basket_of_which_everything_fails_is_still_answered_item_by_item(trader: Trader) -> None:
    trader.scripted().before_placing = [BrokerRefused("no"), BrokerRefused("no")]

    answer = await trader.post("basketorder", BASKET)

    assert (answer.status, answer.body["status"]) == (200, "success")
    assert {one["status"] for one in answer.body["results"]} == {"error"}


@pytest.mark.parametrize("fault", [OutcomeUnknown("timed out"), BrokerUnavailable("away")])
async def test_leg_that_is_not_confirmed_is_told_as_pending_with_the_number_to_ask_about(
    trader: Trader, fault: Exception
) -> None:
    trader.scripted().before_placing = [None, fault]

    answer = await trader.post("basketorder", BASKET)

    placed, doubtful = answer.body["results"]
    assert (placed["status"], doubtful["status"], answer.body["pending_order_id"]) == ("success", "pending", 1)
    assert doubtful["message"].startswith(IN_DOUBT)


@pytest.mark.parametrize("endpoint", REQUESTS)
async def test_repeat_under_one_idempotency_key_gets_the_first_answer(trader: Trader, endpoint: str) -> None:
    first = await trader.post(endpoint, REQUESTS[endpoint], Idempotency_Key="k")
    placed = await trader.sent()

    again = await trader.post(endpoint, REQUESTS[endpoint], Idempotency_Key="k")
    other = await trader.post(endpoint, REQUESTS[endpoint] | {"strategy": "other"}, Idempotency_Key="k")

    assert (again.status, again.raw) == (first.status, first.raw)
    assert other.status == 422
    assert await trader.sent() == placed


async def test_nothing_to_do_is_the_answer_under_its_idempotency_key_for_good(trader: Trader) -> None:
    nothing = SMART | {"position_size": 0}
    first = await trader.post("placesmartorder", nothing, Idempotency_Key="k")
    await trader.post("placesmartorder", SMART)

    again = await trader.post("placesmartorder", nothing, Idempotency_Key="k")

    assert again.raw == first.raw
    assert await trader.sent() == ["BUY 10 SBIN"]


async def test_answer_lost_in_a_crash_after_nothing_was_to_be_done_is_given_again(trader: Trader) -> None:
    nothing = SMART | {"position_size": 0}
    first = await trader.post("placesmartorder", nothing, Idempotency_Key="k")
    trader.spine.sql("UPDATE idempotency SET status = NULL, body = ?", first.body["message"])
    await trader.post("placesmartorder", SMART)

    again = await trader.post("placesmartorder", nothing, Idempotency_Key="k")

    assert (again.status, again.raw) == (200, first.raw)
    assert await trader.sent() == ["BUY 10 SBIN"]


async def test_one_smart_order_sent_twice_at_once_under_one_key_is_one_order(trader: Trader) -> None:
    answers = await asyncio.gather(*(trader.post("placesmartorder", SMART, Idempotency_Key="k") for _ in range(4)))

    # Who comes while the first is on its way waits for it, and gets its answer.
    assert {answer.raw for answer in answers} == {answers[0].raw}
    assert await trader.sent() == ["BUY 10 SBIN"]
