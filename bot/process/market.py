"""The embedded market: its calendar, instruments, prices and paper books."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random

from bot.settings.brokers import StreamingAddress
from bot.settings.calendar_file import load_calendar
from bot.settings.feed import Feed
from bot.settings.settings import Paper, Settings
from brokers.common.adapter import Adapter, Opening
from brokers.common.http_client import Address
from brokers.connections import BrokerConnections
from brokers.feed.openalgo import OpenAlgoSource
from brokers.feed.polled_feed import PolledFeed, Polling
from brokers.feed.replay_feed import Pace, ReplayFeed
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.feed.tick_file import TickFile
from brokers.paper.engine.events import Rules
from brokers.paper.exchange import Exchange
from brokers.paper.registry import PaperBrokers
from brokers.paper.symbols.contract_table import load_contract_table
from brokers.paper.symbols.imported_listing import ImportedListing
from brokers.paper.symbols.instruments import load_references
from brokers.paper.symbols.listing import PaperListing
from brokers.paper.symbols.paper_instruments import PaperInstruments
from brokers.paper.trading_hours import OutsideHours, TradingHours, trades_until, trading_hours
from core.calendar.calendar import Calendar
from core.clock import Clock
from core.portfolio.paper_book import PaperHead
from core.ports import Checkpoint, RunningFeed
from db.connections.engines import Engines
from db.paper.book_store import SqlPaperStore
from db.paper.imported_instruments import SqlImportedInstruments

NO_IMPORTED_LIST = (
    'paper.instruments is "imported", but no list of instruments came over yet: `countersign import openalgo` with '
    '--apply brings one. Or set it to "bundled".'
)


@dataclass(frozen=True, slots=True)
class EmbeddedMarket:
    """The embedded broker with all that belongs to it."""

    calendar: Calendar
    listing: PaperInstruments
    bundled: PaperListing
    feed: RunningFeed
    hours: TradingHours
    paper: PaperBrokers
    moved: asyncio.Event


def open_market(
    settings: Settings, engines: Engines, clock: Clock, checkpoint: Checkpoint, stack: AsyncExitStack
) -> EmbeddedMarket:
    """Calendar, instruments, prices and paper books as the settings say; `stack` closes what must be closed."""
    calendar = load_calendar(settings.calendar.file)
    hours = trading_hours(OutsideHours(settings.paper.outside_hours), calendar)
    table, last_trade = load_contract_table(settings.contracts.file), partial(trades_until, hours)
    bundled = PaperListing(clock, calendar, table, last_trade)
    imported = ImportedListing(SqlImportedInstruments(engines), clock, last_trade)
    is_bundled = settings.paper.instruments == "bundled"
    listing = PaperInstruments(bundled, imported) if is_bundled else PaperInstruments(imported, bundled)
    feed = _open_feed(settings.feed, listing, clock, stack)
    if is_bundled:
        bundled.follow(feed)
    store = SqlPaperStore(engines, checkpoint)
    exchange = Exchange(listing, feed, clock, hours, _rules(settings.paper))
    moved = asyncio.Event()
    paper = PaperBrokers(store, exchange, moved, PaperHead(settings.paper.starting_capital))
    for one in (listing, bundled):
        one.keep(paper.interest)
    return EmbeddedMarket(calendar, listing, bundled, feed, hours, paper, moved)


def contract_table_date(settings: Settings) -> date:
    """The day of the contract table that these settings lead to. Raises ConfigError."""
    return load_contract_table(settings.contracts.file).as_of


def _rules(paper: Paper) -> Rules:
    return Rules(
        fill_share=paper.fill_share,
        slippage_bps=paper.slippage_bps,
        latency=timedelta(milliseconds=paper.latency_ms),
        latency_jitter=timedelta(milliseconds=paper.latency_jitter_ms),
        stale_after=paper.stale_after,
        is_charged=paper.charges,
        seed=paper.seed,
    )


def _open_feed(settings: Feed, listing: PaperInstruments, clock: Clock, stack: AsyncExitStack) -> RunningFeed:
    # Prices for play and waits between questions, not secrets.
    rng = Random(settings.seed or None)  # noqa: S311
    match settings.source:
        case "simulated":
            return SimulatedFeed(listing, load_references(), clock, rng, settings.tick_every.total_seconds())
        case "replay":
            pace = Pace(settings.speed, settings.loop)
            return ReplayFeed(listing, clock, TickFile(Path(settings.file)), pace)
        case "openalgo":
            source = OpenAlgoSource(settings.url, settings.apikey.get_secret_value(), clock)
            stack.push_async_callback(source.close)
            return PolledFeed(source, listing.find, clock, Polling(settings.poll_every.total_seconds(), rng))


def open_connections(settings: Settings, clock: Clock, stack: AsyncExitStack) -> BrokerConnections:
    """The live brokers of accounts, none of them open yet; `stack` closes them."""
    connections = BrokerConnections(partial(_opening, settings, clock), clock, Random())  # noqa: S311 - jitter
    stack.push_async_callback(connections.close)
    return connections


def _opening(settings: Settings, clock: Clock, adapter: Adapter, credentials: Mapping[str, str]) -> Opening:
    """What an adapter is opened with; its symbol master is kept beside the installation's secret."""
    address = settings.brokers.address_of(adapter.name)
    seconds = address.answer_within.total_seconds(), address.connect_within.total_seconds()
    folder = Path(settings.security.secret_file).parent / "instruments"
    stream_url = address.stream_url if isinstance(address, StreamingAddress) else ""
    where = Address(adapter.title, address.base_url, *seconds)
    return Opening(credentials, where, clock, folder, address.orders_per_second, stream_url)
