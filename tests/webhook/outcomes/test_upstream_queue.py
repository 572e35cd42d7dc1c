"""What OpenAlgo's own tests of its Action Center expect, asked of us over HTTP."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import OrderId
from core.orders.states import QueueStatus
from tests.factories import ASHA, RAVI
from tests.runtime import presser
from tests.webhook.gtt.test_gtt_fields import SINGLE
from tests.webhook.trading import BASKET, ITEM, LEG, MULTI, REQUESTS, SMART, SPLIT, Trader

GTT = {name: value for name, value in SINGLE.items() if name not in ("apikey", "strategy")}
EVERY_KIND: Mapping[str, dict[str, Any]] = {"placeorder": ITEM, **REQUESTS, "placegttorder": GTT}
SENT: Mapping[str, list[str]] = {
    "placeorder": ["BUY 10 SBIN"],
    "placesmartorder": ["BUY 10 SBIN"],
    "basketorder": ["BUY 10 SBIN", "SELL 5 INFY"],
    "splitorder": ["BUY 10 SBIN", "BUY 10 SBIN", "BUY 5 SBIN"],
    "optionsorder": ["BUY 65 NIFTY29DEC2626100CE"],
    "optionsmultiorder": ["BUY 65 NIFTY29DEC2625850PE", "SELL 65 NIFTY29DEC2626050PE"],
    "placegttorder": [],
}
"""What the broker gets, buys before sells."""
SPLIT_LEG = LEG | {"action": "BUY", "quantity": 130, "splitsize": 65}


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_every_kind_queues_with_a_number_and_is_dispatched_once_approved(
    trader: Trader, kind: str, mode: TradingMode
) -> None:
    await trader.spine.switch(trading_mode=mode)

    queued = (await trader.post(kind, EVERY_KIND[kind])).body
    before = await trader.sent(mode)
    after = await trader.approve(queued["pending_order_id"])

    assert (queued["mode"], type(queued["pending_order_id"]), before) == ("semi_auto", int, [])
    assert (after["status"], after["mode"]) == ("approved", mode.wire)
    assert await trader.sent(mode) == SENT[kind]
    numbers = {leg["orderid"] for leg in after["orders"]}
    if kind == "placegttorder":
        assert {one["trigger_id"] for one in (await trader.ask("gttorderbook"))["data"]} == numbers
        assert after["broker_status"] == "open"
    else:
        assert {one["orderid"] for one in (await trader.ask("orderbook"))["data"]["orders"]} == numbers


async def test_a_new_order_is_pending_and_listed_and_counted(trader: Trader) -> None:
    number = (await trader.post("placeorder", ITEM)).body["pending_order_id"]

    listed = (await trader.ask("pendingorders", status="pending"))["data"]

    assert (await trader.told(number))["status"] == "pending"
    assert [one["pending_order_id"] for one in listed["orders"]] == [number]
    assert listed["statistics"].keys() == {"total", *(f"total_{status.value}" for status in QueueStatus)}
    assert (listed["statistics"]["total"], listed["statistics"]["total_pending"]) == (1, 1)


async def test_a_decision_tells_who_when_and_why(trader: Trader) -> None:
    approved, rejected = [(await trader.post("placeorder", ITEM)).body["pending_order_id"] for _ in range(2)]
    await trader.spine.reject(OrderId(rejected), by=RAVI)
    await trader.spine.services.decide.give_reason(OrderId(rejected), presser(RAVI), "too large")

    yes, no = await trader.approve(approved), await trader.told(rejected)

    assert (yes["status"], yes["decided_by"], yes["decided_at"]) == ("approved", "Asha", "2026-11-23T04:30:00+00:00")
    assert (no["status"], no["decided_by"], no["reason"]) == ("rejected", "Ravi", "too large")
    assert no["decided_at"] == yes["decided_at"]
    assert no["orders"][0]["orderid"] is None


async def test_an_order_under_an_unknown_key_is_not_queued(trader: Trader) -> None:
    answer = await trader.post("placeorder", ITEM | {"apikey": "unknown"})

    assert (answer.status, answer.body["message"], trader.stored()) == (403, "Invalid openalgo apikey", 0)


async def test_eight_taps_at_once_make_one_broker_order(trader: Trader) -> None:
    number = OrderId((await trader.post("placeorder", ITEM)).body["pending_order_id"])
    broker = trader.scripted()

    verdicts = await asyncio.gather(*(trader.spine.approve(number) for _ in range(8)))
    await asyncio.gather(*(trader.spine.execute() for _ in range(8)))

    assert sorted(verdict.answer.value for verdict in verdicts) == ["already decided"] * 7 + ["approved"]
    assert len(broker.placed) == len(await trader.sent()) == 1


async def test_of_approve_and_reject_at_once_one_wins(trader: Trader) -> None:
    numbers = [OrderId((await trader.post("placeorder", ITEM)).body["pending_order_id"]) for _ in range(5)]

    for number in numbers:
        await asyncio.gather(trader.spine.approve(number, by=ASHA), trader.spine.reject(number, by=RAVI))
    await trader.spine.execute()

    statuses = [(await trader.told(number))["status"] for number in numbers]
    assert set(statuses) <= {"approved", "rejected"}
    assert len(await trader.sent()) == statuses.count("approved")


async def test_an_order_nobody_approved_cannot_be_claimed(trader: Trader) -> None:
    number = (await trader.post("placeorder", ITEM)).body["pending_order_id"]
    broker = trader.scripted()

    await trader.spine.execute()

    assert (broker.placed, (await trader.told(number))["status"]) == ([], "pending")


async def test_children_of_a_split_leg_are_told_one_by_one_and_the_whole_is_partial(trader: Trader) -> None:
    number = (await trader.post("optionsmultiorder", MULTI | {"legs": [LEG, SPLIT_LEG]})).body["pending_order_id"]
    trader.scripted().before_placing = [None, BrokerRefused("RMS says no"), None]

    after = await trader.approve(number)

    assert after["broker_status"] == "partial"
    assert [one["broker_status"] for one in after["orders"]] == ["complete", "rejected", "complete"]
    assert [one["orderid"] is None for one in after["orders"]] == [False, True, False]
    assert after["orders"][1]["message"] == "RMS says no"


@pytest.mark.parametrize(("kind", "legs"), [("placeorder", 1), ("basketorder", 2), ("splitorder", 3)])
async def test_an_order_of_which_everything_failed_is_rejected_and_not_pending_again(
    trader: Trader, kind: str, legs: int
) -> None:
    number = (await trader.post(kind, EVERY_KIND[kind])).body["pending_order_id"]
    trader.scripted().before_placing = [BrokerRefused("no")] * legs

    after = await trader.approve(number)

    assert (after["status"], after["broker_status"]) == ("approved", "rejected")
    assert await trader.sent() == []


async def test_what_may_have_been_sent_is_neither_rejected_nor_sent_again(trader: Trader) -> None:
    number = (await trader.post("placeorder", ITEM)).body["pending_order_id"]
    broker = trader.scripted()
    broker.after_placing = [OutcomeUnknown("timed out")]

    doubted = await trader.approve(number)
    await trader.spine.runtime.refresher.refresh()
    await trader.spine.execute()

    assert doubted["broker_status"] == "unknown"
    assert (await trader.told(number))["broker_status"] == "complete"
    assert len(broker.placed) == 1


async def test_what_was_never_sent_is_sent_later_without_another_tap(trader: Trader) -> None:
    number = (await trader.post("placeorder", ITEM)).body["pending_order_id"]
    trader.scripted().before_placing = [BrokerUnavailable("away")]

    waiting = await trader.approve(number)
    trader.spine.clock.advance(seconds=5)
    await trader.spine.execute()

    assert (waiting["status"], waiting["broker_status"]) == ("approved", None)
    assert (await trader.told(number))["broker_status"] == "complete"


async def test_a_smart_order_with_nothing_left_to_do_sends_nothing_and_says_so(trader: Trader) -> None:
    number = (await trader.post("placesmartorder", SMART)).body["pending_order_id"]
    direct = (await trader.post("placeorder", ITEM)).body["pending_order_id"]
    await trader.approve(direct)

    after = await trader.approve(number)

    assert (after["status"], after["orders"][0]["orderid"]) == ("expired", None)
    assert "Positions Already Matched" in after["reason"]
    assert await trader.sent() == ["BUY 10 SBIN"]


@pytest.mark.parametrize(
    ("kind", "body"), [("basketorder", BASKET), ("splitorder", SPLIT), ("placesmartorder", SMART)]
)
async def test_what_was_queued_in_one_mode_is_never_sent_in_the_other(
    trader: Trader, kind: str, body: dict[str, Any]
) -> None:
    await trader.spine.switch(trading_mode=TradingMode.SANDBOX)
    number = (await trader.post(kind, body)).body["pending_order_id"]
    await trader.spine.switch(trading_mode=TradingMode.LIVE)

    after = await trader.approve(number)

    assert after["mode"] == "analyze"
    assert await trader.sent(TradingMode.LIVE) == []
