"""OpenAlgo's answers are read as they are; every other answer is a source that is not available, in words."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from brokers.feed.openalgo import OpenAlgoSource
from brokers.feed.openalgo_wire import parse_quotes
from core.errors import BrokerUnavailable
from core.market.depth import Level
from tests.feed.rig import CALL, INFY, NIFTY, SBIN
from tests.paper.rig import StoppedClock

SAMPLES = Path(__file__).parents[1] / "samples" / "openalgo"
KEY = "5f1c2d9b7e" * 6
CLOCK = StoppedClock()


@dataclass
class Server:
    """Answers every question alike, and remembers them."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    before: Callable[[], Any] = field(default=lambda: asyncio.sleep(0))

    async def answer(self, request: web.Request) -> web.Response:
        """What was set."""
        self.asked.append((request.path, await request.json()))
        await self.before()
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@asynccontextmanager
async def asking(server: Server, patience: float = 5) -> AsyncIterator[OpenAlgoSource]:
    """A source over a server of one's own."""
    app = web.Application()
    app.router.add_post("/api/v1/{endpoint}", server.answer)
    async with TestServer(app) as running:
        source = OpenAlgoSource(str(running.make_url("/")), KEY, CLOCK, patience)
        yield source
        await source.close()


def sample(name: str) -> bytes:
    """A body as it was sent."""
    return (SAMPLES / name).read_bytes()


async def test_quotes_are_read_with_the_moment_of_the_question() -> None:
    server = Server(body=sample("multiquotes.json"))
    async with asking(server) as source:
        asked_at = CLOCK.now()

        async def take_a_second() -> None:
            CLOCK.advance(seconds=1)

        server.before = take_a_second
        quotes = {(one.exchange, one.symbol): one for one in await source.fetch([SBIN, NIFTY])}

    sbin, option = quotes[SBIN], quotes[CALL]
    assert (sbin.ltp, sbin.bid, sbin.ask) == (Decimal("972.85"), Decimal("972.85"), Decimal("972.9"))
    assert (sbin.open, sbin.high, sbin.low, sbin.prev_close, sbin.volume) == (
        Decimal("970.0"),
        Decimal("975.0"),
        Decimal("968.1"),
        Decimal("969.4"),
        5312870,
    )
    assert (sbin.at, sbin.bid_size, sbin.ask_size) == (asked_at, 0, 0)
    assert (option.ltp, option.open, option.volume) == (Decimal("431.5"), Decimal(0), 98150)
    assert (quotes[NIFTY].ltp, quotes[NIFTY].volume) == (Decimal("26055.05"), 0)


def test_what_has_no_price_or_none_that_can_be_read_is_left_out() -> None:
    quotes = parse_quotes(sample("multiquotes.json"), CLOCK.now())

    assert {(one.exchange, one.symbol) for one in quotes} == {SBIN, NIFTY, CALL, INFY}


async def test_the_question_is_openalgos() -> None:
    server = Server(body=sample("multiquotes.json"))
    async with asking(server) as source:
        await source.fetch([SBIN])
        server.body = sample("depth.json")
        await source.fetch_depth(*SBIN)

    sbin = {"symbol": "SBIN", "exchange": "NSE"}
    assert server.asked == [
        ("/api/v1/multiquotes", {"apikey": KEY, "symbols": [sbin]}),
        ("/api/v1/depth", {"apikey": KEY, **sbin}),
    ]


async def test_depth_is_read_without_the_levels_that_fill_it_up() -> None:
    async with asking(Server(body=sample("depth.json"))) as source:
        depth = await source.fetch_depth(*SBIN)

    assert depth is not None
    assert (len(depth.bids), len(depth.asks)) == (5, 2)
    assert depth.bids[0] == Level(Decimal("972.85"), 77)
    assert (depth.quote.bid, depth.quote.bid_size) == (Decimal("972.85"), 77)
    assert (depth.quote.ask, depth.quote.ask_size) == (Decimal("972.9"), 1204)
    assert (depth.total_bid, depth.total_ask, depth.last_quantity) == (812345, 654321, 15)


REFUSED = json.dumps({"status": "error", "message": "Symbol 'Z' not found"}).encode()


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_depth_that_is_refused_is_none(status: int) -> None:
    async with asking(Server(status, REFUSED)) as source:
        assert await source.fetch_depth("NSE", "Z") is None


NO_ENTRY = "has no broker session, or refuses the API key; log in to the broker there, and check feed.apikey"
BROKEN = [
    (403, b'{"status":"error","message":"Invalid openalgo apikey"}', NO_ENTRY),
    (401, b"", NO_ENTRY),
    (429, b"", "asks for fewer questions; make feed.poll_every longer"),
    (500, b"<html>oops</html>", "answered 500, but not as OpenAlgo does; check feed.url"),
    (301, b"", "answered 301, but not as OpenAlgo does; check feed.url"),
    (200, b"", "answered 200, but not as OpenAlgo does; check feed.url"),
    (200, b'{"status":"success"}', "answered 200, but not as OpenAlgo does; check feed.url"),
    (200, b"[" * 100_000, "answered 200, but not as OpenAlgo does; check feed.url"),
    (
        200,
        b'{"status":"error","message":"Broker\\n\\u001b[2Jsession expired"}',
        "answered 200: Broker [2Jsession expired",
    ),
    (200, b"x" * 2_000_001, "answered with more than 2,000,000 bytes"),
]


@pytest.mark.parametrize("endpoint", ["multiquotes", "depth"])
@pytest.mark.parametrize(("status", "body", "told"), BROKEN)
async def test_every_other_answer_is_told_in_words(endpoint: str, status: int, body: bytes, told: str) -> None:
    elsewhere = {"Location": "/api/v1/elsewhere"} if status == 301 else {}
    server = Server(status, body, elsewhere)
    async with asking(server) as source:
        with pytest.raises(BrokerUnavailable) as refusal:
            await (source.fetch([SBIN]) if endpoint == "multiquotes" else source.fetch_depth(*SBIN))

    assert str(refusal.value) == f"{source.name} {told}"
    assert source.name.startswith("openalgo at 127.0.0.1:")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [200, 400, 403, 500])
async def test_the_key_is_not_in_what_is_told_even_if_the_server_says_it(status: int) -> None:
    message = f"unknown key {KEY} {'x' * 150} {KEY}"
    async with asking(Server(status, json.dumps({"status": "error", "message": message}).encode())) as source:
        with pytest.raises(BrokerUnavailable) as refusal:
            await source.fetch([SBIN])

    assert KEY[:10] not in f"{refusal.value} {source.name}"
    assert refusal.value.__cause__ is None


async def test_a_server_that_is_not_there_is_told() -> None:
    async with asking(Server()) as source:
        pass
    gone = OpenAlgoSource(f"http://{source.name.removeprefix('openalgo at ')}", KEY, CLOCK)
    with pytest.raises(BrokerUnavailable, match=r"cannot be reached \(ClientConnectorError\); is it running\?"):
        await gone.fetch([SBIN])
    await gone.close()


async def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    never = asyncio.Event()
    async with asking(Server(before=never.wait), patience=0.05) as source:
        with pytest.raises(BrokerUnavailable, match=r"did not answer within 0\.05 s"):
            await source.fetch([SBIN])
        never.set()
