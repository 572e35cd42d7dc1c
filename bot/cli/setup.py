"""`countersign init`: from nothing to a first account, key and link."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from bot.cli.console import CLI, config_path, with_runtime
from bot.cli.deep_link import Invitation, NoAnswer, WrongToken, ask_bot_name, invite
from bot.cli.keys import create_key
from bot.cli.keys import render as render_key
from bot.cli.people import in_words
from bot.cli.people import render as render_link
from bot.settings.settings import Settings, Telegram
from core.accounts import Account, OrderMode, Role, TradingMode
from core.errors import ConfigError, CountersignError
from core.services.access.keys import NewKey

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

TEMPLATE = """# Countersign's settings; config.example.toml lists every key.

[telegram]
token = {token}
base_url = {base_url}

[database]
url = {database}
"""


def init(
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; take the options, and go on if Telegram gives no answer.")
    ] = False,
    token: Annotated[
        str, typer.Option(envvar="COUNTERSIGN_TELEGRAM__TOKEN", help="The bot token from @BotFather.")
    ] = "",
    account: Annotated[str, typer.Option(help="The first account's name.")] = "main",
    base_url: Annotated[str, typer.Option(help="Telegram, or a local Bot API server.")] = Telegram().base_url,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the bot token, then write config.toml, make the database, the first account, an API key and a link."""
    path = config_path()
    if path.exists():
        raise ConfigError(f"{path} exists already; edit it, or choose another with --config.")
    checked = _check(token, base_url, yes) if token or yes else _ask_token(base_url)
    if not yes:
        account = typer.prompt("Name of the first account", default=account)
    _write(path, checked.token, base_url)
    try:
        new_key, invitation = with_runtime(lambda runtime: _furnish(runtime, account), may_make=True)
    except CountersignError:
        # Written a moment ago, and no good without the rest.
        path.unlink()
        raise
    _report(path, checked.bot, new_key, invitation, as_json)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token, and the name of its bot; None when Telegram could not be asked."""

    token: str
    bot: str | None


def _ask_token(base_url: str) -> _Checked:
    """Ask until Telegram knows the token."""
    typer.echo("Talk to @BotFather in Telegram, send /newbot, and paste the token it gives you.")
    while True:
        try:
            return _check(typer.prompt("Bot token", hide_input=True), base_url, yes=False)
        except WrongToken as fault:
            typer.echo(f"{fault} Try again, or stop with Ctrl-C.", err=True)


def _check(token: str, base_url: str, yes: bool) -> _Checked:
    """Ask Telegram, before anything is written; without an answer one may go on. Raises ConfigError."""
    try:
        telegram = Telegram.model_validate({"token": token, "base_url": base_url})
    except ValidationError as fault:
        raise ConfigError(f"{fault.errors()[0]['msg'].removeprefix('Value error, ')}: {base_url!r}.") from None
    try:
        return _Checked(token, asyncio.run(ask_bot_name(telegram)))
    except NoAnswer as fault:
        if not yes and not typer.confirm(f"{fault} Go on without checking the token?"):
            raise NoAnswer(f"{fault} Nothing was written.") from None
        typer.echo(f"{fault} The token was not checked; `countersign doctor` does that.", err=True)
        return _Checked(token, None)


def _write(path: Path, token: str, base_url: str) -> None:
    """Write the file, with mode 0600 from its first byte on."""
    text = TEMPLATE.format(
        token=json.dumps(token), base_url=json.dumps(base_url), database=json.dumps(Settings().database.url)
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise ConfigError(f"{path} cannot be written: {fault.strerror}.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


async def _furnish(runtime: Runtime, name: str) -> tuple[NewKey, Invitation]:
    accounts: list[str] = [one.name for one in await runtime.services.accounts.list()]
    if name not in accounts:
        await _add_account(runtime, name)
    new_key = await create_key(runtime, name, "first")
    return new_key, await invite(runtime.settings, runtime.services, name, Role.OWNER, CLI)


async def _add_account(runtime: Runtime, name: str) -> Account:
    return await runtime.services.accounts.add(name, "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, CLI)


def _report(path: Path, bot: str | None, new_key: NewKey, invitation: Invitation, as_json: bool) -> None:
    account = invitation.link.account.name
    if as_json:
        answer = {
            "config": str(path),
            "bot": bot,
            "key": render_key(new_key, account),
            "link": render_link(invitation),
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    of_token = f"The token belongs to @{bot}." if bot else "The token was NOT checked: Telegram gave no answer."
    typer.echo(
        f"Wrote {path} (only you can read it).\n{of_token}\n\n"
        f"API key of {account}, shown only now:\n  {new_key.secret}\n\n"
        f"{in_words(invitation)}\n\nNext: countersign run"
    )
