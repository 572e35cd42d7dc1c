"""What OpenAlgo's own tests of orders, cancelling and the sandbox expect, asked of us over HTTP without approval."""

import asyncio
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from core.accounts import OrderMode, TradingMode
from core.errors import BrokerUnavailable
from tests.webhook.trading import BASKET, ITEM, SMART, SPLIT, Trader, marked

pytestmark = pytest.mark.usefixtures("no_approval")
RESTING: dict[str, Any] = ITEM | {"pricetype": "LIMIT", "price": "790"}
CNC: dict[str, Any] = ITEM | {"product": "CNC"}
PLACE = {"strategy": "S", "exchange": "NSE", "symbol": "SBIN", "product": "MIS"}
MATCHED = "Positions Already Matched. No Action needed."
NOTHING_OPEN = "No OpenPosition Found. Not placing Exit order."


class Case(NamedTuple):
    """A smart order, the position it finds, and what is sent or said."""

    action: str
    quantity: int
    target: int
    position: int
    expected: str

    @property
    def arrives_at(self) -> int:
        """The position that it leaves."""
        asked = self.quantity if self.action == "BUY" else -self.quantity
        return self.target or (0 if self.position else asked)


SMART_ORDERS = [
    Case("BUY", 100, 0, 0, "BUY 100 SBIN"),
    Case("BUY", 100, 100, -100, "BUY 200 SBIN"),
    Case("BUY", 100, 100, 100, MATCHED),
    Case("BUY", 100, 200, 100, "BUY 100 SBIN"),
    Case("SELL", 100, 0, 0, "SELL 100 SBIN"),
    Case("SELL", 100, -100, 100, "SELL 200 SBIN"),
    Case("SELL", 100, -100, -100, MATCHED),
    Case("SELL", 100, -200, -100, "SELL 100 SBIN"),
    Case("BUY", 5, 0, 5, "SELL 5 SBIN"),
    Case("SELL", 5, 0, -5, "BUY 5 SBIN"),
    Case("BUY", 0, 0, 0, NOTHING_OPEN),
    Case("BUY", 0, 100, 100, MATCHED),
]


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("case", SMART_ORDERS, ids=str)
async def test_a_smart_order_sends_what_the_position_lacks(trader: Trader, mode: TradingMode, case: Case) -> None:
    await trader.auto(mode)
    if case.position:
        side = "BUY" if case.position > 0 else "SELL"
        await trader.post("placeorder", ITEM | {"action": side, "quantity": abs(case.position)})
    asked = {"action": case.action, "quantity": case.quantity, "position_size": case.target}

    answer = await trader.post("placesmartorder", SMART | asked)

    sent = (await trader.sent(mode))[1 if case.position else 0 :]
    left = await trader.ask("openposition", **PLACE)
    assert answer.status == 200
    assert (sent or [answer.body["message"]]) == [case.expected]
    assert ("orderid" in answer.body) == bool(sent)
    assert left == {"status": "success", "quantity": case.arrives_at, **marked(mode)}


async def test_four_equal_smart_orders_at_once_are_one_order_for_each_symbol(trader: Trader) -> None:
    trader.spine.feed.pin("NSE", "INFY", Decimal(1400))
    both = [SMART, SMART | {"symbol": "INFY"}] * 4

    answers = await asyncio.gather(*(trader.post("placesmartorder", body) for body in both))

    assert [answer.status for answer in answers] == [200] * 8
    assert sorted(await trader.sent()) == ["BUY 10 INFY", "BUY 10 SBIN"]


async def test_a_basket_buys_before_it_sells(trader: Trader) -> None:
    sell_first = {"orders": BASKET["orders"][::-1]}

    answer = await trader.post("basketorder", sell_first)

    assert await trader.sent() == ["BUY 10 SBIN", "SELL 5 INFY"]
    assert [one["symbol"] for one in answer.body["results"]] == ["INFY", "SBIN"]


