"""Candles over HTTP, made of what was recorded: SBIN opened at 09:15 in India, and it is 10:00."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.market.candles import Candle
from core.market.instruments import Ticker
from core.services.market import candle_history
from db.records.candle_store import SqlCandles
from tests.factories import START
from tests.runtime import Spine
from tests.webhook.market_client import CALL, MISSING, NOT_FOUND, SBIN, Shop, open_shop
from tests.webhook.scripting import Script

OPEN = START - timedelta(minutes=45)
MONDAY = {"start_date": "2026-11-23", "end_date": "2026-11-23"}
ASKED = SBIN | MONDAY


async def record(
    spine: Spine, since: datetime, minutes: int, feed: str = "simulated", ticker: Ticker = ("NSE", "SBIN")
) -> None:
    """Prices that rise by a rupee a minute, each minute from 800 + n to 802 + n, ten units each."""
    steps = [Decimal(800 + number) for number in range(minutes)]
    made = [
        Candle(since + timedelta(minutes=number), low, low + 2, low, low + 1, 10, 5)
        for number, low in enumerate(steps)
    ]
    await SqlCandles(spine.runtime.engines).keep(feed, [(ticker, one) for one in made])


@pytest.fixture
async def recorded(shop: Shop) -> Shop:
    """The first three quarters of an hour are recorded, and the recorder runs."""
    await record(shop.spine, OPEN, 45)
    await shop.spine.runtime.candle_recorder.keep()
    return shop


def row(at: datetime, first: int, last: int, volume: int) -> dict[str, Any]:
    """A candle of recorded minutes from one to another."""
    prices = {"open": 800 + first, "high": 802 + last, "low": 800 + first, "close": 801 + last}
    return {"timestamp": int(at.timestamp()), **prices, "volume": volume, "oi": 5}


async def test_minutes_are_answered_as_they_are_recorded(recorded: Shop) -> None:
    data: Any = await recorded.data("history", **ASKED, interval="1m")

    assert len(data) == 45
    assert data[0] == row(OPEN, 0, 0, 10)
    assert data[-1] == row(OPEN + timedelta(minutes=44), 44, 44, 10)


@pytest.mark.parametrize(("interval", "minutes"), [("3m", 3), ("15m", 15), ("1h", 60), ("4h", 240)])
async def test_longer_candles_begin_at_the_open(recorded: Shop, interval: str, minutes: int) -> None:
    data: Any = await recorded.data("history", **ASKED, interval=interval)

    length = min(minutes, 45)
    assert data[0] == row(OPEN, 0, length - 1, 10 * length)
    assert [one["timestamp"] for one in data] == [
        int((OPEN + timedelta(minutes=start)).timestamp()) for start in range(0, 45, minutes)
    ]


async def test_a_day_is_told_as_the_client_reads_it(recorded: Shop) -> None:
    assert await recorded.data("history", **ASKED, interval="D") == [
        row(datetime(2026, 11, 23, tzinfo=UTC), 0, 44, 450)
    ]


async def test_the_minute_that_forms_is_there_too(recorded: Shop) -> None:
    recorded.spine.feed.pin("NSE", "SBIN", Decimal(900))
    recorded.spine.feed.pin("NSE", "SBIN", Decimal(901))

    data: Any = await recorded.data("history", **ASKED, interval="1m")
    assert data[-1] == dict.fromkeys(("open", "high", "low", "close"), 901) | {
        "timestamp": int(START.timestamp()),
        "volume": 0,
        "oi": 0,
    }


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [("22", "22", []), ("23", "23", [23]), ("22", "24", [23, 24]), ("24", "24", [24]), ("25", "30", [])],
)
async def test_both_days_are_days_of_india(recorded: Shop, first: str, last: str, found: list[int]) -> None:
    # The last minute of the 23rd, and the first of the 24th.
    await record(recorded.spine, datetime(2026, 11, 23, 18, 29, tzinfo=UTC), 2)

    days = {"start_date": f"2026-11-{first}", "end_date": f"2026-11-{last}"}
    data: Any = await recorded.data("history", **SBIN, **days, interval="D")
    assert [datetime.fromtimestamp(one["timestamp"], UTC).day for one in data] == found


async def test_since_when_candles_are_recorded_is_said_where_some_are_missing(recorded: Shop) -> None:
    whole = await recorded.ask("history", **ASKED | {"start_date": "2026-11-20"}, interval="5m")
    none = await recorded.ask("history", **SBIN, start_date="2026-11-20", end_date="2026-11-20", interval="5m")
    never = await recorded.ask("history", **CALL, **MONDAY, interval="5m")

    since = "Candles of SBIN are recorded since 2026-11-23 09:15:00 IST."
    assert (whole.status, len(whole.body["data"]), whole.body["message"]) == (200, 9, since)
    assert (none.status, none.body) == (200, {"status": "success", "data": [], "message": since})
    assert never.body["data"] == []
    assert never.body["message"] == (
        f"No candles of {CALL['symbol']} are recorded yet; they are from now on, while its prices come."
    )


async def test_what_was_asked_for_is_recorded_from_then_on(recorded: Shop) -> None:
    await recorded.ask("history", **CALL, **MONDAY, interval="1m")
    for price in (25900, 26100, 26200):
        recorded.spine.feed.pin("NSE_INDEX", "NIFTY", Decimal(price))
        recorded.spine.feed.tick_once()

    assert len(await recorded.data("history", **CALL, **MONDAY, interval="1m")) == 1  # type: ignore[arg-type]


async def test_an_interval_that_there_is_not_is_refused_with_those_that_there_are(recorded: Shop) -> None:
    answer = await recorded.ask("history", **ASKED, interval="7m")

    assert (answer.status, answer.body["message"]) == (
        400,
        "There are no candles of 7m here, but of 1m, 2m, 3m, 5m, 10m, 15m, 30m, 1h, 2h, 4h, D.",
    )


async def test_the_intervals_are_those_that_history_has(recorded: Shop) -> None:
    data: Any = await recorded.data("intervals")

    assert data == {
        "months": [],
        "weeks": [],
        "days": ["D"],
        "hours": ["1h", "2h", "4h"],
        "minutes": ["1m", "2m", "3m", "5m", "10m", "15m", "30m"],
        "seconds": [],
    }
    for interval in (one for some in data.values() for one in some):
        assert await recorded.data("history", **ASKED, interval=interval)


WRONG: list[tuple[dict[str, Any], object]] = [
    ({"symbol": "Z"}, NOT_FOUND),
    ({"start_date": "23-11-2026"}, "Invalid date format. Use YYYY-MM-DD"),
    ({"end_date": "2026-02-30"}, "Invalid date format. Use YYYY-MM-DD"),
    ({"start_date": "2026-11-24"}, "The start date must not be after the end date."),
    ({"source": "web"}, {"source": ["Must be one of: api, db."]}),
    ({"x": 1}, {"x": ["Unknown field."]}),
]


@pytest.mark.parametrize(("field", "said"), WRONG)
async def test_what_is_wrong_is_said(shop: Shop, field: dict[str, Any], said: object) -> None:
    answer = await shop.ask("history", **ASKED | {"interval": "5m"} | field)

    assert (answer.status, answer.body["message"]) == (400, said)


async def test_nothing_may_be_missing(shop: Shop) -> None:
    answer = await shop.ask("history")

    fields = ("symbol", "exchange", "interval", "start_date", "end_date")
    assert answer.body["message"] == {name: [MISSING] for name in fields}


async def test_both_sources_are_the_record_where_nobody_else_knows(recorded: Shop) -> None:
    answers = [await recorded.data("history", **ASKED, interval="5m", source=one) for one in ("api", "db")]

    assert answers[0] == answers[1]


async def test_both_modes_see_the_same_prices(recorded: Shop) -> None:
    live = await recorded.ask("history", **ASKED, interval="5m")
    await recorded.enter_sandbox()

    assert (await recorded.ask("history", **ASKED, interval="5m")).body == live.body


async def test_prices_of_another_feed_are_no_past_of_this_one(recorded: Shop) -> None:
    await record(recorded.spine, OPEN - timedelta(days=1), 45, feed="openalgo at 10.0.0.1:5000")
    await record(recorded.spine, OPEN - timedelta(days=1), 45, feed="zerodha of account 1")

    yesterday = {"start_date": "2026-11-22", "end_date": "2026-11-22"}
    assert await recorded.data("history", **SBIN, **yesterday, interval="5m") == []


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("MOST_CANDLES", "These are 45 candles, and no more than 40 are answered at once. "),
        ("MOST_MINUTES", "More than 40 minutes are recorded of these days. Ask for fewer."),
    ],
)
async def test_more_than_can_be_answered_is_refused(
    recorded: Shop, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    monkeypatch.setattr(candle_history, limit, 40)

    answer = await recorded.ask("history", **ASKED, interval="1m")
    assert answer.status == 400
    assert answer.body["message"].startswith(said)


# What pandas says of the client's own code.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
async def test_openalgo_s_client_makes_a_table_of_it(script: Script) -> None:
    await record(script.spine, OPEN, 45)

    minutes = await script("history", **ASKED, interval="15m")
    days = await script("history", **ASKED, interval="D")
    nothing = await script("history", **SBIN, start_date="2026-11-20", end_date="2026-11-20", interval="D")

    assert [f"{at:%H:%M %z}" for at in minutes.index] == ["09:15 +0530", "09:30 +0530", "09:45 +0530"]
    assert list(minutes["close"]) == [815, 830, 845]
    assert list(minutes["volume"]) == [150, 150, 150]
    assert [str(at) for at in days.index] == ["2026-11-23 00:00:00"]
    assert nothing["error_type"] == "no_data"


async def test_a_shop_without_a_recorder_still_answers(spine: Spine) -> None:
    async with open_shop(spine) as shop:
        assert await shop.data("history", **ASKED, interval="1m") == []
