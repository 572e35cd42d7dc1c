"""Wrong fields: OpenAlgo's texts to the letter, all of them at once, in the shape of the endpoint's family."""

import pytest

from tests.webhook.fakes import LIVE, SANDBOX, FakeServices
from tests.webhook.talking import CHANGE, ORDER, Http

MISSING, NULL, UNKNOWN = "Missing data for required field.", "Field may not be null.", "Unknown field."
NO_TEXT, NO_NUMBER, NO_INTEGER = "Not a valid string.", "Not a valid number.", "Not a valid integer."
EXCHANGES = (
    "Must be one of: NSE, NFO, CDS, BSE, BFO, BCD, MCX, NCDEX, NCO, "
    "NSE_INDEX, BSE_INDEX, MCX_INDEX, GLOBAL_INDEX, CRYPTO."
)
ACTIONS = "Must be one of: BUY, SELL, buy, sell."
POSITIVE = "Quantity must be a positive number."
SPECIAL = "Special numeric values (nan or infinity) are not permitted."
REFUSED_FIELDS = [
    ("apikey", "", "Length must be between 1 and 256."),
    ("apikey", "k" * 257, "Length must be between 1 and 256."),
    ("apikey", 5, NO_TEXT),
    ("strategy", None, NULL),
    ("strategy", 7, NO_TEXT),
    ("strategy", ["S"], NO_TEXT),
    ("strategy", "s" * 4001, "Longer than maximum length 4000."),
    ("strategy", "a\x00b", "May not contain NUL characters."),
    ("strategy", "\ud800", "Not a valid utf-8 string."),
    ("exchange", "nse", EXCHANGES),
    ("exchange", "", EXCHANGES),
    ("exchange", 1, NO_TEXT),
    ("exchange", None, NULL),
    ("symbol", "", "Length must be between 1 and 50."),
    ("symbol", "S" * 51, "Length must be between 1 and 50."),
    ("symbol", 500325, NO_TEXT),
    ("action", "Buy", ACTIONS),
    ("action", "HOLD", ACTIONS),
    ("action", {}, NO_TEXT),
    ("quantity", "", NO_NUMBER),
    ("quantity", "ten", NO_NUMBER),
    ("quantity", None, NULL),
    ("quantity", True, NO_NUMBER),
    ("quantity", [], NO_NUMBER),
    ("quantity", 0, POSITIVE),
    ("quantity", "-1", POSITIVE),
    ("quantity", -0.0, POSITIVE),
    ("quantity", "nan", SPECIAL),
    ("quantity", "-inf", SPECIAL),
    ("quantity", 10**15, "Number too large."),
    ("quantity", "1e300", "Number too large."),
    ("quantity", "9" * 100, NO_NUMBER),
    ("quantity", 1.5, "Fractional quantity (1.5) is not allowed for non-crypto exchanges."),
    ("quantity", "1.50", "Fractional quantity (1.5) is not allowed for non-crypto exchanges."),
    ("quantity", "1e-30", NO_NUMBER),
    ("pricetype", "market", "Must be one of: MARKET, LIMIT, SL, SL-M."),
    ("pricetype", None, NULL),
    ("product", "mis", "Must be one of: MIS, NRML, CNC."),
    ("price", -0.05, "Price must be a non-negative number."),
    ("price", "", NO_NUMBER),
    ("trigger_price", "-1", "Trigger price must be a non-negative number."),
    ("disclosed_quantity", -1, "Disclosed quantity must be a non-negative integer."),
    ("disclosed_quantity", "0.0", NO_INTEGER),
    ("disclosed_quantity", "", NO_INTEGER),
    ("disclosed_quantity", 1.5, NO_INTEGER),
    ("disclosed_quantity", None, NULL),
    ("disclosed_quantity", False, NO_INTEGER),
    ("disclosed_quantity", 10**20, "Number too large."),
    ("underlying_ltp", "", NO_NUMBER),
    ("target", "1", UNKNOWN),
]


@pytest.mark.parametrize(("field", "value", "text"), REFUSED_FIELDS)
async def test_a_wrong_field_is_named_with_openalgos_text(
    http: Http, services: FakeServices, field: str, value: object, text: str
) -> None:
    answer = await http.post("placeorder", ORDER | {field: value})

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": str({field: [text]})}
    assert services.intake.requests == []


@pytest.mark.parametrize("field", ["apikey", "strategy", "exchange", "symbol", "action", "quantity"])
async def test_a_missing_field_is_named(http: Http, field: str) -> None:
    body = {name: value for name, value in ORDER.items() if name != field}

    answer = await http.post("placeorder", body)

    assert answer.body == {"status": "error", "message": str({field: [MISSING]})}


async def test_everything_wrong_is_listed_in_the_schemas_order_with_unknown_fields_last(http: Http) -> None:
    body = {"zebra": 1, "price": "x", "symbol": 1, "action": "Buy", "quantity": ""}

    answer = await http.post("placeorder", body)

    assert answer.body["message"] == (
        "{'apikey': ['Missing data for required field.'], "
        "'strategy': ['Missing data for required field.'], "
        "'exchange': ['Missing data for required field.'], "
        "'symbol': ['Not a valid string.'], "
        "'action': ['Must be one of: BUY, SELL, buy, sell.'], "
        "'quantity': ['Not a valid number.'], "
        "'price': ['Not a valid number.'], "
        "'zebra': ['Unknown field.']}"
    )


