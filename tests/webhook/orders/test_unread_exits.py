"""A way out that dies of a wrong field is told to the client, in few words, once, and without the key."""

import json
from decimal import Decimal
from typing import Any

import pytest

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.insight.news import Topic
from core.orders.order import Product
from core.portfolio.positions import Position
from tests.factories import ASHA, VEENA
from tests.services.insight.hearing import heard, planned, topics
from tests.webhook.real import ALERT
from tests.webhook.trading import Trader

SBIN = Position("NSE", "SBIN", Product.MIS, Decimal(10), Decimal(800))
SELL: dict[str, Any] = {"exchange": "NSE", "symbol": "SBIN", "action": "SELL", "quantity": "10"}
CALL = Position("NFO", "NIFTY29DEC2626000CE", Product.NRML, Decimal(65), Decimal(100))
GTT = SELL | {"trigger_type": "SINGLE", "product": "MIS", "price": 780, "triggerprice_sl": 781}
OPTION = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "offset": "ATM", "option_type": "CE", "action": "SELL"}


def recorded(trader: Trader, kind: str = "exit.refused") -> list[dict[str, Any]]:
    """What the trail has of them."""
    rows = trader.spine.sql("SELECT facts FROM audit_events WHERE kind = ? ORDER BY seq", kind)
    return [json.loads(facts) for (facts,) in rows]


@pytest.mark.parametrize("order_mode", [*OrderMode])
@pytest.mark.parametrize(
    ("endpoint", "body", "how", "why"),
    [
        ("placeorder", SELL | {"quantity": "1_0"}, "reduces", 'quantity "1_0": Not a valid number.'),
        ("placeorder", SELL | {"exit": "all"}, "reduces", "exit: Unknown field."),
        ("placeorder", SELL | {"action": "Sell"}, "reduces", 'action "Sell": Must be one of'),
        ("placeorder", SELL | {"symbol": "sbin", "price": ""}, "reduces", 'price "": Not a valid number.'),
        ("placeorder", SELL | {"pricetype": "SLM"}, "protects", 'pricetype "SLM": Must be one of'),
        ("splitorder", SELL, "reduces", "splitsize: Missing data for required field."),
        ("placesmartorder", SELL | {"action": "", "position_size": 0}, "reduces", 'action "": Must be'),
        ("basketorder", {"orders": [{}, SELL | {"price": "x"}]}, "reduces", "orders 1 exchange: Missing data"),
        ("placegttorder", GTT, "protects", 'product "MIS": GTT supports only CNC'),
    ],
)
async def test_an_exit_with_a_wrong_field_says_what_it_was_to_do_and_which_field(
    trader: Trader, order_mode: OrderMode, endpoint: str, body: dict[str, Any], how: str, why: str
) -> None:
    await trader.spine.switch(order_mode=order_mode)
    await trader.spine.hold(SBIN)
    await heard(trader.spine)

    answer = await trader.post(endpoint, body)

    assert answer.status == 400
    (facts,) = recorded(trader)
    assert (facts["how"], facts["action"], facts["symbol"], facts["held_as"]) == (how, "SELL", "SBIN", "MIS")
    assert facts["strategy"] == "momentum"
    assert facts["why"].startswith(why)
    assert await topics(trader.spine, ASHA) == [Topic.EXIT_REFUSED]
    assert await topics(trader.spine, VEENA) == []


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [("optionsorder", OPTION), ("optionsmultiorder", {"underlying": "NIFTY", "legs": [OPTION]})],
)
async def test_an_option_is_looked_for_by_its_underlying(trader: Trader, endpoint: str, body: dict[str, Any]) -> None:
    await trader.spine.hold(CALL)

    await trader.post(endpoint, body)

    assert [one["symbol"] for one in recorded(trader)] == [CALL.symbol]


