"""Symbols, searches, expiries, option symbols and chains: their shapes."""

from decimal import Decimal
from typing import Any

import pytest

from tests.webhook.market_client import CALL, SBIN, Shop

NIFTY = {"underlying": "NIFTY", "exchange": "NSE_INDEX", "expiry_date": "29DEC26"}
ATM = NIFTY | {"offset": "ATM", "option_type": "CE"}
NO_EXPIRY = "Expiry date required. Provide via expiry_date parameter or embed in underlying (e.g., NIFTY28OCT25FUT)."
NO_SYMBOL = "Symbol may not exist or master contract needs update."
NOTE = "contract table as of 1 Nov 2026"
UNLISTED = "Please check expiry date or update master contract."


async def test_a_symbol_tells_its_contract(shop: Shop) -> None:
    data: Any = await shop.data("symbol", **CALL)

    number = data.pop("id")
    assert isinstance(number, int)
    assert data == {
        "brexchange": "NFO",
        "brsymbol": "NIFTY29DEC2626000CE",
        "exchange": "NFO",
        "expiry": "29-DEC-26",
        "freeze_qty": 1755,
        "instrumenttype": "CE",
        "lotsize": 65,
        "name": "NIFTY",
        "strike": 26000,
        "symbol": "NIFTY29DEC2626000CE",
        "tick_size": 0.05,
        "token": "NFO:NIFTY29DEC2626000CE",
    }


@pytest.mark.parametrize(
    ("endpoint", "asked"),
    [
        ("symbol", CALL),
        ("search", {"query": "NIFTY"}),
        ("expiry", {"symbol": "NIFTY", "exchange": "NFO", "instrumenttype": "futures"}),
    ],
)
async def test_a_listing_tells_how_old_its_table_is(shop: Shop, endpoint: str, asked: dict[str, str]) -> None:
    answer = await shop.ask(endpoint, **asked)

    assert answer.body["note"] == NOTE


async def test_a_share_has_neither_expiry_nor_strike(shop: Shop) -> None:
    data: Any = await shop.data("symbol", **SBIN)

    assert (data["expiry"], data["strike"], data["lotsize"], data["freeze_qty"]) == ("", 0, 1, 1)
    assert (data["name"], data["instrumenttype"]) == ("State Bank of India", "EQ")


async def test_an_unknown_symbol_is_not_found(shop: Shop) -> None:
    answer = await shop.ask("symbol", symbol="Z", exchange="NSE")

    assert (answer.status, answer.body["message"]) == (404, "Symbol Z not found in exchange NSE")


async def test_a_search_finds_one_contract_by_its_parts(shop: Shop) -> None:
    answer = await shop.ask("search", query="nifty 26000 29dec ce", exchange="NFO")

    assert answer.body["message"] == "Found 1 matching symbols"
    (found,) = answer.body["data"]
    symbol: Any = await shop.data("symbol", **CALL)
    assert found == {name: value for name, value in symbol.items() if name != "id"}


async def test_a_search_puts_the_exact_symbol_first_and_has_an_end(shop: Shop) -> None:
    everything = await shop.ask("search", query="N")
    reliance = await shop.ask("search", query="reliance")

    assert len(everything.body["data"]) == 500
    assert [row["symbol"] for row in reliance.body["data"][:2]] == ["RELIANCE", "RELIANCE"]


async def test_a_search_ranks_the_beginning_of_a_symbol_before_its_middle_before_a_name(shop: Shop) -> None:
    nifty: Any = await shop.data("search", query="nifty", exchange="NFO")
    bank: Any = await shop.data("search", query="bank", exchange="NSE")

    begins = [row["symbol"].startswith("NIFTY") for row in nifty]
    assert begins == sorted(begins, reverse=True)
    contains = ["BANK" in row["symbol"] for row in bank]
    assert True in contains
    assert False in contains
    assert contains == sorted(contains, reverse=True)


async def test_a_search_without_result_is_no_error(shop: Shop) -> None:
    answer = await shop.ask("search", query="nope")

    assert answer.body == {"status": "success", "message": "No matching symbols found", "data": [], "note": NOTE}


