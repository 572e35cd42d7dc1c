"""Holidays and trading hours over HTTP, and that what is not known is said."""

from datetime import datetime
from typing import Any

import pytest

from core.clock import IST
from tests.webhook.market_client import MISSING, Shop

SEVEN = ["NSE", "BSE", "NFO", "BFO", "CDS", "BCD", "MCX"]
FIXED = "of the holidays of 2027 only those that fall on the same day every year, and Good Friday, are"
RANGE = "Must be greater than or equal to 2020 and less than or equal to 2050."


def _at(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, IST):%Y-%m-%d %H:%M}"


async def test_this_years_holidays_are_the_default(shop: Shop) -> None:
    answer = await shop.ask("market/holidays")
    same = await shop.ask("market/holidays", year="2026")

    assert answer.body == same.body
    head = {name: answer.body[name] for name in ("status", "year", "timezone", "complete")}
    assert head == {"status": "success", "year": 2026, "timezone": "Asia/Kolkata", "complete": True}
    assert "message" not in answer.body


async def test_a_holiday_tells_who_is_closed_and_who_opens_when(shop: Shop) -> None:
    data: Any = await shop.data("market/holidays", year=2026)
    by_day = {one["date"]: one for one in data}

    christmas, gurpurb = by_day["2026-12-25"], by_day["2026-11-24"]
    assert christmas == {
        "date": "2026-12-25",
        "description": "Christmas",
        "holiday_type": "TRADING_HOLIDAY",
        "closed_exchanges": SEVEN,
        "open_exchanges": [],
    }
    assert gurpurb["closed_exchanges"] == SEVEN[:-1]
    (evening,) = gurpurb["open_exchanges"]
    assert (evening["exchange"], _at(evening["start_time"]), _at(evening["end_time"])) == (
        "MCX",
        "2026-11-24 17:00",
        "2026-11-24 23:55",
    )
    assert by_day["2026-02-19"]["holiday_type"] == "SETTLEMENT_HOLIDAY"
    assert by_day["2026-02-01"]["holiday_type"] == "SPECIAL_SESSION"


async def test_only_closures_are_listed(shop: Shop) -> None:
    data: Any = await shop.data("market/holidays", year=2026)

    days = [one["date"] for one in data]
    assert "2026-01-01" not in days, "all that is missing is MCX's evening"
    assert "2026-11-08" in days, "no exchange keeps its usual hours"


async def test_a_year_known_in_part_says_so(shop: Shop) -> None:
    answer = await shop.ask("market/holidays", year=2027)

    assert (answer.status, answer.body["complete"]) == (200, False)
    assert answer.body["message"].startswith(
        "Of the holidays of 2027 only those that fall on the same day every year"
    )
    assert "2027-01-26" in [one["date"] for one in answer.body["data"]]


@pytest.mark.parametrize("year", [2020, 2023, 2028, 2050])
async def test_a_year_not_known_is_not_an_empty_list(shop: Shop, year: int) -> None:
    answer = await shop.ask("market/holidays", year=year)

    told = f"The trading holidays of {year} are not known here; those of 2024, 2025, 2026 and 2027 are."
    assert (answer.status, answer.body) == (404, {"status": "error", "message": told})


async def test_a_trading_day_has_everybodys_hours(shop: Shop) -> None:
    data: Any = await shop.data("market/timings", date="2026-11-23")

    hours = {one["exchange"]: (_at(one["start_time"])[-5:], _at(one["end_time"])[-5:]) for one in data}
    assert list(hours) == SEVEN
    assert hours["NSE"] == ("09:15", "15:30")
    assert hours["NFO"] == ("09:15", "15:40")
    assert hours["MCX"] == ("09:00", "23:55")


@pytest.mark.parametrize("day", ["2026-11-22", "2026-12-25", "2027-01-26"])
async def test_when_nothing_trades_the_list_is_empty(shop: Shop, day: str) -> None:
    assert await shop.data("market/timings", date=day) == []


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-08", "The hours of Diwali Laxmi Pujan (Muhurat Trading) on 08 Nov 2026 are not known here."),
        (
            "2027-03-03",
            f"Whether the exchanges trade on 03 Mar 2027 is not known here: {FIXED}.",
        ),
        ("2030-03-04", "The trading holidays of 2030 are not known here; those of 2024, 2025, 2026 and 2027 are."),
    ],
)
async def test_a_day_not_known_is_neither_open_nor_closed(shop: Shop, day: str, told: str) -> None:
    await shop.enter_sandbox()
    answer = await shop.ask("market/timings", date=day)

    assert (answer.status, answer.body) == (404, {"status": "error", "message": told})


@pytest.mark.parametrize(
    ("endpoint", "body", "told"),
    [
        ("market/holidays", {"year": 2019}, {"year": [RANGE]}),
        ("market/holidays", {"year": 2051}, {"year": [RANGE]}),
        ("market/holidays", {"year": None}, {"year": ["Field may not be null."]}),
        ("market/holidays", {"year": "now"}, {"year": ["Not a valid integer."]}),
        ("market/timings", {}, {"date": [MISSING]}),
        ("market/timings", {"date": 20261123}, {"date": ["Not a valid string."]}),
        ("market/timings", {"date": "23-11-2026"}, "Invalid date format. Use YYYY-MM-DD"),
        ("market/timings", {"date": "2026-02-30"}, "Invalid date format. Use YYYY-MM-DD"),
        ("market/timings", {"date": "20261123"}, "Invalid date format. Use YYYY-MM-DD"),
        ("market/timings", {"date": "2051-01-01"}, "Date must be between 2020-01-01 and 2050-12-31"),
    ],
)
async def test_bad_input_is_told(shop: Shop, endpoint: str, body: dict[str, object], told: object) -> None:
    answer = await shop.ask(endpoint, **body)

    assert (answer.status, answer.body) == (400, {"status": "error", "message": told})