@pytest.mark.parametrize(
    "body",
    [
        SELL | {"action": "BUY", "quantity": "x"},
        SELL | {"symbol": "TCS", "quantity": "x"},
        SELL | {"action": "HOLD"},
        SELL | {"symbol": None},
    ],
)
async def test_what_would_not_have_been_an_exit_is_not_told(trader: Trader, body: dict[str, Any]) -> None:
    await trader.spine.hold(SBIN)

    assert (await trader.post("placeorder", body)).status == 400

    assert recorded(trader) == []


@pytest.mark.parametrize("key", ["wrong", None, 5])
async def test_nobody_is_told_of_a_request_without_a_valid_key(trader: Trader, key: object) -> None:
    await trader.spine.hold(SBIN)

    await trader.post("placeorder", SELL | {"quantity": "1_0", "apikey": key})

    assert recorded(trader) == []


async def test_what_was_sent_is_cut_short_and_never_has_the_key(trader: Trader) -> None:
    await trader.spine.hold(SBIN)
    secret = trader.spine.secret

    await trader.post("placeorder", SELL | {"quantity": f"my {secret}", secret: 1, "price": "9" * 500 + "\x00\ud800"})

    (facts,) = recorded(trader)
    assert facts["why"] == (
        f'quantity "my …": Not a valid number.; price "{"9" * 24}": Not a valid number.; …: Unknown field.'
    )


async def test_a_script_that_asks_again_and_again_is_one_notice(trader: Trader) -> None:
    await trader.spine.hold(SBIN)
    await heard(trader.spine)

    for number in range(20):
        await trader.post("placeorder", SELL | {"quantity": f"{number}_"})

    assert await topics(trader.spine, ASHA) == [Topic.EXIT_REFUSED]
    assert (await planned(trader.spine, ASHA)).due[0].notice.times == 20


async def test_an_alert_with_a_wrong_field_is_told_too(trader: Trader) -> None:
    await trader.spine.hold(SBIN)
    address = await trader.spine.services.alert_addresses.create(trader.spine.account.id, "tv", "breakout", SYSTEM)

    answer = await trader.http.send(address.path, json.dumps(ALERT | {"action": "sell", "quantity": "all"}).encode())

    assert answer.status == 400
    assert [one["strategy"] for one in recorded(trader)] == ["breakout"]


@pytest.mark.parametrize(
    ("endpoint", "body", "named"),
    [
        ("closeposition", {"product": "MIS"}, {}),
        ("cancelallorder", {"exchange": "NSE"}, {}),
        ("cancelorder", {"orderid": "240001", "symbol": "SBIN"}, {"orderid": "240001"}),
        ("cancelorder", {}, {}),
        ("cancelgttorder", {"trigger_id": "G-1", "x": 1}, {"trigger_id": "G-1"}),
    ],
)
async def test_an_operation_with_a_wrong_field_is_told(
    trader: Trader, endpoint: str, body: dict[str, Any], named: dict[str, str]
) -> None:
    await heard(trader.spine)

    await trader.post(endpoint, body)

    (facts,) = recorded(trader, "operation.refused")
    assert facts.pop("why")
    assert facts == {"operation": endpoint, **named}
    assert await topics(trader.spine, ASHA) == [Topic.REFUSED]


async def test_a_change_with_a_missing_field_is_told_if_it_is_of_a_stop(trader: Trader) -> None:
    await trader.auto(TradingMode.LIVE)
    await trader.spine.hold(SBIN)
    stop = (await trader.post("placeorder", SELL | {"pricetype": "SL-M", "trigger_price": 780})).body["orderid"]
    entry = (await trader.post("placeorder", SELL | {"action": "BUY", "pricetype": "LIMIT", "price": 700})).body[
        "orderid"
    ]

    await trader.post("modifyorder", {"orderid": stop, "trigger_price": 785})
    await trader.post("modifyorder", SELL | {"orderid": entry, "action": "BUY"})

    (facts,) = recorded(trader, "operation.refused")
    assert (facts["orderid"], facts["how"]) == (stop, "protects")