ORDER_FAMILY: dict[str, dict[str, object]] = {
    "modifyorder": CHANGE,
    "cancelorder": {"apikey": LIVE, "strategy": "S", "orderid": "1"},
    "cancelallorder": {"apikey": LIVE, "strategy": "S"},
    "closeposition": {"apikey": LIVE, "strategy": "S"},
    "orderstatus": {"apikey": LIVE, "strategy": "S", "orderid": "1"},
    "openposition": {"apikey": LIVE, "strategy": "S", "symbol": "A", "exchange": "NSE", "product": "MIS"},
    "analyzer": {"apikey": LIVE},
    "analyzer/toggle": {"apikey": LIVE, "mode": True},
}
ACCOUNT_FAMILY = ["funds", "orderbook", "tradebook", "positionbook", "holdings", "ping"]
REQUIRED = [(endpoint, field) for endpoint, body in ORDER_FAMILY.items() for field in body]


@pytest.mark.parametrize(("endpoint", "field"), REQUIRED)
async def test_the_order_family_requires_every_field_and_says_so_as_text(
    http: Http, endpoint: str, field: str
) -> None:
    body = {name: value for name, value in ORDER_FAMILY[endpoint].items() if name != field}

    answer = await http.post(endpoint, body)

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": f"{{'{field}': ['{MISSING}']}}"}


@pytest.mark.parametrize("endpoint", ORDER_FAMILY)
async def test_in_the_sandbox_the_order_family_adds_its_mode(http: Http, endpoint: str) -> None:
    answer = await http.post(endpoint, ORDER_FAMILY[endpoint] | {"apikey": SANDBOX, "x": 1})

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": "{'x': ['Unknown field.']}", "mode": "analyze"}


@pytest.mark.parametrize("apikey", [LIVE, "nobody's", ""])
async def test_without_a_sandbox_account_no_mode_is_added(http: Http, apikey: str) -> None:
    answer = await http.post("analyzer", {"apikey": apikey, "x": 1})

    assert answer.body == {"status": "error", "message": "{'x': ['Unknown field.']}"}


async def test_placeorder_leaves_the_mode_out_of_its_complaints(http: Http) -> None:
    answer = await http.post("placeorder", ORDER | {"apikey": SANDBOX, "x": 1})

    assert answer.body == {"status": "error", "message": "{'x': ['Unknown field.']}"}


@pytest.mark.parametrize("endpoint", ACCOUNT_FAMILY)
async def test_the_account_family_complains_with_an_object(http: Http, endpoint: str) -> None:
    answer = await http.post(endpoint, {"x": 1})

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": {"apikey": [MISSING], "x": [UNKNOWN]}}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("orderid", 240001, NO_TEXT),
        ("price", None, NULL),
        ("quantity", 0, POSITIVE),
        ("quantity", "2.5", "Fractional quantity (2.5) is not allowed for non-crypto exchanges."),
        ("underlying_ltp", 1, UNKNOWN),
    ],
)
async def test_modifyorder_refuses_wrong_terms(http: Http, field: str, value: object, text: str) -> None:
    answer = await http.post("modifyorder", CHANGE | {field: value})

    assert answer.body == {"status": "error", "message": str({field: [text]})}


@pytest.mark.parametrize(
    ("endpoint", "field", "value", "text"),
    [
        ("cancelorder", "orderid", 5, NO_TEXT),
        ("orderstatus", "orderid", 5, NO_TEXT),
        ("openposition", "product", "mis", "Must be one of: MIS, NRML, CNC."),
        ("analyzer/toggle", "mode", "perhaps", "Not a valid boolean."),
        ("analyzer/toggle", "mode", None, NULL),
        ("analyzer/toggle", "mode", 2, "Not a valid boolean."),
        ("analyzer/toggle", "mode", [], "Not a valid boolean."),
    ],
)
async def test_the_other_endpoints_refuse_wrong_values(
    http: Http, endpoint: str, field: str, value: object, text: str
) -> None:
    answer = await http.post(endpoint, ORDER_FAMILY[endpoint] | {field: value})

    assert answer.body == {"status": "error", "message": str({field: [text]})}


async def test_crypto_may_be_fractional(http: Http, services: FakeServices) -> None:
    answer = await http.post("placeorder", ORDER | {"exchange": "CRYPTO", "quantity": "0.25"})

    assert answer.status == 200
    assert str(services.intake.single_terms()[0].quantity) == "0.25"


@pytest.mark.parametrize("endpoint", ["placeorder", "funds", "ping", "orderbook"])
async def test_a_bad_key_is_refused(http: Http, endpoint: str) -> None:
    body = ORDER if endpoint == "placeorder" else {}

    answer = await http.post(endpoint, body | {"apikey": "nobody's"})

    assert answer.status == 403
    assert answer.body == {"status": "error", "message": "Invalid openalgo apikey"}
