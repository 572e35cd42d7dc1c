"""`countersign demo`: one whole order before your eyes, with no accounts and no tokens."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import typer

from bot.cli.console import CLI
from bot.local_brokers.kite_server import API_KEY, API_SECRET, REQUEST_TOKEN, LocalKite
from bot.local_telegram.example_strategy import post
from bot.local_telegram.server.server import LocalTelegram
from bot.process.bootstrap import Runtime, open_runtime
from bot.process.logs import set_up_logging
from bot.process.run import run_service
from bot.process.supervisor import stop_on_signals
from bot.settings.brokers import Brokers, ZerodhaAddress
from bot.settings.settings import Approval, Database, Logging, Paper, Refresh, Security, Server, Settings, Telegram
from core.accounts import PAPER, OrderMode, Role, TradingMode
from core.errors import CountersignError, Invalid
from core.ids import AccountId

TOKEN = "1000000001:DEMO-token-for-the-local-Telegram-00"  # noqa: S105 - nothing but our own server knows it
BOT_NAME = "countersign_demo_bot"
CLIENT_ID = 700001
CLIENT = "Asha"
ACCOUNT = f"{CLIENT}'s account"
ZERODHA = "zerodha"
APPROVE = "waits for you"
STEP_WITHIN = 20.0
ORDER = {
    "strategy": "Opening range",
    "symbol": "SBIN",
    "exchange": "NSE",
    "action": "BUY",
    "quantity": "25",
    "pricetype": "MARKET",
    "product": "MIS",
}


@dataclass(frozen=True, slots=True)
class _Stage:
    """What the demo runs against: a local Telegram and broker, the running service, and its HTTP address."""

    telegram: LocalTelegram
    kite: LocalKite | None
    runtime: Runtime
    api: str
    steps: Iterator[int] = field(default_factory=lambda: count(1))

    def say(self, text: str) -> None:
        """Tell the next step."""
        typer.echo(f"\n[{next(self.steps)}] {text}")

    async def wait_for(self, text: str) -> dict[str, Any]:
        """The client's newest message that contains `text`, once there is one. Raises TimeoutError."""

        def find() -> dict[str, Any] | None:
            found = [message for message in self.telegram.messages(CLIENT_ID) if text in message["text"]]
            return found[-1] if found else None

        return await self.telegram.wait_for(find, STEP_WITHIN)


def show(broker: str) -> None:
    """Run the whole demonstration at this broker. Raises CountersignError when it fails, Invalid."""
    if broker not in (PAPER, ZERODHA):
        raise Invalid(f"The demo knows no broker {broker!r}; there are {PAPER}, {ZERODHA}.")
    set_up_logging("warning", "text")
    once = os.environ.get("DEMO_ONCE") == "1" or not sys.stdin.isatty()
    try:
        asyncio.run(_demo(LocalKite() if broker == ZERODHA else None, once))
    except* (CountersignError, TimeoutError, LookupError) as faults:
        raise CountersignError(f"The demo failed: {faults.exceptions[0]!r}") from None


async def _demo(kite: LocalKite | None, once: bool) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-demo-")))
        telegram = LocalTelegram(token=TOKEN, bot_username=BOT_NAME)
        local = await stack.enter_async_context(telegram.serving(host="127.0.0.1", port=0))
        brokers = _brokers(await stack.enter_async_context(kite.serving())) if kite else Brokers()
        runtime = await stack.enter_async_context(open_runtime(demo_settings(folder, local.url, brokers)))
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        service = asyncio.create_task(run_service(runtime, stop, ready.set_result))
        try:
            both: set[asyncio.Future[Any]] = {service, ready}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                await _play(_Stage(telegram, kite, runtime, ready.result()), local.url, once, stop)
        finally:
            stop.set()
            await service


def _brokers(kite_url: str) -> Brokers:
    return Brokers(zerodha=ZerodhaAddress(base_url=kite_url))


def demo_settings(folder: Path, telegram_url: str, brokers: Brokers) -> Settings:
    """Not from the environment: a real token must never end up in a demo."""
    return Settings.model_construct(
        server=Server(port=0, websocket_port=0),
        telegram=Telegram.model_validate({"token": TOKEN, "base_url": telegram_url}),
        database=Database(url=f"sqlite+aiosqlite:///{folder / 'countersign.db'}"),
        security=Security(
            secret_file=str(folder / "countersign.secret"), broker_key_file=str(folder / "countersign.broker-key")
        ),
        brokers=brokers,
        approval=Approval(),
        refresh=Refresh(),
        paper=Paper(outside_hours="ignore"),
        logging=Logging(),
    )


async def _play(stage: _Stage, page: str, once: bool, stop: asyncio.Event) -> None:
    key = await _link_client(stage)
    if stage.kite:
        await _log_in_at_zerodha(stage)
    await _narrate(stage, key)
    if once:
        typer.echo("\nThat was one whole order, over real HTTP, a real bot and a real database file.")
        return
    body = json.dumps({"apikey": key, **ORDER})
    typer.echo(
        f"\nNow you: open {page}/?user={CLIENT_ID} and be {CLIENT}.\nSend more orders with\n\n"
        f"  curl -s {stage.api}/api/v1/placeorder -H 'Content-Type: application/json' -d '{body}'\n\n"
        "Ctrl-C ends the demo."
    )
    await stop.wait()


