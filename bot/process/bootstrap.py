"""The composition root: builds adapters and services from the settings, and closes them by one exit stack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random

import structlog
from aiohttp import web

from bot.process.failpoints import checkpoint_from_environment
from bot.process.market import NO_IMPORTED_LIST, open_connections, open_market
from bot.process.market_reads import open_market_reads
from bot.process.opening import Opening, open_database
from bot.process.resources import Resources
from bot.process.use_cases import build_services
from bot.settings.credential_seal import CredentialSeal
from bot.settings.installation_secret import derive
from bot.settings.settings import Limits, Server, Settings
from brokers.account_brokers import AccountBrokers
from brokers.connections import BrokerConnections
from brokers.paper.registry import PaperBrokers
from brokers.paper.symbols.listing import PaperListing
from brokers.paper.symbols.paper_instruments import PaperInstruments
from core.clock import Clock, SystemClock
from core.errors import ConfigError
from core.ports import Database, RunningFeed
from core.services.access.broker_logins import BrokerLogins
from core.services.access.login_watch import LoginWatch
from core.services.approval.expire import Expiry
from core.services.execution.execute import Executor
from core.services.execution.refresh import Refresher
from core.services.facade import Services
from core.services.insight.outage_watch import OutageWatch
from core.services.market.candle_recorder import CandleRecorder
from core.services.operations.audit import AuditBook
from core.services.operations.maintenance import Maintenance
from core.services.operations.order_journal import OrderJournal
from core.services.outcomes.hook_delivery import HookDelivery
from core.services.outcomes.hooks import HookKeys, HookPost
from core.services.trusted_clock import TrustedClock
from core.services.wakeups import Signals, Wakeups
from db.connections.engines import Engines
from db.connections.service_lock import only_service
from db.orders.group_commit import GroupCommit
from db.unit_of_work import SqlDatabase
from webhook.application import HttpSettings, build_application, build_live_application
from webhook.live.readers import LiveLimits
from webhook.operations.telegram_updates import TelegramWebhook
from webhook.outcomes.hook_client import AiohttpHookSender
from webhook.request.rate_limits import HttpLimits
from webhook.server import serving

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that was built, for the service and the commands."""

    settings: Settings
    engines: Engines
    brokers: AccountBrokers
    database: Database
    services: Services
    order_log: GroupCommit
    connections: BrokerConnections
    broker_seal: CredentialSeal
    login_watch: LoginWatch
    outage_watch: OutageWatch
    executor: Executor
    refresher: Refresher
    expiry: Expiry
    maintenance: Maintenance
    audit: AuditBook
    feed: RunningFeed
    paper: PaperBrokers
    listing: PaperInstruments
    bundled: PaperListing
    broker_moved: asyncio.Event
    order_approved: asyncio.Event
    wakeups: Wakeups
    signing_key: bytes
    hook_delivery: HookDelivery
    order_journal: OrderJournal
    candle_recorder: CandleRecorder

    async def open_books(self) -> None:
        """Load every used paper book and bring it up to date, so that its resting orders can fill."""
        await self.paper.open_used()
        await self.paper.keep_time()


@asynccontextmanager
async def open_runtime(
    settings: Settings, clock: Clock | None = None, opening: Opening = Opening.SERVICE
) -> AsyncIterator[Runtime]:
    """Open the database, as `opening` allows, and build every service.

    Raises ConfigError for settings that cannot work, and for a database or secret that does not fit; Unready for
    a database that cannot be used.
    """
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_database(settings, opening))
        trusted = TrustedClock(clock or SystemClock())
        runtime = _build(settings, opened.secret, opened.engines, trusted, stack)
        stack.callback(runtime.paper.close)
        stack.push_async_callback(runtime.services.order_streams.close)
        stack.push_async_callback(runtime.executor.drain)
        yield runtime


