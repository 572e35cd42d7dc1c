"""Where prices come from another server, so does the past: what that one tells is passed on as it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from brokers.feed.openalgo import OpenAlgoSource
from core.errors import BrokerUnavailable
from core.market.candles import CandleQuery
from core.services.market import candle_history
from tests.factories import SettableClock
from tests.runtime import Spine
from tests.webhook.market.test_history import ASKED, MONDAY, OPEN, record
from tests.webhook.market.test_quote_source import runtime_on
from tests.webhook.market_client import CALL, SBIN
from tests.webhook.talking import Http
from webhook.application import HttpSettings, build_application

DAY = [{"timestamp": 1795392000, "open": 800, "high": 812.5, "low": 795, "close": 801, "volume": 7, "oi": 0}]


class Upstream:
    """A server whose answers are set, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, object]] = {
            "history": (200, {"status": "success", "data": DAY}),
            "intervals": (200, {"status": "success", "data": {"days": ["D"], "weeks": ["W"], "hours": []}}),
        }
        self.asked: list[Any] = []

    async def answer(self, request: web.Request) -> web.Response:
        """What was set."""
        self.asked.append(await request.json())
        status, body = self.answers[request.match_info["endpoint"]]
        return web.json_response(body, status=status)


@pytest.fixture
async def upstream() -> AsyncIterator[tuple[Upstream, str]]:
    """It, and where it listens."""
    server, app = Upstream(), web.Application()
    app.router.add_post("/api/v1/{endpoint}", server.answer)
    async with TestServer(app) as running:
        yield server, str(running.make_url(""))


class Asking:
    """A client of a Countersign whose prices are another server's."""

    def __init__(self, http: Http, key: str) -> None:
        self._http = http
        self._key = key

    async def __call__(self, endpoint: str, **body: object) -> tuple[int, Any]:
        """Status and body."""
        answer = await self._http.post(endpoint, {"apikey": self._key, **body})
        return answer.status, answer.body


@pytest.fixture
async def ask(
    tmp_path: Path, spine: Spine, upstream: tuple[Upstream, str], clock: SettableClock
) -> AsyncIterator[Asking]:
    """It runs on the spine's own database, so that the key is good there too."""
    await spine.runtime.candle_recorder.keep()
    async with runtime_on(upstream[1], "theirs", tmp_path, clock) as (runtime, _):
        application = build_application(runtime.services, HttpSettings())
        async with TestClient(TestServer(application)) as client:
            yield Asking(Http(client), spine.secret)


async def test_candles_are_passed_on(ask: Asking, upstream: tuple[Upstream, str]) -> None:
    status, body = await ask("history", **ASKED, interval="D")

    assert (status, body) == (200, {"status": "success", "data": DAY})
    assert upstream[0].asked == [{"apikey": "theirs", **ASKED, "interval": "D"}]


async def test_intervals_are_those_of_the_other(ask: Asking) -> None:
    _, body = await ask("intervals")

    assert {name: some for name, some in body["data"].items() if some} == {"days": ["D"], "weeks": ["W"]}


async def test_the_record_of_one_s_own_is_asked_for_by_name(
    ask: Asking, upstream: tuple[Upstream, str], spine: Spine
) -> None:
    await record(spine, OPEN, 45, feed=f"openalgo at {upstream[1].removeprefix('http://').rstrip('/')}")

    _, body = await ask("history", **ASKED, interval="15m", source="db")
    assert [one["close"] for one in body["data"]] == [815, 830, 845]
    assert upstream[0].asked == []


NO = {"status": "error", "message": "No 7m for theirs"}
REFUSED: dict[str, tuple[tuple[int, object], int, str]] = {
    "its no": ((400, NO), 400, "says: No 7m for [hidden]"),
    "a wrong key": ((403, NO), 503, "refuses the API key"),
    "too many questions": ((429, NO), 503, "asks for fewer questions"),
    "a fault": ((500, NO), 503, "answered 500: No 7m for [hidden]"),
    "another form": ((200, {"candles": []}), 503, "answered 200, but not as OpenAlgo does"),
}


@pytest.mark.parametrize(("answer", "status", "said"), REFUSED.values(), ids=REFUSED)
async def test_what_is_no_answer_is_told_in_words(
    ask: Asking, upstream: tuple[Upstream, str], answer: tuple[int, object], status: int, said: str
) -> None:
    upstream[0].answers["history"] = answer

    got, body = await ask("history", **ASKED, interval="7m")
    assert got == status
    assert said in body["message"]


@pytest.mark.parametrize("interval", ["", "5", "hour", "m5", "5m; DROP"])
async def test_what_is_no_interval_is_asked_of_nobody(
    ask: Asking, upstream: tuple[Upstream, str], interval: str
) -> None:
    status, body = await ask("history", **ASKED, interval=interval)

    assert (status, upstream[0].asked) == (400, [])
    assert body["message"] == f"{interval} is no interval such as 1m, 5m, 1h or D."


async def test_what_is_not_listed_is_asked_of_nobody(ask: Asking, upstream: tuple[Upstream, str]) -> None:
    status, _ = await ask("history", symbol="Z", exchange="NSE", **MONDAY, interval="D")

    assert (status, upstream[0].asked) == (400, [])


async def test_more_than_can_be_answered_is_refused(
    ask: Asking, upstream: tuple[Upstream, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candle_history, "MOST_CANDLES", 1)
    upstream[0].answers["history"] = 200, {"status": "success", "data": DAY * 2}

    assert (await ask("history", **ASKED, interval="D"))[0] == 400


async def test_one_that_does_not_answer_is_given_up(upstream: tuple[Upstream, str], clock: SettableClock) -> None:
    source = OpenAlgoSource(upstream[1], "theirs", clock, past_within=1e-9)
    query = CandleQuery("NSE", "SBIN", "D", clock.now().date(), clock.now().date() + timedelta(days=1))
    with pytest.raises(BrokerUnavailable, match="did not answer within"):
        await source.fetch_candles(query)
    await source.close()


TIMES = {
    "seconds": 1795405500,
    "seconds as text": "1795405500",
    "a text of india": "2026-11-23 09:15:00+05:30",
    "a text without an offset": "2026-11-23 09:15:00",
}


@pytest.mark.parametrize("told", TIMES.values(), ids=TIMES)
async def test_times_may_be_told_in_several_forms(ask: Asking, upstream: tuple[Upstream, str], told: object) -> None:
    upstream[0].answers["history"] = 200, {"status": "success", "data": [DAY[0] | {"timestamp": told}]}

    _, body = await ask("history", **ASKED, interval="5m")
    assert body["data"][0]["timestamp"] == 1795405500


async def test_one_countersign_reads_the_past_of_another(tmp_path: Path, spine: Spine, clock: SettableClock) -> None:
    await record(spine, OPEN, 45)
    async with TestServer(build_application(spine.services, HttpSettings())) as server:
        source = OpenAlgoSource(str(server.make_url("")), spine.secret, clock)
        query = CandleQuery(SBIN["exchange"], SBIN["symbol"], "15m", clock.now().date(), clock.now().date())
        found = await source.fetch_candles(query)
        nothing = await source.fetch_candles(replace(query, exchange=CALL["exchange"], symbol=CALL["symbol"]))
        intervals = await source.fetch_intervals()
        await source.close()

    assert [int(one.close) for one in found] == [815, 830, 845]
    assert list(nothing) == []
    assert intervals.minutes[0] == "1m"
