"""The running service: its loops, the HTTP API, the Telegram bot, and an orderly stop."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError

from bot.application import (
    TelegramSettings,
    build_application,
    build_keeper,
    build_notices,
    publish_commands,
)
from bot.process.bootstrap import Runtime, serving_http
from bot.process.order_lines import log_orders
from bot.process.scheduler import build_scheduler, jobs
from bot.process.supervisor import Loop, supervise, work_when_woken
from bot.settings.installation_secret import derive
from bot.transport.gated_application import GatedApplication
from bot.transport.poller import Poller
from bot.transport.webhook_receiver import WebhookReceiver
from core.errors import BrokerUnavailable, ConfigError, Unready

log = structlog.get_logger(__name__)
LOOK_ANYWAY_EVERY = 1.0
"""Seconds after which a loop looks for work although nothing woke it."""
GARBAGE_LOOKED_FOR_EVERY = 20_000
"""The first threshold of gc.set_threshold. At Python's 700, collecting took a tenth of an order's time."""
WEBHOOK_PATH = "/telegram/webhook"


@dataclass(frozen=True, slots=True)
class _Telegram:
    """The Telegram bot: its application, and the loop that fetches updates."""

    application: GatedApplication
    fetch: Loop
    receiver: WebhookReceiver | None


NAMED_AT_START = ("NSE", "NFO", "MCX")
"""Whether these exchanges are closed is said in the log."""


async def run_service(runtime: Runtime, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Recover, serve HTTP and Telegram until `stop`, then finish what is in flight and close.

    `ready` is told the HTTP address. Raises ConfigError (a wrong token, a port in use), Unready.
    """
    await runtime.services.order_counts.begin()
    await runtime.services.vital_signs.begin()
    await runtime.order_journal.begin()
    await runtime.maintenance.recover()
    await look_around(runtime)
    await runtime.open_books()
    await runtime.services.broker_logins.sync()
    await runtime.candle_recorder.keep()
    # What was being sent when the last run ended is looked for before anything else.
    runtime.broker_moved.set()
    telegram = _build_telegram(runtime)
    scheduler = build_scheduler(jobs(runtime))
    scheduler.start()
    try:
        await supervise(_loops(runtime, telegram), lambda: _serve(runtime, telegram, stop, ready))
    finally:
        scheduler.shutdown(wait=False)
        with suppress(Unready):
            await runtime.services.keys.use.write_down()
            await runtime.candle_recorder.close()
        await telegram.application.shutdown()


async def look_around(runtime: Runtime) -> None:
    """Write into the log where prices come from, and which exchange is closed."""
    try:
        await runtime.feed.check()
    except BrokerUnavailable as fault:
        # The feed asks again for as long as the service runs; until it gets an answer there are no prices.
        log.warning("prices.unavailable", why=str(fault))
    around = runtime.services.checks.surroundings
    if around.made_by:
        log.info("prices.made_up", by=around.made_by)
    for why in around.closed(NAMED_AT_START, runtime.services.clock.now()):
        log.info("exchange.closed", why=why)


def _loops(runtime: Runtime, telegram: _Telegram) -> dict[str, Loop]:
    return {
        "order log": runtime.order_log.run,
        "prices": runtime.feed.run,
        "paper broker": runtime.paper.run,
        "brokers": runtime.connections.run,
        "executor": lambda: work_when_woken(runtime.order_approved, runtime.executor.execute_due, LOOK_ANYWAY_EVERY),
        "refresher": lambda: work_when_woken(runtime.broker_moved, runtime.refresher.refresh, 60),
        "updates": telegram.fetch,
        "hooks": runtime.hook_delivery.run,
        "order lines": lambda: log_orders(runtime.order_journal),
        "cards": lambda: _keep_cards(runtime, telegram.application),
        "notices": lambda: _send_notices(runtime, telegram.application),
    }


async def _serve(runtime: Runtime, telegram: _Telegram, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Take orders until `stop`; the other loops run until every order that was taken is finished."""
    receive = telegram.receiver.receive_webhook if telegram.receiver else None
    async with serving_http(runtime, receive) as address:
        log.info("service.started", address=address)
        _search_less_for_garbage()
        ready(address)
        await stop.wait()
        log.info("service.stopping")
        runtime.wakeups.close()
    await runtime.services.intake.parts.in_advance.settle()
    await runtime.executor.drain()


def _search_less_for_garbage() -> None:
    """Exclude the objects made at the start from garbage collection, and collect less often."""
    gc.freeze()
    gc.set_threshold(GARBAGE_LOOKED_FOR_EVERY, *gc.get_threshold()[1:])


def _build_telegram(runtime: Runtime) -> _Telegram:
    settings = runtime.settings.telegram
    token = settings.token.get_secret_value()
    if not token:
        raise ConfigError("telegram.token is empty; get one from @BotFather, or run `countersign init`.")
    application = build_application(
        runtime.services,
        TelegramSettings(token, settings.base_url),
        runtime.signing_key,
        runtime.services.clock.observe,
    )
    poller = Poller(application, runtime.services.health.telegram, takes_back=settings.take_back_updates)
    if settings.mode == "polling":
        return _Telegram(application, poller.run, None)
    receiver = WebhookReceiver(application, derive(runtime.signing_key, "webhook").hex())
    url = settings.public_url.rstrip("/") + WEBHOOK_PATH
    return _Telegram(application, lambda: poller.serve_webhook(lambda: receiver.register(url)), receiver)


async def _keep_cards(runtime: Runtime, application: GatedApplication) -> None:
    await application.connected.wait()
    try:
        await publish_commands(application.bot)
    except TelegramError as fault:
        log.warning("telegram.commands_not_published", why=fault.message)
    await build_keeper(application, runtime.services, runtime.signing_key).run()


async def _send_notices(runtime: Runtime, application: GatedApplication) -> None:
    await application.connected.wait()
    await build_notices(application, runtime.services, runtime.signing_key).run()
