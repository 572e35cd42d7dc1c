"""What is said of bad input about symbols, expiries, option symbols and chains."""

import pytest

from tests.webhook.market_client import MISSING, SBIN, Shop

NIFTY = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}
ATM = NIFTY | {"offset": "ATM", "option_type": "CE"}
NO_EXPIRY = "Expiry date required. Provide via expiry_date parameter or embed in underlying (e.g., NIFTY28OCT25FUT)."
NO_SYMBOL = "Symbol may not exist or master contract needs update."
UNLISTED = "Please check expiry date or update master contract."


@pytest.mark.parametrize(
    ("expiry", "status", "message"),
    [
        ("30DEC26", 404, f"No strikes found for NIFTY expiring 30DEC26. {UNLISTED}"),
        ("soon", 400, "Invalid expiry date: soon. Use DDMMMYY, such as 28OCT25."),
    ],
)
async def test_a_chain_of_no_such_expiry_is_refused(shop: Shop, expiry: str, status: int, message: str) -> None:
    await shop.enter_sandbox()
    answer = await shop.ask("optionchain", **(NIFTY | {"expiry_date": expiry}))

    assert (answer.status, answer.body) == (status, {"status": "error", "message": message})


KINDS = {"instrumenttype": ["Must be one of: futures, options."]}
FNO = {"exchange": ["Must be one of: NFO, BFO, MCX, CDS, NCO, BCD, NCDEX, CRYPTO."]}
OFFSET = {"offset": ["Offset must be ATM, ITM1-ITM50, or OTM1-OTM50"]}
RIGHT = {"option_type": ["Must be one of: CE, PE, ce, pe."]}
NULL = ["Field may not be null."]


@pytest.mark.parametrize(
    ("endpoint", "body", "told"),
    [
        ("symbol", {}, {"symbol": [MISSING], "exchange": [MISSING]}),
        ("search", {}, {"query": [MISSING]}),
        ("search", {"query": "A", "exchange": None}, {"exchange": NULL}),
        ("search", {"query": "A" * 201}, {"query": ["Longer than maximum length 200."]}),
        ("expiry", {"symbol": "NIFTY", "exchange": "NSE", "instrumenttype": "all"}, FNO | KINDS),
    ],
)
async def test_bad_input_is_told_by_field(
    shop: Shop, endpoint: str, body: dict[str, object], told: dict[str, object]
) -> None:
    answer = await shop.ask(endpoint, **body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": told})


@pytest.mark.parametrize(
    ("endpoint", "body", "errors"),
    [
        ("optionsymbol", ATM | {"offset": "OTM51", "option_type": "FUT"}, OFFSET | RIGHT),
        ("optionsymbol", ATM | {"offset": 5}, {"offset": ["Not a valid string."]}),
        ("optionsymbol", ATM | {"expiry_date": None}, {"expiry_date": NULL}),
        ("optionsymbol", ATM | {"strike_int": 0}, {"strike_int": ["Must be greater than or equal to 1."]}),
        ("optionsymbol", ATM | {"strike_int": "x"}, {"strike_int": ["Not a valid integer."]}),
        ("optionsymbol", ATM | {"x": 1}, {"x": ["Unknown field."]}),
        ("optionchain", {"underlying": "NIFTY"}, {"exchange": [MISSING], "expiry_date": [MISSING]}),
        (
            "optionchain",
            NIFTY | {"strike_count": 101},
            {"strike_count": ["Must be greater than or equal to 1 and less than or equal to 100."]},
        ),
    ],
)
async def test_bad_options_are_told_beside_the_message(
    shop: Shop, endpoint: str, body: dict[str, object], errors: dict[str, object]
) -> None:
    answer = await shop.ask(endpoint, **body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": "Validation error", "errors": errors})


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [("symbol", SBIN), ("search", {"query": "A"}), ("optionsymbol", ATM), ("optionchain", NIFTY)],
)
async def test_a_bad_key_learns_nothing(shop: Shop, endpoint: str, body: dict[str, object]) -> None:
    answer = await shop.ask(endpoint, apikey="nobody's", **body)

    assert (answer.status, answer.body["message"]) == (403, "Invalid openalgo apikey")
