"""GET /api/v1/ticker/{symbol}: past prices as JSON, or a line for each candle."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.services.market import candle_history
from tests.webhook.market.test_history import OPEN, record
from tests.webhook.market_client import NOT_FOUND, Shop

PATH = "/api/v1/ticker"
TODAY = {"from": "2026-11-23", "to": "2026-11-23"}


@pytest.fixture
async def recorded(shop: Shop) -> Shop:
    """The first three quarters of an hour are recorded."""
    await record(shop.spine, OPEN, 45)
    return shop


async def ask(shop: Shop, symbol: str = "NSE:SBIN", **asked: str) -> tuple[int, str, Any]:
    """Status, kind and body."""
    given = {"apikey": shop.spine.secret, **TODAY} | asked
    async with shop.http.client.get(f"{PATH}/{symbol}", params=given) as answer:
        body = await (answer.json() if answer.content_type == "application/json" else answer.text())
        return answer.status, answer.content_type, body


async def test_it_is_what_history_answers(recorded: Shop) -> None:
    asked = {"symbol": "SBIN", "exchange": "NSE", "start_date": TODAY["from"], "end_date": TODAY["to"]}
    for interval in ("15m", "D"):
        by_history = await recorded.ask("history", **asked, interval=interval)

        assert await ask(recorded, interval=interval) == (200, "application/json", by_history.body)


async def test_without_an_interval_it_is_days(recorded: Shop) -> None:
    _, _, body = await ask(recorded)

    assert [one["timestamp"] for one in body["data"]] == [datetime(2026, 11, 23, tzinfo=UTC).timestamp()]


async def test_text_has_a_line_for_each_candle_with_its_time_in_india(recorded: Shop) -> None:
    status, kind, text = await ask(recorded, interval="15m", format="txt")

    assert (status, kind) == (200, "text/plain")
    assert text.splitlines() == [
        "NSE:SBIN,2026-11-23,09:15:00,800,816,800,815,150",
        "NSE:SBIN,2026-11-23,09:30:00,815,831,815,830,150",
        "NSE:SBIN,2026-11-23,09:45:00,830,846,830,845,150",
    ]


async def test_a_day_s_line_has_no_time(recorded: Shop) -> None:
    assert (await ask(recorded, format="txt"))[2] == "NSE:SBIN,2026-11-23,800,846,800,845,450\n"


async def test_nothing_is_an_empty_text(shop: Shop) -> None:
    assert await ask(shop, format="txt") == (200, "text/plain", "")


async def test_a_symbol_alone_is_one_of_nse(recorded: Shop) -> None:
    assert (await ask(recorded, "SBIN"))[2] == (await ask(recorded))[2]


@pytest.mark.parametrize(("interval", "days"), [("1m", 30), ("D", 3653)])
async def test_no_more_than_openalgo_answers(shop: Shop, interval: str, days: int) -> None:
    for back in (days + 1, days):
        await record(shop.spine, OPEN - timedelta(days=back), 1)

    _, _, body = await ask(shop, interval=interval, **{"from": "2000-01-01"})
    assert len(body["data"]) == 1


async def test_what_openalgo_does_not_read_is_not_read(recorded: Shop) -> None:
    assert (await ask(recorded, adjusted="true", sort="desc"))[2] == (await ask(recorded))[2]


async def test_the_key_may_stay_out_of_the_address(recorded: Shop) -> None:
    header = {"X-API-KEY": recorded.spine.secret}
    async with recorded.http.client.get(f"{PATH}/NSE:SBIN", params=TODAY, headers=header) as answer:
        assert answer.status == 200


WRONG: list[tuple[str, dict[str, str], int, object]] = [
    ("NSE:SBIN", {"apikey": "cs_wrong"}, 403, "Invalid openalgo apikey"),
    ("NSE:Z", {}, 400, NOT_FOUND),
    ("NSE:SBIN", {"from": "soon"}, 400, "Invalid date format. Use YYYY-MM-DD"),
    ("NSE:SBIN", {"to": "2026-11-22"}, 400, "The start date must not be after the end date."),
    ("NSE:SBIN", {"format": "xml"}, 400, {"format": ["Must be one of: json, txt."]}),
    ("MARS:SBIN", {}, 400, None),
    ("NSE:SBIN", {"interval": "7m"}, 400, None),
]


@pytest.mark.parametrize(("symbol", "asked", "status", "said"), WRONG)
async def test_what_is_wrong_is_said(
    shop: Shop, symbol: str, asked: dict[str, str], status: int, said: object
) -> None:
    got, kind, body = await ask(shop, symbol, **asked)

    assert (got, kind, body["status"]) == (status, "application/json", "error")
    assert said is None or body["message"] == said


async def test_days_are_needed(shop: Shop) -> None:
    answer = await shop.http.get(f"{PATH}/NSE:SBIN?apikey={shop.spine.secret}")

    assert answer.body["message"] == {
        name: ["Missing data for required field."] for name in ("start_date", "end_date")
    }


async def test_who_asked_for_text_is_refused_in_text(shop: Shop) -> None:
    assert await ask(shop, "NSE:Z", format="txt") == (400, "text/plain", NOT_FOUND)
    assert await ask(shop, apikey="cs_wrong", format="txt") == (403, "text/plain", "Invalid openalgo apikey")


async def test_more_than_can_be_answered_is_refused(recorded: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candle_history, "MOST_CANDLES", 40)

    assert (await ask(recorded, interval="1m"))[0] == 400