async def test_an_empty_search_is_refused(shop: Shop) -> None:
    answer = await shop.ask("search", query="  ")

    assert (answer.status, answer.body["message"]) == (400, "Query parameter is required and cannot be empty")


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("options", ["23-NOV-26", "01-DEC-26", "08-DEC-26", "15-DEC-26", "29-DEC-26", "25-JAN-27"]),
        ("futures", ["23-NOV-26", "29-DEC-26", "25-JAN-27"]),
    ],
)
async def test_expiries_are_days_the_nearest_first(shop: Shop, kind: str, days: list[str]) -> None:
    answer = await shop.ask("expiry", symbol="nifty", exchange="NFO", instrumenttype=kind)

    assert answer.body == {
        "status": "success",
        "message": f"Found {len(days)} expiry dates for NIFTY {kind} in NFO",
        "data": days,
        "note": NOTE,
    }


async def test_what_has_no_contracts_has_no_expiries(shop: Shop) -> None:
    answer = await shop.ask("expiry", symbol="ITC", exchange="NFO", instrumenttype="options")

    told = "No expiry dates found for ITC options in NFO"
    assert answer.body == {"status": "success", "message": told, "data": [], "note": NOTE}


@pytest.mark.parametrize(
    ("changes", "symbol"),
    [
        ({}, "NIFTY29DEC2626050CE"),
        ({"offset": "otm2"}, "NIFTY29DEC2626150CE"),
        ({"offset": "ITM1", "option_type": "pe"}, "NIFTY29DEC2626100PE"),
        ({"underlying": "NIFTY29DEC26FUT", "exchange": "NFO", "expiry_date": "25JAN27"}, "NIFTY25JAN2726050CE"),
        ({"strike_int": "100", "offset": "OTM1"}, "NIFTY29DEC2626200CE"),
        ({"strategy": "Python"}, "NIFTY29DEC2626050CE"),
    ],
)
async def test_an_offset_means_a_contract(shop: Shop, changes: dict[str, object], symbol: str) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(26_055))
    answer = await shop.ask("optionsymbol", **(ATM | changes))

    assert answer.body == {
        "status": "success",
        "symbol": symbol,
        "exchange": "NFO",
        "lotsize": 65,
        "tick_size": 0.05,
        "freeze_qty": 1755,
        "underlying_ltp": 26055,
    }


async def test_the_expiry_may_be_in_the_underlying(shop: Shop) -> None:
    answer = await shop.ask(
        "optionsymbol", underlying="SENSEX31DEC26", exchange="BFO", offset="ATM", option_type="PE"
    )

    assert (answer.body["exchange"], answer.body["symbol"]) == ("BFO", "SENSEX31DEC2685200PE")


@pytest.mark.parametrize("underlying", ["NIFTYNXT5029DEC26FUT", "NIFTYNXT5029DEC26", "NIFTYNXT50"])
async def test_an_underlying_s_name_may_end_in_digits(shop: Shop, underlying: str) -> None:
    shop.spine.feed.pin("NSE_INDEX", "NIFTYNXT50", Decimal(69_510))
    asked = {"underlying": underlying, "exchange": "NFO", "expiry_date": "29DEC26"}
    answer = await shop.ask("optionsymbol", **asked, offset="OTM1", option_type="CE")
    chain = await shop.ask("optionchain", **asked, strike_count=1)

    assert answer.body["symbol"] == "NIFTYNXT5029DEC2669600CE"
    assert (chain.body["underlying"], chain.body["atm_strike"]) == ("NIFTYNXT50", 69_500)


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"expiry_date": "30DEC26"}, 404, f"No strikes found for NIFTY expiring 30DEC26. {UNLISTED}"),
        (
            {"offset": "OTM40"},
            400,
            "Offset OTM40 is out of range for available strikes. Please use a smaller offset.",
        ),
        (
            {"strike_int": 70},
            404,
            f"Option symbol NIFTY29DEC2626040CE not found in NFO. {NO_SYMBOL}",
        ),
    ],
)
async def test_what_is_not_listed_is_not_found(
    shop: Shop, changes: dict[str, object], status: int, message: str
) -> None:
    answer = await shop.ask("optionsymbol", **(ATM | changes))

    assert (answer.status, answer.body) == (status, {"status": "error", "message": message})


async def test_an_unknown_underlying_is_told_in_its_own_words(shop: Shop) -> None:
    answer = await shop.ask("optionsymbol", **(ATM | {"underlying": "NOPE"}))

    assert answer.status == 400
    assert answer.body["message"].startswith("Failed to fetch LTP for NOPE. Symbol 'NOPE' not found for exchange")


async def test_an_option_without_any_expiry_is_refused(shop: Shop) -> None:
    answer = await shop.ask("optionsymbol", underlying="NIFTY", exchange="NSE_INDEX", offset="ATM", option_type="CE")

    assert (answer.status, answer.body["message"]) == (400, NO_EXPIRY)
