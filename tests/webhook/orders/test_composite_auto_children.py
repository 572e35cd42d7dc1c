"""Orders cut into children or found by their strike, sent without approval: what each answers."""

from typing import Any

import pytest

from core.accounts import TradingMode
from core.errors import BrokerRefused, OutcomeUnknown
from tests.webhook.trading import LEG, MULTI, OPTION, SPLIT, Trader, marked

MODES = pytest.mark.parametrize("mode", TradingMode)
pytestmark = pytest.mark.usefixtures("no_approval")


@MODES
async def test_split_tells_each_child(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)

    answer = await trader.post("splitorder", SPLIT)

    ids = [one.broker_order_id for one in await trader.spine.book(mode).list_orders()]
    assert answer.body == {
        "status": "success",
        "total_quantity": 25,
        "split_size": 10,
        "results": [
            {"order_num": number, "quantity": quantity, "status": "success", "orderid": orderid}
            for number, quantity, orderid in zip((1, 2, 3), (10, 10, 5), ids, strict=True)
        ],
        **marked(mode),
    }


async def test_split_larger_than_the_order_is_one_child(trader: Trader) -> None:
    answer = await trader.post("splitorder", SPLIT | {"splitsize": 100})

    assert [one["quantity"] for one in answer.body["results"]] == [25]


async def test_failing_child_carries_the_brokers_words(trader: Trader) -> None:
    trader.scripted().before_placing = [None, BrokerRefused("RMS says no"), None]

    answer = await trader.post("splitorder", SPLIT)

    assert [one["status"] for one in answer.body["results"]] == ["success", "error", "success"]
    assert answer.body["results"][1] == {"order_num": 2, "quantity": 10, "status": "error", "message": "RMS says no"}


@MODES
async def test_options_order_tells_the_contract_it_found(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)

    answer = await trader.post("optionsorder", OPTION | {"option_type": "ce"})

    (placed,) = await trader.spine.book(mode).list_orders()
    assert answer.body == {
        "status": "success",
        "orderid": placed.broker_order_id,
        "symbol": "NIFTY29DEC2626100CE",
        "exchange": "NFO",
        "underlying": "NIFTY",
        "underlying_ltp": 26055,
        "offset": "OTM1",
        "option_type": "CE",
        **marked(mode),
    }


async def test_options_order_that_is_split_tells_its_children(trader: Trader) -> None:
    answer = await trader.post("optionsorder", OPTION | {"quantity": 130, "splitsize": "65"})

    assert "orderid" not in answer.body
    assert (answer.body["total_quantity"], answer.body["split_size"]) == (130, 65)
    assert [(one["order_num"], one["quantity"]) for one in answer.body["results"]] == [(1, 65), (2, 65)]
    assert answer.body["symbol"] == "NIFTY29DEC2626100CE"


async def test_options_order_the_broker_refuses_is_an_error(trader: Trader) -> None:
    trader.scripted().before_placing = [BrokerRefused("RMS says no")]

    answer = await trader.post("optionsorder", OPTION)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": "RMS says no"})


@MODES
async def test_multi_leg_order_buys_before_it_sells_and_answers_by_leg(trader: Trader, mode: TradingMode) -> None:
    await trader.auto(mode)

    answer = await trader.post("optionsmultiorder", MULTI)

    bought, sold = await trader.spine.book(mode).list_orders()
    word = mode.wire
    about = {"exchange": "NFO", "product": "MIS", "option_type": "PE", "status": "success", "mode": word}
    short = {
        "leg": 1,
        "symbol": "NIFTY29DEC2626050PE",
        "offset": "ATM",
        "action": "SELL",
        "orderid": sold.broker_order_id,
    }
    long = {
        "leg": 2,
        "symbol": "NIFTY29DEC2625850PE",
        "offset": "OTM4",
        "action": "BUY",
        "orderid": bought.broker_order_id,
    }
    assert answer.body == {
        "status": "success",
        "underlying": "NIFTY",
        "underlying_ltp": 26055,
        "results": [short | about, long | about],
        **marked(mode),
    }


async def test_multi_leg_order_tells_the_children_of_a_split_leg(trader: Trader) -> None:
    split_leg = LEG | {"action": "BUY", "quantity": 130, "splitsize": 65}

    answer = await trader.post("optionsmultiorder", MULTI | {"legs": [LEG, split_leg]})

    whole, split = answer.body["results"]
    assert "orderid" in whole
    assert (split["status"], split["total_quantity"], split["split_size"]) == ("success", 130, 65)
    assert [(one["order_num"], one["quantity"]) for one in split["split_results"]] == [(1, 65), (2, 65)]
    assert "orderid" not in split


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ([BrokerRefused("no"), BrokerRefused("no"), None], "error"),
        ([BrokerRefused("no"), None, None], "partial"),
        ([OutcomeUnknown("lost"), BrokerRefused("no"), None], "pending"),
        ([OutcomeUnknown("lost"), None, None], "partial"),
    ],
)
async def test_split_leg_is_only_a_success_when_all_of_it_is(trader: Trader, faults: list[Any], told: str) -> None:
    trader.scripted().before_placing = faults
    split_leg = LEG | {"action": "BUY", "quantity": 130, "splitsize": 65}

    answer = await trader.post("optionsmultiorder", MULTI | {"legs": [LEG, split_leg]})

    whole, split = answer.body["results"]
    assert (whole["status"], split["status"]) == ("success", told)


async def test_legs_own_expiry_beats_the_orders(trader: Trader) -> None:
    answer = await trader.post("optionsmultiorder", MULTI | {"legs": [LEG, LEG | {"expiry_date": "25JAN27"}]})

    assert [one["symbol"] for one in answer.body["results"]] == ["NIFTY29DEC2626050PE", "NIFTY25JAN2726050PE"]
