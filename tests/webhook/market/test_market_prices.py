"""Quotes, depth, margins and intervals: their shapes, and what is said of bad input."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.webhook.market_client import CALL, MISSING, NOT_FOUND, SBIN, Shop

POSITION = SBIN | {"action": "BUY", "quantity": "10", "product": "MIS", "pricetype": "MARKET"}


async def test_a_quote_has_exactly_these_fields(shop: Shop) -> None:
    answer = await shop.ask("quotes", **SBIN)

    assert answer.body == {
        "status": "success",
        "data": {
            "ask": 800,
            "bid": 800,
            "high": 972.85,
            "low": 800,
            "ltp": 800,
            "oi": 0,
            "open": 972.85,
            "prev_close": 972.85,
            "volume": 0,
        },
    }


async def test_contracts_and_indices_have_quotes_too(shop: Shop) -> None:
    call: Any = await shop.data("quotes", **CALL)
    index: Any = await shop.data("quotes", symbol="NIFTY", exchange="NSE_INDEX")

    assert call["bid"] < call["ltp"] < call["ask"]
    assert index["bid"] == index["ltp"] == index["ask"]


@pytest.mark.parametrize("endpoint", ["quotes", "depth"])
async def test_an_unknown_symbol_is_refused_in_either_mode_without_naming_it(shop: Shop, endpoint: str) -> None:
    live = await shop.ask(endpoint, symbol="Z", exchange="NSE")
    await shop.enter_sandbox()
    sandbox = await shop.ask(endpoint, symbol="Z", exchange="NSE")

    assert live.status == sandbox.status == 400
    assert live.body == sandbox.body == {"status": "error", "message": NOT_FOUND}


@pytest.mark.parametrize("endpoint", ["quotes", "depth"])
async def test_an_expired_contract_is_known_but_has_no_price(shop: Shop, endpoint: str) -> None:
    answer = await shop.ask(endpoint, symbol="NIFTY28OCT2526000CE", exchange="NFO")

    assert (answer.status, answer.body["message"]) == (404, "There is no price for NIFTY28OCT2526000CE on NFO.")


async def test_the_market_is_the_same_in_the_sandbox(shop: Shop) -> None:
    live = await shop.ask("quotes", **SBIN)
    await shop.enter_sandbox()
    sandbox = await shop.ask("quotes", **SBIN)

    assert live.body == sandbox.body


async def test_many_quotes_come_in_the_order_asked_and_errors_stand_in_their_place(shop: Shop) -> None:
    unknown = {"symbol": "Z", "exchange": "NSE"}
    answer = await shop.ask("multiquotes", symbols=[SBIN, unknown, CALL])

    first, second, third = answer.body["results"]
    assert {"symbol": first["symbol"], "exchange": first["exchange"]} == SBIN
    assert first["data"] == await shop.data("quotes", **SBIN)
    assert second == unknown | {"error": NOT_FOUND}
    assert third["data"] == await shop.data("quotes", **CALL)


async def test_depth_has_five_prices_on_each_side(shop: Shop) -> None:
    data: Any = await shop.data("depth", **CALL)

    names = ["asks", "bids", "high", "low", "ltp", "ltq", "oi", "open", "prev_close", "totalbuyqty", "totalsellqty"]
    assert sorted(data) == [*names, "volume"]
    for side, best in (("bids", max), ("asks", min)):
        prices = [level["price"] for level in data[side]]
        assert len(set(prices)) == 5
        assert prices[0] == best(prices)
        assert all(set(level) == {"price", "quantity"} and level["quantity"] % 65 == 0 for level in data[side])
    assert data["bids"][0]["price"] < data["ltp"] < data["asks"][0]["price"]


async def test_margin_is_what_every_position_would_tie_up(shop: Shop) -> None:
    limit = POSITION | {"action": "SELL", "pricetype": "LIMIT", "price": "810.5", "quantity": "2"}
    stop = POSITION | {"pricetype": "SL-M", "trigger_price": "820", "quantity": "1"}
    data = await shop.data("margin", positions=[POSITION, limit, stop])

    total = (8000 + 1621 + 820) / 5
    assert data == {"total_margin_required": total, "span_margin": 0, "exposure_margin": total}


async def test_margin_of_a_contract_is_counted_in_units_not_lots(shop: Shop) -> None:
    shop.spine.feed.pin("NFO", CALL["symbol"], Decimal("600.05"))
    data: Any = await shop.data("margin", positions=[POSITION | CALL | {"quantity": "65", "product": "NRML"}])

    assert data["total_margin_required"] == 39_003.25


async def test_margin_of_an_unknown_symbol_is_refused(shop: Shop) -> None:
    answer = await shop.ask("margin", positions=[POSITION, POSITION | {"symbol": "Z"}])

    assert (answer.status, answer.body["message"]) == (400, NOT_FOUND)


EXCHANGES = (
    "Must be one of: NSE, NFO, CDS, BSE, BFO, BCD, MCX, NCDEX, NCO, NSE_INDEX, BSE_INDEX, MCX_INDEX, "
    "GLOBAL_INDEX, CRYPTO."
)
NOT_POSITIVE = "Quantity must be a positive number."
BAD: list[tuple[str, Mapping[str, object], object]] = [
    ("quotes", {}, {"symbol": [MISSING], "exchange": [MISSING]}),
    ("quotes", SBIN | {"exchange": "nse"}, {"exchange": [EXCHANGES]}),
    ("quotes", SBIN | {"symbol": 5}, {"symbol": ["Not a valid string."]}),
    ("depth", SBIN | {"levels": 20}, {"levels": ["Unknown field."]}),
    ("multiquotes", {}, {"symbols": [MISSING]}),
    ("multiquotes", {"symbols": []}, {"symbols": ["Shorter than minimum length 1."]}),
    ("multiquotes", {"symbols": "SBIN"}, {"symbols": ["Not a valid list."]}),
    ("multiquotes", {"symbols": None}, {"symbols": ["Field may not be null."]}),
    (
        "multiquotes",
        {"symbols": [SBIN, 3, {"symbol": "SBIN", "x": 1}]},
        {
            "symbols": {
                "1": {"_schema": ["Invalid input type."]},
                "2": {"exchange": [MISSING], "x": ["Unknown field."]},
            }
        },
    ),
    ("margin", {}, "{'positions': ['Missing data for required field.']}"),
    ("margin", {"positions": []}, "{'positions': ['Positions must contain 1 to 50 items.']}"),
    ("margin", {"positions": [POSITION] * 51}, "{'positions': ['Positions must contain 1 to 50 items.']}"),
    (
        "margin",
        {"positions": [POSITION | {"quantity": 10, "product": "XYZ"}]},
        "{'positions': {0: {'quantity': ['Not a valid string.'], 'product': ['Must be one of: MIS, NRML, CNC.']}}}",
    ),
    (
        "margin",
        {"positions": [POSITION | {"quantity": "0", "price": "-1"}]},
        str({"positions": {0: {"quantity": [NOT_POSITIVE], "price": ["Price must be a non-negative number."]}}}),
    ),
    ("intervals", {"x": 1}, {"x": ["Unknown field."]}),
]


@pytest.mark.parametrize(("endpoint", "body", "told"), BAD)
async def test_bad_input_is_told_by_field(
    shop: Shop, endpoint: str, body: Mapping[str, object], told: object
) -> None:
    answer = await shop.ask(endpoint, **body)

    assert answer.status == 400
    assert answer.body == {"status": "error", "message": told}


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [("quotes", SBIN), ("multiquotes", {"symbols": [SBIN]}), ("depth", SBIN), ("margin", {"positions": [POSITION]})],
)
async def test_a_bad_key_learns_nothing(shop: Shop, endpoint: str, body: dict[str, object]) -> None:
    answer = await shop.ask(endpoint, apikey="nobody's", **body)

    assert (answer.status, answer.body) == (403, {"status": "error", "message": "Invalid openalgo apikey"})
