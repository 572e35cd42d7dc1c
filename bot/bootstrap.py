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
from core.services.execute import Checkpoint, Executor
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
from db.instance import only_service
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
        house = _build(_lay_ground(settings, engines, TrustedClock(clock or SystemClock())))
        stack.callback(house.paper.close)
        stack.push_async_callback(house.executor.drain)
        yield house


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every service stands on."""

    settings: Settings
    secret: bytes
    engines: Engines
    clock: TrustedClock
    database: SqlDatabase
    news: News
    checkpoint: Checkpoint
    feed: SimulatedFeed
    paper: PaperBrokers
    broker_moved: asyncio.Event


def _lay_ground(settings: Settings, engines: Engines, clock: TrustedClock) -> _Ground:
    checkpoint, broker_moved = checkpoint_from_environment(), asyncio.Event()
    instruments, rng = load_instruments(), Random()  # noqa: S311 - prices for play, not for secrets
    feed = SimulatedFeed(instruments, load_reference_prices(), clock, rng, settings.paper.tick_every.total_seconds())
    store, venue = SqlPaperStore(engines, checkpoint), Venue(instruments, feed, clock)
    return _Ground(
        settings=settings,
        secret=load_secret(Path(settings.security.secret_file)),
        engines=engines,
        clock=clock,
        database=SqlDatabase(engines),
        news=News(),
        checkpoint=checkpoint,
        feed=feed,
        paper=PaperBrokers(store, venue, broker_moved, settings.paper.starting_capital),
        broker_moved=broker_moved,
    )


def _build(ground: _Ground) -> House:
    database, clock, news = ground.database, ground.clock, ground.news
    brokers, order_moved = Directory(ground.paper), asyncio.Event()
    order_log = SharedOrderLog(ground.engines, ground.checkpoint)
    executor = Executor(database, brokers, clock, news, ground.checkpoint)
    refresher, expiry = Refresher(database, brokers, clock, news), Expiry(database, clock, news)
    services = _build_services(ground, brokers, order_log, executor, refresher)
    news.listen(order_moved)
    news.listen(services.cards.wake, arrivals=True)
    return House(
        settings=ground.settings,
        engines=ground.engines,
        brokers=brokers,
        database=database,
        services=services,
        order_log=order_log,
        executor=executor,
        refresher=refresher,
        expiry=expiry,
        upkeep=Upkeep(database, clock, expiry, news),
        audit=AuditBook(database, clock),
        feed=ground.feed,
        paper=ground.paper,
        broker_moved=ground.broker_moved,
        order_moved=order_moved,
        signing_key=derive(ground.secret, "cards"),
    )


def _build_services(
    ground: _Ground, brokers: Directory, order_log: SharedOrderLog, executor: Executor, refresher: Refresher
) -> Services:
    database, clock, approval = ground.database, ground.clock, ground.settings.approval
    keys = Keys(database, clock, derive(ground.secret, "api keys"))
    times = ApprovalTimes(approval.expires_after, approval.execute_within)
    books, intake = Books(brokers), Intake(order_log, keys, executor, clock, times)
    return Services(
        clock=clock,
        accounts=AccountBook(database, brokers, clock),
        keys=keys,
        linking=Linking(database, clock),
        intake=intake,
        decide=Decide(database, clock, ground.feed, executor, approval.execute_within),
        pending=Pending(database, ground.news),
        trading=Trading(database, books, intake, refresher, clock),
        books=books,
        modes=Modes(database, clock),
        desk=Desk(database, ground.feed),
        answers=Answers(database, clock),
        cards=CardWork(database, clock, ground.checkpoint),
        health=Health(database, clock, executor),
    )


@asynccontextmanager
async def build_only_house(settings: Settings) -> AsyncIterator[House]:
    """The house of the one service on this database. Raises ConfigError while another one runs."""
    with only_service(settings.database.url):
        async with build_house(settings) as house:
            yield house


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
