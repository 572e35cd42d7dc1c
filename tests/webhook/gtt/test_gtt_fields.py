"""What is wrong with a good-till-triggered order, in OpenAlgo's words; and what is forgiven."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.clock import IST
from core.orders.gtt import Gtt, Side
from core.orders.order import Action, ApiType, PriceType, Product
from core.orders.router import Operation
from tests.webhook.fakes import LIVE, LIVE_AUTO, SANDBOX, FakeServices
from tests.webhook.talking import Http

MISSING, NULL, NO_TEXT, NO_NUMBER = (
    "Missing data for required field.",
    "Field may not be null.",
    "Not a valid string.",
    "Not a valid number.",
)
MIS = "GTT supports only CNC (delivery) or NRML (overnight F&O); MIS is intraday-only."
SINGLE: dict[str, object] = {
    "apikey": LIVE,
    "strategy": "S",
    "trigger_type": "SINGLE",
    "exchange": "NSE",
    "symbol": "SBIN",
    "action": "BUY",
    "product": "CNC",
    "quantity": "10",
    "price": "791",
    "triggerprice_sl": "790",
}
OCO = SINGLE | {
    "trigger_type": "OCO",
    "stoploss": "789.5",
    "triggerprice_tg": 850,
    "target": "851",
    "price": 0,
}
CHANGE = SINGLE | {"apikey": LIVE_AUTO, "trigger_id": "GTT-261122-0a1b2c3d"}

REFUSED: list[tuple[str, object, str]] = [
    ("trigger_type", 1, NO_TEXT),
    ("trigger_type", None, NULL),
    ("trigger_type", "BRACKET", "Must be 'SINGLE' or 'OCO'."),
    ("trigger_type", "", "Must be 'SINGLE' or 'OCO'."),
    ("strategy", 7, NO_TEXT),
    ("symbol", "", "Length must be between 1 and 50."),
    ("action", "Buy", "Must be one of: BUY, SELL, buy, sell."),
    ("product", "MIS", MIS),
    ("product", "cnc", MIS),
    ("product", 5, NO_TEXT),
    ("product", None, NULL),
    ("quantity", 0, "Quantity must be a positive number."),
    ("quantity", "", NO_NUMBER),
    ("quantity", "1.5", "Fractional quantity (1.5) is not allowed for non-crypto exchanges."),
    ("pricetype", "SL", "Must be one of: LIMIT, MARKET."),
    ("pricetype", "limit", "Must be one of: LIMIT, MARKET."),
    ("price", -1, "Price must be a non-negative number."),
    ("price", "", NO_NUMBER),
    ("triggerprice_sl", -1, "triggerprice_sl must be non-negative."),
    ("triggerprice_sl", None, NULL),
    ("triggerprice_sl", "x", NO_NUMBER),
    ("triggerprice_tg", "-0.05", "triggerprice_tg must be non-negative."),
    ("stoploss", "low", NO_NUMBER),
    ("target", [], NO_NUMBER),
    ("triggerprice_sl", 0, "SINGLE GTT requires a positive triggerprice_sl or triggerprice_tg."),
    ("triggerprice_sl", "", "SINGLE GTT requires a positive triggerprice_sl or triggerprice_tg."),
]


@pytest.mark.parametrize("endpoint", ["placegttorder", "modifygttorder"])
@pytest.mark.parametrize(("field", "value", "text"), REFUSED)
async def test_a_wrong_field_is_named(
    http: Http, services: FakeServices, endpoint: str, field: str, value: object, text: str
) -> None:
    body = (CHANGE if endpoint == "modifygttorder" else SINGLE) | {field: value}

    answer = await http.post(endpoint, body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": str({field: [text]})})
    assert not services.intake.requests
    assert not services.gtts.modify.calls


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"triggerprice_sl": 0}, "triggerprice_sl", "Required for OCO (stoploss trigger)."),
        ({"stoploss": None}, "stoploss", "Required for OCO (stoploss leg limit)."),
        ({"stoploss": ""}, "stoploss", "Required for OCO (stoploss leg limit)."),
        ({"triggerprice_tg": ""}, "triggerprice_tg", "Required for OCO (target trigger)."),
        ({"target": 0}, "target", "Required for OCO (target leg limit)."),
        (
            {"triggerprice_sl": 850},
            "triggerprice_sl",
            "Stoploss trigger must be less than target trigger (triggerprice_tg).",
        ),
        (
            {"triggerprice_sl": 0, "stoploss": 0, "target": 0},
            "triggerprice_sl",
            "Required for OCO (stoploss trigger).",
        ),
    ],
)
async def test_an_oco_needs_both_sides_in_order(http: Http, change: dict[str, object], field: str, text: str) -> None:
    answer = await http.post("placegttorder", OCO | change)

    assert (answer.status, answer.body["message"]) == (400, str({field: [text]}))


async def test_everything_that_is_missing_is_listed_at_once(http: Http) -> None:
    answer = await http.post("placegttorder", {})

    needed = list(SINGLE)[:-1]
    assert (answer.status, answer.body["message"]) == (400, str({field: [MISSING] for field in needed}))


@pytest.mark.parametrize("field", ["apikey", "strategy", "trigger_id"])
@pytest.mark.parametrize("endpoint", ["modifygttorder", "cancelgttorder"])
async def test_what_is_missing_from_a_change_is_named(http: Http, endpoint: str, field: str) -> None:
    body = {name: value for name, value in CHANGE.items() if name != field}
    if endpoint == "cancelgttorder":
        body = {name: body[name] for name in body if name in ("apikey", "strategy", "trigger_id")}

    answer = await http.post(endpoint, body)

    assert (answer.status, answer.body["message"]) == (400, str({field: [MISSING]}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "Shorter than minimum length 1."),
        (7, NO_TEXT),
        (None, NULL),
        ("x" * 256, "Longer than maximum length 255."),
    ],
)
async def test_a_trigger_id_is_text(http: Http, value: object, text: str) -> None:
    answer = await http.post("cancelgttorder", {"apikey": LIVE_AUTO, "strategy": "S", "trigger_id": value})

    assert (answer.status, answer.body["message"]) == (400, str({"trigger_id": [text]}))


async def test_the_sandbox_says_that_it_is_one(http: Http) -> None:
    answer = await http.post("placegttorder", SINGLE | {"apikey": SANDBOX, "product": "MIS"})

    assert answer.body == {"status": "error", "message": str({"product": [MIS]}), "mode": "analyze"}


async def test_the_book_names_its_field_as_the_books_do(http: Http) -> None:
    answer = await http.post("gttorderbook", {})

    assert (answer.status, answer.body) == (400, {"status": "error", "message": {"apikey": [MISSING]}})


async def test_an_unknown_field_of_a_cancel_or_the_book_is_refused(http: Http) -> None:
    cancel = await http.post("cancelgttorder", {"apikey": LIVE_AUTO, "strategy": "S", "trigger_id": "1", "x": 1})
    book = await http.post("gttorderbook", {"apikey": LIVE, "x": 1})

    assert cancel.body["message"] == str({"x": ["Unknown field."]})
    assert book.body["message"] == {"x": ["Unknown field."]}


async def asked(http: Http, services: FakeServices, body: dict[str, object]) -> Gtt:
    """What core is asked for."""
    answer = await http.post("placegttorder", body)
    assert answer.status == 200
    (request,) = services.intake.requests
    assert (request.api_type, request.operation) == (ApiType.PLACEGTTORDER, Operation.PLACEGTTORDER)
    assert isinstance(request.intent, Gtt)
    return request.intent


async def test_a_single_trigger_reaches_core(http: Http, services: FakeServices) -> None:
    found = await asked(http, services, SINGLE)

    side = Side(Decimal(790), Decimal(791))
    assert found == Gtt("NSE", "SBIN", Action.BUY, Decimal(10), Product.CNC, PriceType.LIMIT, (side,))


async def test_an_oco_reaches_core_stop_loss_first(http: Http, services: FakeServices) -> None:
    found = await asked(http, services, OCO | {"trigger_type": "oco", "action": "sell"})

    assert found.sides == (Side(Decimal(790), Decimal("789.5")), Side(Decimal(850), Decimal(851)))
    assert found.action is Action.SELL


@pytest.mark.parametrize(
    ("change", "trigger"),
    [
        ({"triggerprice_tg": 850}, 790),
        ({"triggerprice_sl": 0, "triggerprice_tg": 850}, 850),
        ({"triggerprice_sl": "", "triggerprice_tg": "850", "stoploss": "", "target": ""}, 850),
        ({"trigger_type": "Single", "stoploss": None, "target": None}, 790),
    ],
)
async def test_the_stop_loss_trigger_wins_and_empty_is_nothing(
    http: Http, services: FakeServices, change: dict[str, object], trigger: int
) -> None:
    found = await asked(http, services, SINGLE | change)

    assert [side.trigger for side in found.sides] == [trigger]


async def test_unknown_fields_are_ignored_and_not_stored(http: Http, services: FakeServices) -> None:
    await asked(http, services, SINGLE | {"last_price": 800, "colour": "red"})

    stored = services.intake.requests[0].order_data
    assert not {"last_price", "colour", "apikey"} & stored.keys()
    assert (stored["trigger_type"], stored["triggerprice_sl"], stored["expires_at"]) == ("SINGLE", 790, None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-12-31", datetime(2026, 12, 31, 23, 59, 59, tzinfo=IST)),
        ("2026-12-31T15:30:00", datetime(2026, 12, 31, 15, 30, tzinfo=IST)),
        ("2026-12-31 15:30:00", datetime(2026, 12, 31, 15, 30, tzinfo=IST)),
        ("2026-12-31T10:00:00+00:00", datetime(2026, 12, 31, 15, 30, tzinfo=IST)),
        ("", None),
        (None, None),
    ],
)
async def test_when_it_ends_is_a_day_or_a_moment_of_india(
    http: Http, services: FakeServices, said: object, meant: datetime | None
) -> None:
    found = await asked(http, services, SINGLE | {"expires_at": said})

    assert found.expires_at == meant


@pytest.mark.parametrize(
    "said", ["soon", "31-12-2026", "2026-13-01", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"]
)
async def test_an_end_that_is_no_time_is_refused(http: Http, said: str) -> None:
    answer = await http.post("placegttorder", SINGLE | {"expires_at": said})

    assert (answer.status, answer.body["message"]) == (400, str({"expires_at": ["Not a valid datetime."]}))


async def test_a_change_keeps_when_it_ends(http: Http, services: FakeServices) -> None:
    tomorrow = str(datetime(2026, 11, 23, tzinfo=IST) + timedelta(days=1))

    await http.post("modifygttorder", CHANGE | {"expires_at": tomorrow})

    (_, trigger_id, found) = services.gtts.modify.calls[0]
    assert (trigger_id, found.expires_at) == (CHANGE["trigger_id"], None)
