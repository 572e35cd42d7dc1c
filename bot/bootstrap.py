"""The composition root: settings to adapters to services to faces, on one exit stack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.failpoints import checkpoint_from_environment
from bot.secrets import derive, load_secret
from bot.settings import Settings
from brokers.directory import Directory
from brokers.feed.simulated import SimulatedFeed
from brokers.paper.books import PaperBrokers
from brokers.paper.broker import Venue
from brokers.paper.instruments import load_instruments, load_reference_prices
from brokers.paper.numbers import BookKey
from core.clock import Clock, SystemClock
from core.errors import ConfigError
from core.orders import TradingMode
from core.ports import Database
from core.services.accounts import AccountBook
from core.services.answers import Answers
from core.services.audit import AuditBook
from core.services.books import Books
from core.services.cardwork import CardWork
from core.services.catalog import Services
from core.services.decide import Decide
from core.services.desk import Desk
from core.services.execute import Executor
from core.services.expire import Expiry
from core.services.health import Health
from core.services.intake import ApprovalTimes, Intake
from core.services.keys import Keys
from core.services.linking import Linking
from core.services.modes import Modes
from core.services.news import News
from core.services.pending import Pending
from core.services.refresh import Refresher
from core.services.trading import Trading
from core.services.trusted_clock import TrustedClock
from core.services.upkeep import Upkeep
from db.engine import Engines
from db.order_log import SharedOrderLog
from db.paper_store import SqlPaperStore
from db.unit_of_work import SqlDatabase
from db.upgrade import backup, upgrade
from webhook.application import HttpSettings, build_application
from webhook.server import serving
from webhook.views.telegram import TelegramWebhook


@dataclass(frozen=True, slots=True)
class House:
    """Everything that was built, for those who run it."""

    settings: Settings
    engines: Engines
    brokers: Directory
    database: Database
    services: Services
    order_log: SharedOrderLog
    executor: Executor
    refresher: Refresher
    expiry: Expiry
    upkeep: Upkeep
    audit: AuditBook
    feed: SimulatedFeed
    paper: PaperBrokers
    broker_moved: asyncio.Event
    order_moved: asyncio.Event
    signing_key: bytes

    async def open_books(self) -> None:
        """Load every paper book, so that what rests in it may fill before anybody asks."""
        for account in await self.services.accounts.list():
            for mode in TradingMode:
                await self.paper.open_book(BookKey(mode, account.id))


@asynccontextmanager
async def build_house(settings: Settings, clock: Clock | None = None) -> AsyncIterator[House]:
    """Open the database, bring it up to date, and build every service.

    Raises ConfigError for settings that cannot work, Unready for a database that cannot be used.
    """
    async with AsyncExitStack() as stack:
        engines = Engines(settings.database.url)
        stack.push_async_callback(engines.close)
        await upgrade(engines)
        house = _build(settings, engines, TrustedClock(clock or SystemClock()))
        stack.callback(house.paper.close)
        stack.push_async_callback(house.executor.drain)
        yield house


def _build(settings: Settings, engines: Engines, clock: TrustedClock) -> House:
    secret = load_secret(Path(settings.security.secret_file))
    checkpoint = checkpoint_from_environment()
    database, news = SqlDatabase(engines), News()
    order_moved, broker_moved = asyncio.Event(), asyncio.Event()

    instruments, rng = load_instruments(), Random()  # noqa: S311 - prices for play, not for secrets
    feed = SimulatedFeed(instruments, load_reference_prices(), clock, rng, settings.paper.tick_every.total_seconds())
    venue = Venue(instruments, feed, clock)
    store = SqlPaperStore(engines, checkpoint)
    paper = PaperBrokers(store, venue, broker_moved, settings.paper.starting_capital)
    brokers = Directory(paper)

    order_log = SharedOrderLog(engines, checkpoint)
    executor = Executor(database, brokers, clock, news, checkpoint)
    refresher = Refresher(database, brokers, clock, news)
    expiry = Expiry(database, clock, news)
    cards = CardWork(database, clock, checkpoint)
    keys = Keys(database, clock, derive(secret, "api keys"))
    books = Books(brokers)
    times = ApprovalTimes(settings.approval.expires_after, settings.approval.execute_within)
    intake = Intake(order_log, keys, executor, clock, times)
    news.listen(order_moved)
    news.listen(cards.wake, arrivals=True)
    services = Services(
        clock=clock,
        accounts=AccountBook(database, brokers, clock),
        keys=keys,
        linking=Linking(database, clock),
        intake=intake,
        decide=Decide(database, clock, feed, news, settings.approval.execute_within, checkpoint),
        pending=Pending(database, news),
        trading=Trading(database, books, intake, refresher, clock),
        books=books,
        modes=Modes(database, clock),
        desk=Desk(database, feed),
        answers=Answers(database, clock),
        cards=cards,
        health=Health(database, clock, executor),
    )
    return House(
        settings=settings,
        engines=engines,
        brokers=brokers,
        database=database,
        services=services,
        order_log=order_log,
        executor=executor,
        refresher=refresher,
        expiry=expiry,
        upkeep=Upkeep(database, clock, expiry, news),
        audit=AuditBook(database, clock),
        feed=feed,
        paper=paper,
        broker_moved=broker_moved,
        order_moved=order_moved,
        signing_key=derive(secret, "cards"),
    )


@asynccontextmanager
async def serving_http(house: House, telegram_webhook: TelegramWebhook | None) -> AsyncIterator[str]:
    """The HTTP face; yields its address. Raises ConfigError when the port is taken."""
    server = house.settings.server
    http = HttpSettings(server.max_body_kb * 1024, telegram_webhook)
    async with serving(build_application(house.services, http), server.host, server.port) as address:
        yield address


async def upgrade_database(settings: Settings) -> bool:
    """Run the migrations that are missing; whether there were any. Raises ConfigError."""
    engines = Engines(settings.database.url)
    try:
        return await upgrade(engines)
    finally:
        await engines.close()


def back_up(settings: Settings, target: Path) -> None:
    """Copy the database while it may be in use. Raises ConfigError."""
    scheme, slashes, name = settings.database.url.partition(":///")
    if not scheme.startswith("sqlite") or not slashes:
        raise ConfigError("Only SQLite databases are copied here; use the database server's own tools.")
    backup(Path(name), target)