def _build(
    settings: Settings, secret: bytes, engines: Engines, clock: TrustedClock, stack: AsyncExitStack
) -> Runtime:
    checkpoint = checkpoint_from_environment()
    market = open_market(settings, engines, clock, checkpoint, stack)
    connections = open_connections(settings, clock, stack)
    database, wakeups = SqlDatabase(engines), Wakeups()
    brokers = AccountBrokers(market.paper, market.feed, connections)
    order_log = GroupCommit(engines, checkpoint, clock, settings.limits.undecided_per_strategy)
    executor = Executor(database, brokers, clock, wakeups, checkpoint)
    wakeups.subscribe_to_doubts(market.moved)
    refresher, expiry = Refresher(database, brokers, clock, wakeups), Expiry(database, clock, wakeups)
    hook_sender = AiohttpHookSender(allow_private=settings.hooks.allow_private)
    hook_post = HookPost(HookKeys(derive(secret, "hooks")), hook_sender)
    signals, reads = Signals(wakeups, checkpoint), open_market_reads(settings, engines, brokers, market, clock)
    seal = CredentialSeal(settings.security)
    logins = BrokerLogins(database, connections, seal, clock)
    resources = Resources(
        settings,
        secret,
        clock,
        database,
        signals,
        brokers,
        reads,
        market.feed,
        market.calendar,
        market.hours,
        market.paper,
        logins,
        connections,
    )
    services = build_services(resources, order_log, executor, refresher, hook_post)
    hook_delivery = HookDelivery(database, clock, services.events, hook_post, Random().random)  # noqa: S311 - jitter
    order_journal = OrderJournal(database)
    listeners = services.cards.wake, hook_delivery.wake, services.insight.notices.wake, order_journal.wake
    return Runtime(
        settings=settings,
        engines=engines,
        brokers=brokers,
        database=database,
        services=services,
        order_log=order_log,
        connections=connections,
        broker_seal=seal,
        login_watch=LoginWatch(database, logins, connections, services.insight.notices, clock),
        outage_watch=OutageWatch(database, connections, clock, services.health.brokers),
        executor=executor,
        refresher=refresher,
        expiry=expiry,
        maintenance=Maintenance(database, clock, expiry, wakeups),
        audit=AuditBook(database, clock, derive(secret, "audit heads")),
        feed=market.feed,
        paper=market.paper,
        listing=market.listing,
        bundled=market.bundled,
        broker_moved=market.moved,
        order_approved=_subscribe(wakeups, *listeners),
        wakeups=wakeups,
        signing_key=derive(secret, "cards"),
        hook_delivery=hook_delivery,
        order_journal=order_journal,
        candle_recorder=reads.candle_recorder,
    )


def _subscribe(wakeups: Wakeups, *listeners: asyncio.Event) -> asyncio.Event:
    """Wake these listeners when an order arrives or moves; returns an event set when one is approved."""
    order_approved = asyncio.Event()
    wakeups.subscribe_to_approvals(order_approved)
    for listener in listeners:
        wakeups.subscribe(listener, arrivals=True)
    return order_approved


@asynccontextmanager
async def open_only_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """The runtime of the one service on this database.

    Raises ConfigError while another one runs, and without the list of instruments that the settings ask for.
    """
    with only_service(settings.database.url):
        async with open_runtime(settings) as runtime:
            if runtime.listing.as_of is None:
                raise ConfigError(NO_IMPORTED_LIST)
            yield runtime


@asynccontextmanager
async def serving_http(runtime: Runtime, telegram_webhook: TelegramWebhook | None) -> AsyncIterator[str]:
    """Serve the HTTP API; yields its address. Raises ConfigError when the port is taken."""
    server = runtime.settings.server
    limits = runtime.settings.limits
    http = HttpSettings(
        max_body_bytes=server.max_body_kb * 1024,
        telegram_webhook=telegram_webhook,
        limits=_http_limits(limits),
        streams_per_key=limits.streams_per_key,
        live=_live_limits(limits, server.max_body_kb * 1024),
        cors_origins=server.cors_origins,
    )
    application = build_application(runtime.services, http)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(application, server.host, server.port))
        if server.websocket_port:
            await _open_websocket_port(stack, application, server)
        yield address


async def _open_websocket_port(stack: AsyncExitStack, application: web.Application, server: Server) -> None:
    """An OpenAlgo on this machine may have it; what is served there is also at /ws, so the service goes on."""
    alone = build_live_application(application)
    try:
        await stack.enter_async_context(serving(alone, server.host, server.websocket_port, "server.websocket_port"))
    except ConfigError as taken:
        log.warning("live.only_at_ws", why=str(taken))


def _live_limits(limits: Limits, largest_message: int) -> LiveLimits:
    return LiveLimits(
        connections_per_key=limits.websockets_per_key,
        subscriptions_per_key=limits.subscriptions_per_key,
        largest_message=largest_message,
    )


def _http_limits(limits: Limits) -> HttpLimits:
    return HttpLimits(
        orders_per_second=limits.orders_per_second,
        requests_per_second=limits.requests_per_second,
        address_requests_per_second=limits.address_requests_per_second,
        failed_keys_per_minute=limits.failed_keys_per_minute,
    )
