"""`countersign doctor`: what is wrong, one line each, and what to do about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import typer
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.cli.console import config_path, read_settings, show
from bot.cli.upkeep.broker_checks import examine_broker
from bot.cli.upkeep.finding import Finding
from bot.process.bootstrap import Runtime, open_runtime
from bot.process.logs import set_up_logging
from bot.process.market import NO_IMPORTED_LIST, contract_table_date
from bot.process.opening import Opening
from bot.settings.calendar_file import days_in_doubt, load_calendar
from bot.settings.settings import Settings
from bot.transport.bot_client import PollingBot, build_bot
from core.accounts import Approver
from core.clock import IST, render_duration
from core.errors import CountersignError
from core.market.instruments import table_note
from core.services.trusted_clock import TOLERANCE

FROM_ENVIRONMENT = "all settings come from the environment; there is no file"
TABLE_LASTS = timedelta(days=120)
"""Older than this, lots and freeze quantities may have been revised."""
IMPORTED_LIST_LASTS = timedelta(days=7)
"""Older than this, a week's options are missing from a list that came over."""


def examine(as_json: bool) -> None:
    """Check everything, and print what was found; exit status 1 if a check fails."""
    set_up_logging("error", "text")
    findings = asyncio.run(_examine())
    rows = [{"check": one.what, "ok": one.well, "text": one.text} for one in findings]
    lines = [f"{'ok  ' if one.well else 'ILL '} {one.what.ljust(14)} {one.text}" for one in findings]
    show(rows, as_json, "\n".join(lines))
    if not all(one.well for one in findings):
        raise typer.Exit(1)


async def _examine() -> list[Finding]:
    try:
        settings = read_settings()
    except CountersignError as fault:
        return [Finding("config", False, str(fault))]
    findings = [
        Finding("config", True, f"{config_path()} is valid" if config_path().exists() else FROM_ENVIRONMENT),
        _examine_calendar(settings),
        _examine_contracts(settings),
    ]
    if not all(one.well for one in findings):
        return findings + await _examine_telegram(settings)
    try:
        async with open_runtime(settings, opening=Opening.AS_IT_IS) as runtime:
            findings.append(Finding("database", True, "up to date and readable"))
            findings += [
                *_examine_imported(runtime),
                await _examine_prices(runtime),
                *await _examine_accounts(runtime),
                await _examine_cards(runtime),
            ]
    except CountersignError as fault:
        findings.append(Finding("database", False, str(fault)))
    return findings + await _examine_telegram(settings)


def _examine_calendar(settings: Settings) -> Finding:
    """Days that are not known for sure are no fault: their usual hours are taken."""
    try:
        doubt = days_in_doubt(load_calendar(settings.calendar.file), datetime.now(IST).date())
    except CountersignError as fault:
        return Finding("calendar", False, str(fault))
    if not doubt:
        return Finding("calendar", True, "the next 30 days are known")
    todo = "tell what you know in the file of [calendar], see docs/calendar.md"
    return Finding("calendar", True, f"not known for sure, the usual hours are taken: {doubt}; {todo}")


def _examine_contracts(settings: Settings) -> Finding:
    """An old table is no fault: exchanges may have changed nothing since."""
    try:
        as_of = contract_table_date(settings)
    except CountersignError as fault:
        return Finding("contracts", False, str(fault))
    if settings.paper.instruments == "imported":
        return Finding("contracts", True, "not what is listed: see instruments")
    age = datetime.now(IST).date() - as_of
    if age <= TABLE_LASTS:
        return Finding("contracts", True, table_note(as_of))
    todo = "exchanges may have revised lots since; tell what you know in the file of [contracts]"
    return Finding("contracts", True, f"{table_note(as_of)}, {age.days} days old: {todo}, see docs/market-data.md")


def _examine_imported(runtime: Runtime) -> list[Finding]:
    """Whether there is a list that came over, where that is the one in use; an old one has no new contracts."""
    if runtime.settings.paper.instruments == "bundled":
        return []
    as_of = runtime.listing.as_of
    if as_of is None:
        return [Finding("instruments", False, NO_IMPORTED_LIST)]
    age = datetime.now(IST).date() - as_of
    note = f"those of OpenAlgo, {table_note(as_of)}"
    if age > IMPORTED_LIST_LASTS:
        note += f", {age.days} days old: what is newer is missing; log in there, then bring it over again"
    return [Finding("instruments", True, note)]