async def _link_client(stage: _Stage) -> str:
    """Make an account and a strategy's key, and link the client by /start; returns the key's secret."""
    services = stage.runtime.services
    account = await services.accounts.add(ACCOUNT, PAPER, OrderMode.SEMI_AUTO, TradingMode.LIVE, CLI)
    key = await services.keys.create(account.id, "demo strategy", CLI)
    link = await services.linking.create(account.id, Role.OWNER, CLI)
    stage.telegram.add_user(CLIENT_ID, CLIENT)
    stage.say(f"{CLIENT} opens the one-time link and is now the owner of {account.name}.")
    stage.telegram.send_text(CLIENT_ID, f"/start {link.code}")
    await stage.wait_for(account.name)
    return key.secret


async def _log_in_at_zerodha(stage: _Stage) -> None:
    """As `countersign broker set` and `broker login` do."""
    logins = stage.runtime.services.broker_logins
    account = await logins.set(ACCOUNT, ZERODHA, {"api_key": API_KEY, "api_secret": API_SECRET}, CLI)
    session = await logins.log_in(account, REQUEST_TOKEN, CLI)
    await stage.runtime.connections.load_instruments(account.id)
    await _await_price(stage.runtime, account.id)
    stage.say(f"{CLIENT} logs in at Zerodha, which here is a stand-in on this machine: {session.detail}.")


async def _await_price(runtime: Runtime, account_id: AccountId) -> None:
    """Until the account's broker has told what the order's share costs. Raises TimeoutError."""
    connection = runtime.connections.find(account_id)
    if connection is None:
        raise CountersignError("the broker is not open")
    told = asyncio.Event()
    leave = connection.feed.subscribe(lambda _: told.set(), lambda: {(ORDER["exchange"], ORDER["symbol"])})
    try:
        async with asyncio.timeout(STEP_WITHIN):
            await told.wait()
    finally:
        leave()


async def _narrate(stage: _Stage, key: str) -> None:
    stage.say(f"A strategy posts an order: POST {stage.api}/api/v1/placeorder")
    answer = await post(f"{stage.api}/api/v1/placeorder", {"apikey": key, **ORDER})
    typer.echo(_indent(json.dumps(answer)))
    if answer.get("status") != "success":
        raise CountersignError(f"the order was not queued: {answer}")
    card = await stage.wait_for(APPROVE)
    stage.say(f"The order is on disk, and its card is in {CLIENT}'s chat:")
    typer.echo(_indent(card["text"]))
    if stage.kite:
        stage.kite.lose_next_answer()
    stage.say(f"{CLIENT} taps Approve. The bot answers:")
    toast = await stage.telegram.press_and_wait(
        CLIENT_ID, CLIENT_ID, card["message_id"], timeout=STEP_WITHIN, button_text="Approve"
    )
    typer.echo(_indent(toast["text"]))
    if stage.kite:
        await _find_lost(stage, stage.kite)
    else:
        filled = await stage.wait_for("FILLED")
        stage.say("The paper broker executed it, and the same card now says:")
        typer.echo(_indent(filled["text"]))
    question = {"apikey": key, "pending_order_id": answer["pending_order_id"], "wait": 10}
    outcome = await post(f"{stage.api}/api/v1/pendingorder", question)
    stage.say("The strategy asks what became of it: POST /api/v1/pendingorder")
    typer.echo(_indent(json.dumps(outcome["data"], indent=2)))
    breaks = (await stage.runtime.audit.verify()).breaks
    if breaks:
        raise CountersignError(f"the audit trail does not verify: {breaks}")
    stage.say("Every step is in the audit trail, whose hash chain verifies.")


async def _find_lost(stage: _Stage, kite: LocalKite) -> None:
    """The answer to the order was lost; it is looked for, found and taken."""
    lost = await stage.wait_for("NOT CONFIRMED")
    stage.say("The order left, and the line was cut before Zerodha answered. The card does not guess:")
    typer.echo(_indent(lost["text"]))
    kite.show_orders()
    filled = await stage.wait_for("FILLED")
    stage.say("Countersign looked into Zerodha's order book, and found the order by its tag:")
    for row in kite.book.orders:
        typer.echo(_indent(f"{row['order_id']}  {row['tradingsymbol']}  {row['status']}  tag {row['tag']}"))
    if len(kite.book.orders) != 1:
        raise CountersignError(f"the broker has {len(kite.book.orders)} orders, not one")
    stage.say("It was sent once. The same card now says:")
    typer.echo(_indent(filled["text"]))


def _indent(text: str) -> str:
    return "\n".join(f"    │ {line}" for line in text.splitlines())
