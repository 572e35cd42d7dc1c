"""Every method of OpenAlgo's published client that places, reads or decides, in every combination of modes."""

import inspect
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from openalgo import api
from openalgo.feed import FeedAPI

from core.accounts import OrderMode, TradingMode
from core.ids import OrderId
from core.portfolio.positions import Holding
from tests.runtime import Spine
from tests.webhook.market_client import CALL, SBIN
from tests.webhook.openalgo_shapes import HTTP_ERROR, NOT_OURS, QUEUED, SHAPES, TRIGGER_ERROR, mismatches
from tests.webhook.scripting import Script

Answers = Mapping[str, Any]
MODES = [(order_mode, trading_mode) for order_mode in OrderMode for trading_mode in TradingMode]
ASKING_LIVE = (OrderMode.SEMI_AUTO, TradingMode.LIVE)
S: dict[str, Any] = {"strategy": "Python"}
BUY: dict[str, Any] = {**S, **SBIN, "action": "BUY", "quantity": 10}
RESTING: dict[str, Any] = BUY | {"product": "CNC", "price_type": "LIMIT", "price": 790.5}
UNDERLYING: dict[str, Any] = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}
LEG: dict[str, Any] = {"offset": "ATM", "option_type": "PE", "action": "SELL", "quantity": 65}
ITEM: dict[str, Any] = {**SBIN, "action": "BUY", "quantity": 10, "pricetype": "LIMIT", "price": 790.5}
POSITION: dict[str, Any] = SBIN | {
    "action": "BUY",
    "product": "MIS",
    "pricetype": "LIMIT",
    "quantity": 10,
    "price": 750.5,
}
NEW_ORDERS: Mapping[str, dict[str, Any]] = {
    "placeorder": BUY,
    "placesmartorder": BUY | {"position_size": 25},
    "basketorder": {**S, "orders": [ITEM, ITEM | {"symbol": "INFY", "pricetype": "MARKET"}]},
    "splitorder": BUY | {"quantity": 25, "splitsize": 10},
    "optionsorder": S | UNDERLYING | {"offset": "OTM1", "option_type": "CE", "action": "BUY", "quantity": 65},
    "optionsmultiorder": S | UNDERLYING | {"legs": [LEG, LEG | {"action": "BUY", "offset": "OTM4"}]},
}
READS: Mapping[str, dict[str, Any]] = {
    **{book: {} for book in ("orderbook", "tradebook", "positionbook", "holdings", "funds", "analyzerstatus")},
    "openposition": S | SBIN | {"product": "MIS"},
    "margin": {"positions": [POSITION]},
    "quotes": SBIN,
    "multiquotes": {"symbols": [SBIN, CALL]},
    "depth": CALL,
    "symbol": CALL,
    "search": {"query": "NIFTY 26000 DEC CE"},
    "expiry": {"symbol": "NIFTY", "exchange": "NFO", "instrumenttype": "options"},
    "optionsymbol": UNDERLYING | {"offset": "ATM", "option_type": "CE"},
    "optionchain": UNDERLYING | {"strike_count": 5, "with_greeks": True, "interest_rate": 0},
    "syntheticfuture": UNDERLYING,
    "optiongreeks": CALL | {"interest_rate": 6.5, "underlying_symbol": "NIFTY", "underlying_exchange": "NSE_INDEX"},
    "intervals": {},
    "holidays": {"year": 2026},
    "timings": {"date": "2026-11-23"},
}
CLIENTS = ("modifyorder", "cancelorder", "cancelallorder", "closeposition", "analyzertoggle")
CLIENTS_TRIGGERS = ("modifygttorder", "cancelgttorder")
"""Refused in semi-auto, live: that is for the client to do."""
ALONE = "orderstatus"
TRIGGERS = (
    ("placegttorder", "modifygttorder", "gttorderbook", "cancelgttorder") if hasattr(api, "placegttorder") else ()
)
"""The client has them since its second version, which wants Python 3.12."""
PLAYED = {*NEW_ORDERS, *READS, *CLIENTS, *TRIGGERS, ALONE}
TRIGGER: dict[str, Any] = BUY | {"product": "CNC", "price": 781, "triggerprice_sl": 780}


