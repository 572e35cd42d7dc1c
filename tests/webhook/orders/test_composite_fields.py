"""What the endpoints for orders of several legs refuse, field by field, in their family's shape."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from core.orders.intents import Basket, OptionLeg, Options, Smart, Split
from core.orders.order import Action, PriceType, Product
from tests.webhook.fakes import LIVE, SANDBOX, FakeServices
from tests.webhook.talking import Http
from tests.webhook.trading import ITEM, LEG, MULTI, OPTION, REQUESTS, SMART, SPLIT

SIGNED = {"apikey": LIVE, "strategy": "S"}
MISSING = ["Missing data for required field."]
NUMBER, INTEGER, NULL = ["Not a valid number."], ["Not a valid integer."], ["Field may not be null."]
POSITIVE = ["Quantity must be a positive number."]
PARTS = {"quantity": ["Fractional quantity (1.5) is not allowed for non-crypto exchanges."]}
PART_OF_A_TARGET = {"position_size": ["Fractional position_size (0.5) is not allowed for non-crypto exchanges."]}
REQUIRED = dict.fromkeys(("exchange", "symbol", "action", "quantity"), MISSING)
NOT_TEXT = {"option_type": ["Not a valid string."]}
PRODUCTS = ["Must be one of: MIS, NRML."]
TYPES = ["Must be one of: CE, PE, ce, pe."]

TEXTS: list[tuple[str, dict[str, Any], Mapping[Any, object]]] = [
    ("placesmartorder", SMART | {"quantity": -1}, {"quantity": ["Quantity must be a non-negative number."]}),
    ("placesmartorder", SMART | {"quantity": ""}, {"quantity": NUMBER}),
    ("placesmartorder", SMART | {"quantity": 1.5}, PARTS),
    ("placesmartorder", SMART | {"position_size": None}, {"position_size": NULL}),
    ("placesmartorder", SMART | {"position_size": "x"}, {"position_size": NUMBER}),
    ("placesmartorder", SMART | {"position_size": "0.5"}, PART_OF_A_TARGET),
    ("placesmartorder", SMART | {"underlying_ltp": 1}, {"underlying_ltp": ["Unknown field."]}),
    ("placesmartorder", SMART | {"pricetype": "limit"}, {"pricetype": ["Must be one of: MARKET, LIMIT, SL, SL-M."]}),
    ("basketorder", {}, {"orders": MISSING}),
    ("basketorder", {"orders": None}, {"orders": NULL}),
    ("basketorder", {"orders": {}}, {"orders": ["Not a valid list."]}),
    ("basketorder", {"orders": "[]"}, {"orders": ["Not a valid list."]}),
    ("basketorder", {"orders": [1]}, {"orders": {0: {"_schema": ["Invalid input type."]}}}),
    ("basketorder", {"orders": [ITEM, None]}, {"orders": {1: NULL}}),
    ("basketorder", {"orders": [ITEM, {}]}, {"orders": {1: REQUIRED}}),
    ("basketorder", {"orders": [ITEM | {"quantity": 0}]}, {"orders": {0: {"quantity": POSITIVE}}}),
    ("basketorder", {"orders": [ITEM | {"strategy": "x"}]}, {"orders": {0: {"strategy": ["Unknown field."]}}}),
    ("basketorder", {"orders": [ITEM | {"quantity": 1.5}]}, {"orders": {0: PARTS}}),
    ("splitorder", SPLIT | {"quantity": 0}, {"quantity": ["Total quantity must be a positive number."]}),
    ("splitorder", SPLIT | {"splitsize": 0}, {"splitsize": ["Split size must be a positive integer."]}),
    ("splitorder", SPLIT | {"splitsize": "0.0"}, {"splitsize": INTEGER}),
    ("splitorder", SPLIT | {"splitsize": None}, {"splitsize": NULL}),
    ("splitorder", ITEM, {"splitsize": MISSING}),
]  # fmt: skip
ERRORS: list[tuple[str, dict[str, Any], Mapping[Any, object]]] = [
    ("optionsorder", OPTION | {"option_type": "Ce"}, {"option_type": TYPES}),
    ("optionsorder", OPTION | {"product": "CNC"}, {"product": PRODUCTS}),
    ("optionsorder", OPTION | {"quantity": 0}, {"quantity": ["Quantity must be a positive integer."]}),
    ("optionsorder", OPTION | {"quantity": "6.5"}, {"quantity": INTEGER}),
    ("optionsorder", OPTION | {"splitsize": -1}, {"splitsize": ["Split size must be a non-negative integer."]}),
    ("optionsorder", OPTION | {"strike_int": 0}, {"strike_int": ["Must be greater than or equal to 1."]}),
    ("optionsorder", OPTION | {"expiry_date": None}, {"expiry_date": NULL}),
    ("optionsorder", OPTION | {"symbol": "NIFTY"}, {"symbol": ["Unknown field."]}),
    ("optionsmultiorder", MULTI | {"legs": []}, {"legs": ["Legs must contain 1 to 20 items."]}),
    ("optionsmultiorder", MULTI | {"legs": [LEG] * 21}, {"legs": ["Legs must contain 1 to 20 items."]}),
    ("optionsmultiorder", MULTI | {"legs": "x"}, {"legs": ["Not a valid list."]}),
    ("optionsmultiorder", MULTI | {"legs": [LEG, LEG | {"option_type": 1}]}, {"legs": {"1": NOT_TEXT}}),
    ("optionsmultiorder", MULTI | {"legs": [3]}, {"legs": {"0": {"_schema": ["Invalid input type."]}}}),
    ("optionsmultiorder", MULTI | {"legs": [LEG | {"symbol": "x"}]}, {"legs": {"0": {"symbol": ["Unknown field."]}}}),
]  # fmt: skip


@pytest.mark.parametrize(("endpoint", "body", "wrong"), TEXTS)
async def test_order_family_complains_in_pythons_words(
    http: Http, services: FakeServices, endpoint: str, body: dict[str, Any], wrong: Mapping[Any, object]
) -> None:
    answer = await http.post(endpoint, SIGNED | body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": str(wrong)})
    assert services.intake.requests == []


@pytest.mark.parametrize(("endpoint", "body", "wrong"), ERRORS)
async def test_options_family_complains_field_by_field(
    http: Http, services: FakeServices, endpoint: str, body: dict[str, Any], wrong: Mapping[Any, object]
) -> None:
    answer = await http.post(endpoint, SIGNED | body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": "Validation error", "errors": wrong})
    assert services.intake.requests == []


@pytest.mark.parametrize("endpoint", ["placesmartorder", "basketorder", "splitorder"])
async def test_complaint_about_a_sandbox_order_says_its_mode(http: Http, endpoint: str) -> None:
    answer = await http.post(endpoint, SIGNED | {"apikey": SANDBOX})

    assert (answer.status, answer.body["mode"]) == (400, "analyze")


@pytest.mark.parametrize("endpoint", REQUESTS)
@pytest.mark.parametrize("field", ["apikey", "strategy"])
async def test_key_and_strategy_are_required(http: Http, endpoint: str, field: str) -> None:
    body = {name: value for name, value in (SIGNED | REQUESTS[endpoint]).items() if name != field}

    answer = await http.post(endpoint, body)

    assert answer.status == 400
    assert field in str(answer.body)
    assert "Missing data for required field." in str(answer.body)


async def test_smart_order_reaches_core_with_its_target(http: Http, services: FakeServices) -> None:
    await http.post("placesmartorder", SIGNED | SMART | {"action": "sell", "quantity": 7, "position_size": "-20"})

    intent = services.intake.requests[0].intent
    assert isinstance(intent, Smart)
    assert (intent.terms.action, intent.terms.quantity, intent.position_size) == (
        Action.SELL,
        Decimal(7),
        Decimal(-20),
    )


async def test_basket_reaches_core_item_by_item(http: Http, services: FakeServices) -> None:
    limit = ITEM | {"pricetype": "LIMIT", "price": "800.05", "trigger_price": 9, "action": "sell"}

    await http.post("basketorder", SIGNED | {"orders": [ITEM, limit]})

    request = services.intake.requests[0]
    assert isinstance(request.intent, Basket)
    first, second = request.intent.items
    assert (first.action, second.action, second.pricetype) == (Action.BUY, Action.SELL, PriceType.LIMIT)
    assert (second.price, second.trigger_price) == (Decimal("800.05"), Decimal(0))
    kept: Any = request.order_data
    assert kept["orders"][1]["price"] == "800.05"
    assert "apikey" not in kept


async def test_split_reaches_core_with_its_size(http: Http, services: FakeServices) -> None:
    await http.post("splitorder", SIGNED | SPLIT)

    intent = services.intake.requests[0].intent
    assert isinstance(intent, Split)
    assert (intent.terms.quantity, intent.size) == (Decimal(25), 10)


async def test_options_order_reaches_core_as_one_leg(http: Http, services: FakeServices) -> None:
    await http.post("optionsorder", SIGNED | OPTION | {"option_type": "pe", "strike_int": "50", "splitsize": None})

    leg = OptionLeg("OTM1", "PE", Action.BUY, 65, "29DEC26")
    assert services.intake.requests[0].intent == Options("NIFTY", "NSE_INDEX", (leg,), "29DEC26", strike_step=50)


async def test_multi_leg_order_reaches_core_with_each_legs_own_terms(http: Http, services: FakeServices) -> None:
    legs = [LEG, LEG | {"expiry_date": "25JAN27", "splitsize": 65, "quantity": "130", "product": "NRML"}]

    await http.post("optionsmultiorder", SIGNED | MULTI | {"legs": legs})

    intent = services.intake.requests[0].intent
    assert isinstance(intent, Options)
    assert [(leg.expiry, leg.split, leg.quantity, leg.product) for leg in intent.legs] == [
        (None, 0, 65, Product.MIS),
        ("25JAN27", 65, 130, Product.NRML),
    ]
    assert (intent.expiry, intent.multi) == ("29DEC26", True)