async def _examine_prices(runtime: Runtime) -> Finding:
    """Check that prices can come; the running service tells the age of its last one at /readyz."""
    try:
        await runtime.feed.check()
    except CountersignError as fault:
        return Finding("prices", False, str(fault))
    return Finding("prices", True, runtime.services.health.prices())


async def _examine_accounts(runtime: Runtime) -> list[Finding]:
    accounts = await runtime.services.accounts.list()
    if not accounts:
        return [Finding("accounts", False, "none yet; run `countersign account add NAME`")]
    return [finding for account in accounts for finding in await _examine_account(runtime, account.name)]


async def _examine_account(runtime: Runtime, name: str) -> list[Finding]:
    account = await runtime.services.accounts.get(name)
    people = await runtime.services.linking.list(account.id)
    found = [_examine_people(name, [person for person in people if person.role.decides])]
    return [*found, *await examine_broker(runtime, account)]


def _examine_people(name: str, deciding: Sequence[Approver]) -> Finding:
    """Whether somebody who may decide can be shown an order."""
    what = f"people/{name}"
    if not deciding:
        return Finding(what, False, f"nobody can approve; run `countersign link {name}`")
    away = [person for person in deciding if person.unreachable_since is not None]
    parts = [
        f"{person.name} cannot be shown anything since {person.unreachable_since.astimezone(IST):%d %b %H:%M} IST "
        f"({person.unreachable_why}); ask them to unblock the bot and write to it"
        for person in away
        if person.unreachable_since is not None
    ]
    return Finding(what, len(away) < len(deciding), "; ".join([f"{len(deciding)} may decide", *parts]))


async def _examine_cards(runtime: Runtime) -> Finding:
    wrong = (await runtime.services.health.attention())["cards"]
    return Finding("cards", not wrong, wrong or "everything that waits was shown to somebody")


async def _examine_telegram(settings: Settings) -> list[Finding]:
    token = settings.telegram.token.get_secret_value()
    if not token:
        return [Finding("token", False, "telegram.token is empty; get one from @BotFather")]
    seen: list[datetime] = []
    bot = build_bot(token, settings.telegram.base_url, seen.append)
    try:
        async with bot:
            found = [Finding("token", True, f"belongs to @{bot.username}"), _examine_clock(seen)]
            checks = (_examine_webhook, _examine_poller)
            return [*found, *[await _or_fault(check, bot, settings) for check in checks]]
    except InvalidToken:
        return [Finding("token", False, "Telegram does not know it; make a new one with @BotFather")]
    except TelegramError as fault:
        why = f"{settings.telegram.base_url} did not answer ({type(fault).__name__}); is the network up?"
        return [Finding("telegram", False, why)]


async def _or_fault(
    check: Callable[[PollingBot, Settings], Awaitable[Finding]], bot: PollingBot, settings: Settings
) -> Finding:
    try:
        return await check(bot, settings)
    except TelegramError as fault:
        return Finding("telegram", False, f"did not answer: {fault}")


def _examine_clock(seen: list[datetime]) -> Finding:
    if not seen:
        return Finding("clock", True, "Telegram did not say the time; nothing to compare with")
    off = datetime.now(UTC) - seen[-1]
    text = f"{render_duration(abs(off))} off Telegram's"
    return Finding("clock", abs(off) <= TOLERANCE, text if abs(off) <= TOLERANCE else f"{text}; set it right")


async def _examine_webhook(bot: PollingBot, settings: Settings) -> Finding:
    url = (await bot.get_webhook_info()).url
    if not url or (settings.telegram.public_url and url.startswith(settings.telegram.public_url)):
        return Finding("webhook", True, "ours" if url else "none is set")
    advice = "somebody else set it: revoke the token with @BotFather, or start Countersign to remove it"
    return Finding("webhook", False, f"{url} receives this bot's updates; {advice}")


async def _examine_poller(bot: PollingBot, settings: Settings) -> Finding:
    """Call getUpdates with offset 0, which confirms no update, to find out whether another program polls."""
    if settings.telegram.mode == "webhook":
        return Finding("second poller", True, "webhook mode, nobody polls")
    try:
        await bot.fetch_updates(0, 0, limit=1)
    except Conflict:
        return Finding(
            "second poller", False, "another program polls with this token; fine if it is your own service"
        )
    return Finding("second poller", True, "nobody else is polling now")
