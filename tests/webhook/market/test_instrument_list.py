"""GET /api/v1/instruments: every contract, for whoever has a key."""

import csv

import pytest

from tests.webhook.market_client import SBIN, Shop

PATH = "/api/v1/instruments"


async def test_an_exchange_is_listed_with_the_columns_of_openalgo(shop: Shop) -> None:
    answer = await shop.http.get(f"{PATH}?apikey={shop.spine.secret}&exchange=NSE")

    assert answer.status == 200
    assert answer.body["message"] == f"Found {len(answer.body['data'])} instruments"
    assert [row for row in answer.body["data"] if row["symbol"] == "SBIN"] == [
        {
            **SBIN,
            "brsymbol": "SBIN",
            "name": "State Bank of India",
            "brexchange": "NSE",
            "token": "NSE:SBIN",
            "expiry": "",
            "strike": 0,
            "lotsize": 1,
            "instrumenttype": "EQ",
            "tick_size": 0.05,
        }
    ]


async def test_an_exchange_without_any_is_an_empty_list(shop: Shop) -> None:
    answer = await shop.http.get(f"{PATH}?apikey={shop.spine.secret}&exchange=NCO")

    assert (answer.status, answer.body["data"], answer.body["message"]) == (200, [], "No instruments found")


async def test_more_than_a_search_finds_is_listed(shop: Shop) -> None:
    answer = await shop.http.get(f"{PATH}?apikey={shop.spine.secret}")

    assert len(answer.body["data"]) > 500


async def test_it_is_also_a_csv_file(shop: Shop) -> None:
    asked = {"apikey": shop.spine.secret, "exchange": "NSE", "format": "CSV"}
    async with shop.http.client.get(PATH, params=asked) as answer:
        rows = list(csv.DictReader((await answer.text()).splitlines()))

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [row["name"] for row in rows if row["symbol"] == "SBIN"] == ["State Bank of India"]


async def test_the_key_may_stay_out_of_the_address(shop: Shop) -> None:
    async with shop.http.client.get(PATH, headers={"X-API-KEY": shop.spine.secret}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("asked", "status", "message"),
    [
        ("", 400, {"apikey": ["Missing data for required field."]}),
        ("apikey=cs_wrong", 403, "Invalid openalgo apikey"),
        ("apikey=cs_wrong&format=xml", 400, {"format": ["Must be one of: json, csv, JSON, CSV."]}),
    ],
)
async def test_what_is_wrong_is_said(shop: Shop, asked: str, status: int, message: object) -> None:
    answer = await shop.http.get(f"{PATH}?{asked}")

    assert (answer.status, answer.body["message"]) == (status, message)