def methods() -> set[str]:
    """What the installed client offers over HTTP."""
    found = {name for name, _ in inspect.getmembers(api, inspect.isfunction) if not name.startswith("_")}
    return found - set(vars(FeedAPI))


@pytest.fixture(params=MODES, ids="-".join)
async def account(script: Script, request: pytest.FixtureRequest) -> tuple[OrderMode, TradingMode]:
    """An account in these modes that holds five INFY."""
    order_mode, trading_mode = request.param
    spine: Spine = script.spine
    spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26055))
    await spine.own(trading_mode, Holding("NSE", "INFY", Decimal(5), Decimal(1400)))
    await spine.switch(order_mode=order_mode, trading_mode=trading_mode)
    return order_mode, trading_mode


async def the_whole_script(script: Script) -> Answers:
    """One answer of every method."""
    answers: dict[str, Any] = {}
    for method, arguments in NEW_ORDERS.items():
        answers[method] = await script(method, **arguments)
        number = answers[method].get("pending_order_id")
        if number is not None:
            await script.spine.approve(OrderId(number))
            await script.spine.execute()
    resting = await script.approved(await script("placeorder", **RESTING))
    answers["orderstatus"] = await script("orderstatus", order_id=resting, **S)
    for method, arguments in READS.items():
        answers[method] = await script(method, **arguments)
    answers["modifyorder"] = await script("modifyorder", order_id=resting, **RESTING | {"price": 791})
    answers["cancelorder"] = await script("cancelorder", order_id=resting, **S)
    await script.approved(await script("placeorder", **RESTING))
    answers["cancelallorder"] = await script("cancelallorder", **S)
    answers["closeposition"] = await script("closeposition", **S)
    if TRIGGERS:
        answers |= await the_triggers(script)
    answers["analyzertoggle"] = await script("analyzertoggle", mode=True)
    return answers


async def the_triggers(script: Script) -> Answers:
    """One answer of every method for good-till-triggered orders."""
    placed = await script("placegttorder", **TRIGGER)
    if "pending_order_id" in placed:
        trigger_id = await script.approved(placed)
    else:
        trigger_id = placed["trigger_id"]
    return {
        "placegttorder": placed,
        "modifygttorder": await script("modifygttorder", trigger_id=trigger_id, **TRIGGER | {"triggerprice_sl": 782}),
        "gttorderbook": await script("gttorderbook"),
        "cancelgttorder": await script("cancelgttorder", trigger_id=trigger_id, **S),
    }


def expected(method: str, order_mode: OrderMode, trading_mode: TradingMode) -> Any:
    """The shape that was recorded."""
    if method in {*NEW_ORDERS, "placegttorder"} and order_mode is OrderMode.SEMI_AUTO:
        return QUEUED
    if method in CLIENTS + CLIENTS_TRIGGERS and (order_mode, trading_mode) == ASKING_LIVE:
        return HTTP_ERROR if method in CLIENTS else TRIGGER_ERROR
    return SHAPES[trading_mode][method]


def test_no_method_of_the_client_is_forgotten() -> None:
    assert methods() - PLAYED <= NOT_OURS.keys()
    assert methods() >= PLAYED


async def test_the_whole_script_runs_unchanged_and_each_answer_has_the_recorded_shape(
    script: Script, account: tuple[OrderMode, TradingMode]
) -> None:
    answers = await the_whole_script(script)

    wrong = {method: mismatches(expected(method, *account), answer) for method, answer in answers.items()}
    assert answers.keys() == PLAYED
    assert {method: found for method, found in wrong.items() if found} == {}

    book = answers["orderbook"]["data"]["orders"]
    assert len(book) == 11
    assert len(answers["tradebook"]["data"]) == sum(one["order_status"] == "complete" for one in book)
    assert [one["symbol"] for one in answers["holdings"]["data"]["holdings"]] == ["INFY"]