@pytest.mark.parametrize(("quantity", "status"), [(1000, 200), (1001, 400)])
async def test_a_split_has_at_most_a_hundred_children(trader: Trader, quantity: int, status: int) -> None:
    answer = await trader.post("splitorder", SPLIT | {"quantity": quantity, "splitsize": 10})

    assert answer.status == status
    assert len(await trader.sent()) == (100 if status == 200 else 0)


async def test_cancelling_everything_tells_what_was_cancelled_and_what_was_not(trader: Trader) -> None:
    first, second = [(await trader.post("placeorder", RESTING)).body["orderid"] for _ in range(2)]
    trader.scripted().on_change = [None, BrokerUnavailable("away")]

    answer = await trader.post("cancelallorder", {})

    assert answer.body == {
        "status": "success",
        "canceled_orders": [first],
        "failed_cancellations": [second],
        "message": "Canceled 1 orders. Failed to cancel 1 orders.",
    }


@pytest.mark.parametrize("endpoint", ["cancelallorder", "closeposition", "analyzer/toggle"])
@pytest.mark.parametrize(("mode", "status"), [(TradingMode.LIVE, 403), (TradingMode.SANDBOX, 200)])
async def test_what_only_the_client_may_do_is_refused_in_semi_auto_live_alone(
    trader: Trader, endpoint: str, mode: TradingMode, status: int
) -> None:
    await trader.spine.switch(order_mode=OrderMode.SEMI_AUTO, trading_mode=mode)
    body = {"mode": True} if endpoint == "analyzer/toggle" else {"strategy": "S"}

    answer = await trader.http.post(endpoint, {"apikey": trader.spine.secret, **body})

    assert answer.status == status
    assert (status == 200) or "not allowed in Semi-Auto mode" in answer.body["message"]


async def test_the_sandbox_blocks_money_for_what_opens_and_gives_it_back(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)

    async def available() -> float:
        return float((await trader.ask("funds"))["data"]["availablecash"])

    before = await available()
    orderid = (await trader.post("placeorder", RESTING)).body["orderid"]
    resting = await available()
    await trader.post("cancelorder", {"orderid": orderid})
    cancelled = await available()
    await trader.post("placeorder", ITEM)
    holding = await available()
    await trader.post("placeorder", ITEM | {"action": "SELL"})

    assert before - resting > 0
    assert before - holding > 0
    assert cancelled == before
    assert (await trader.ask("openposition", **PLACE))["quantity"] == 0
    assert before - await available() < before - holding


async def test_delivery_of_what_is_not_owned_is_refused_and_is_in_the_order_book(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)

    answer = await trader.post("placeorder", CNC | {"action": "SELL"})

    (rejected,) = (await trader.ask("orderbook"))["data"]["orders"]
    assert (answer.status, answer.body["status"], answer.body["mode"]) == (400, "error", "analyze")
    assert answer.body["message"].startswith("Cannot sell SBIN in CNC.")
    assert (rejected["order_status"], rejected["orderid"]) == ("rejected", answer.body["orderid"])
    assert rejected["rejection_reason"] == answer.body["message"]


async def test_what_was_bought_for_delivery_may_be_sold(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)
    await trader.post("placeorder", CNC)

    part = await trader.post("placeorder", CNC | {"action": "SELL", "quantity": 4})
    too_much = await trader.post("placeorder", CNC | {"action": "SELL", "quantity": 7})

    assert (part.status, too_much.status) == (200, 400)


async def test_an_order_that_cannot_be_afforded_is_refused_and_in_the_order_book(trader: Trader) -> None:
    await trader.auto(TradingMode.SANDBOX)

    answer = await trader.post("placeorder", ITEM | {"quantity": 100_000, "product": "CNC"})

    (rejected,) = (await trader.ask("orderbook"))["data"]["orders"]
    assert (answer.status, rejected["order_status"]) == (400, "rejected")
    assert answer.body["message"].startswith("Insufficient funds. Required: ₹")
