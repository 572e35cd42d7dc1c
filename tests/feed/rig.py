"""Feeds that a test drives, on a clock that waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Protocol

from brokers.feed.polled_feed import PolledFeed, Polling
from brokers.feed.replay_feed import Pace, ReplayFeed
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.feed.synthetic_depth import ladder
from brokers.feed.tick_file import Tick, TickFile
from core.market.depth import Depth
from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.ports import RunningFeed
from tests.paper.rig import START, StoppedClock, make_feed, make_listing

SBIN, INFY, NIFTY = ("NSE", "SBIN"), ("NSE", "INFY"), ("NSE_INDEX", "NIFTY")
CALL = ("NFO", "NIFTY29DEC2626000CE")
HEADER = "time,exchange,symbol,ltp"
FULL = f"{HEADER},bid,ask,bid_size,ask_size,volume"


def make_quote(ticker: Ticker, ltp: Decimal, at: datetime) -> Quote:
    """A quote of five paise on each side and no sizes."""
    step = Decimal("0.05")
    return Quote(*ticker, ltp, ltp - step, ltp + step, ltp, ltp, ltp, ltp, 100, at)


class FakeSource:
    """Implements core.ports.QuoteSource; what it was asked for is in `asked`."""

    def __init__(self, clock: StoppedClock) -> None:
        self.name = "a fake"
        self.prices: dict[Ticker, Decimal] = {}
        self.deep = True
        self.fault: Exception | None = None
        self.asked: list[Sequence[Ticker]] = []
        self.asked_deep: list[Ticker] = []
        self._clock = clock

    async def fetch(self, tickers: Sequence[Ticker]) -> Sequence[Quote]:
        """What `prices` has."""
        self.asked.append(tickers)
        if self.fault:
            raise self.fault
        now = self._clock.now()
        return [make_quote(ticker, self.prices[ticker], now) for ticker in tickers if ticker in self.prices]

    async def fetch_depth(self, exchange: str, symbol: str) -> Depth | None:
        """Five levels, unless it is not `deep`."""
        ticker = exchange, symbol
        self.asked_deep.append(ticker)
        if self.fault:
            raise self.fault
        instrument = make_listing(self._clock).find(*ticker)
        if not self.deep or ticker not in self.prices or instrument is None:
            return None
        quote = make_quote(ticker, self.prices[ticker], self._clock.now())
        return ladder(instrument, replace(quote, bid_size=7, ask_size=9))


class Stage(Protocol):
    """A feed under test, and how its prices move."""

    clock: StoppedClock

    @property
    def feed(self) -> RunningFeed:
        """The one under test."""
        ...

    async def show(self, ticker: Ticker, ltp: Decimal) -> None:
        """This is the price now, and listeners have heard so."""
        ...

    async def settle(self) -> None:
        """Give the feed its turn without a new price."""
        ...


class SimulatedStage:
    """Pinned prices."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.feed: SimulatedFeed = make_feed(self.clock)

    async def show(self, ticker: Ticker, ltp: Decimal) -> None:
        """Unpinned at once: the next tick moves it."""
        self.feed.pin(*ticker, ltp)
        self.feed.unpin(*ticker)

    async def settle(self) -> None:
        """Prices come by themselves."""


class ReplayStage:
    """Ticks played by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock = StoppedClock()
        path = folder / "ticks.csv"
        path.write_text(f"{HEADER}\n2026-01-05T09:15:00,NSE,SBIN,800\n", encoding="utf-8")
        self.feed = ReplayFeed(make_listing(self.clock), self.clock, TickFile(path), Pace())

    async def show(self, ticker: Ticker, ltp: Decimal) -> None:
        """One tick."""
        self.feed.show(Tick(START, ticker, ltp, None, None, None, None, None))

    async def settle(self) -> None:
        """Prices come by themselves."""


class PolledStage:
    """A source that answers what the test says."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.source = FakeSource(self.clock)
        self.source.prices[NIFTY] = Decimal(26_000)
        polling = Polling(1, Random(1))
        self.listing = make_listing(self.clock)
        self.feed = PolledFeed(self.source, self.listing.find, self.clock, polling)

    async def show(self, ticker: Ticker, ltp: Decimal) -> None:
        """The source knows it, somebody looks, and the next poll brings it."""
        self.source.prices[ticker] = ltp
        self.feed.quote(*ticker)
        await self.feed.poll_once()

    async def settle(self) -> None:
        """Poll."""
        await self.feed.poll_once()


@dataclass
class Sleeper:
    """Stands in for asyncio.sleep: time passes at once, and `stop_after` sleeps it ends the run."""

    clock: StoppedClock
    stop_after: int

    def __post_init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Note it, and let it pass."""
        if len(self.slept) == self.stop_after:
            raise Stopped
        self.slept.append(seconds)
        self.clock.advance(seconds=seconds)


class Stopped(Exception):
    """The test has seen enough."""


def written(folder: Path, *lines: str) -> TickFile:
    """A file of these lines."""
    path = folder / "ticks.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TickFile(path)


def rupees(*amounts: int | str) -> list[Decimal]:
    """Prices."""
    return [Decimal(amount) for amount in amounts]


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
