"""One Countersign's sandbox on another's prices, over real HTTP: both speak OpenAlgo's API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.feed import Feed
from brokers.feed.openalgo import OpenAlgoSource
from brokers.feed.polled_feed import PolledFeed
from brokers.paper.book.order_numbers import BookKey
from core.accounts import TradingMode
from core.errors import BrokerRefused, BrokerUnavailable
from core.ids import AccountId, ClientOrderId
from core.orders.states import BrokerStatus
from tests.factories import SettableClock, some_terms
from tests.runtime import Spine, settings_for
from tests.waiting import until
from webhook.application import HttpSettings, build_application
from webhook.request.rate_limits import HttpLimits

SBIN, NIFTY, CALL = ("NSE", "SBIN"), ("NSE_INDEX", "NIFTY"), ("NFO", "NIFTY29DEC2626000CE")


@pytest.fixture
async def url(spine: Spine) -> AsyncIterator[str]:
    """Where the Countersign that has prices listens."""
    async with TestServer(build_application(spine.services, HttpSettings(limits=HttpLimits()))) as server:
        yield str(server.make_url(""))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Where the Countersign that asks keeps its files."""
    folder = tmp_path / "other"
    folder.mkdir()
    return folder


@asynccontextmanager
async def asking(url: str, key: str, clock: SettableClock) -> AsyncIterator[OpenAlgoSource]:
    """A source that is closed in the end."""
    source = OpenAlgoSource(url, key, clock)
    yield source
    await source.close()


@asynccontextmanager
async def runtime_on(
    url: str, key: str, folder: Path, clock: SettableClock
) -> AsyncIterator[tuple[Runtime, PolledFeed]]:
    """A Countersign whose prices are those at `url`."""
    feed = Feed.model_validate({"source": "openalgo", "url": url, "apikey": key})
    async with open_runtime(settings_for(folder, feed=feed), clock) as runtime:
        assert isinstance(runtime.feed, PolledFeed)
        yield runtime, runtime.feed


async def test_quotes_arrive_as_they_were_sent(spine: Spine, url: str, clock: SettableClock) -> None:
    async with asking(url, spine.secret, clock) as source:
        got = await source.fetch([SBIN, NIFTY, CALL, ("NSE", "NOPE")])

    sent = [spine.feed.quote(*ticker) for ticker in (SBIN, NIFTY, CALL)]
    assert list(got) == [replace(one, bid_size=0, ask_size=0, at=clock.now()) for one in sent if one]


async def test_depth_arrives_as_it_was_sent(spine: Spine, url: str, clock: SettableClock) -> None:
    async with asking(url, spine.secret, clock) as source:
        got = await source.fetch_depth(*CALL)
        index = await source.fetch_depth(*NIFTY)
        unknown = await source.fetch_depth("NSE", "NOPE")

    assert got == spine.feed.depth(*CALL)
    assert index is not None
    assert not index.bids
    assert not index.quote.bid
    assert unknown is None


async def test_a_wrong_key_is_told_without_the_key(spine: Spine, url: str, clock: SettableClock) -> None:
    wrong = spine.secret[:-4] + "AAAA"
    async with asking(url, wrong, clock) as source:
        with pytest.raises(
            BrokerUnavailable, match=r"no broker session, or refuses .* check feed\.apikey"
        ) as refusal:
            await source.fetch([SBIN])

    assert wrong not in str(refusal.value)


async def test_the_sandbox_trades_at_the_prices_of_the_other(
    spine: Spine, url: str, clock: SettableClock, other: Path
) -> None:
    async with runtime_on(url, spine.secret, other, clock) as (runtime, feed):
        book = runtime.paper.book(BookKey(TradingMode.SANDBOX, AccountId(1)))
        with pytest.raises(BrokerRefused, match="NSE has no price for it"):
            await book.add_order(ClientOrderId("CS000001"), some_terms(), "momentum")
        await feed.poll_once()
        again = await book.add_order(ClientOrderId("CS000002"), some_terms(), "momentum")

    assert (again.status, again.average_price) == (BrokerStatus.COMPLETE, Decimal(800))


async def test_readiness_names_a_source_that_refuses(url: str, clock: SettableClock, other: Path) -> None:
    async with runtime_on(url, "wrong", other, clock) as (runtime, feed):
        health = runtime.services.health
        assert (await health.readiness())["prices"] == ""
        assert health.prices().endswith(", no tick yet")
        feed.quote(*SBIN)
        running = asyncio.create_task(feed.run())
        await until(lambda: bool(feed.state.problem))
        told = (await health.readiness())["prices"]
        running.cancel()

    assert told.startswith(f"{feed.state.source}, no tick yet: {feed.state.source} has no broker session, or refuses")
