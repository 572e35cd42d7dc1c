"""`countersign import openalgo`: accounts, keys, the sandbox and a record of decisions come over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import CLI, Json, read_settings, show

app = typer.Typer(no_args_is_help=True, help="Coming over from another program.")


@app.callback()
def choose() -> None:
    """Coming over from another program."""


@app.command()
def openalgo(
    database: Annotated[Path, typer.Argument(metavar="DATABASE", help="OpenAlgo's db/openalgo.db; only read.")],
    env: Annotated[Path, typer.Option(help="Its .env, with the pepper and salt that open its API keys.")],
    account: Annotated[str, typer.Option(help="The account's name here. Default: the user's name there.")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it, instead of only telling what would be done.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring an OpenAlgo over: account, modes, API key, sandbox book; says what comes, what does not, and why.

    Nothing that waits there is executed here. It can be done again: what came over before stays as it is. With
    --apply the service must not run.
    """
    from bot.cli.deep_link import find_start_link
    from bot.cli.imports.openalgo_text import as_facts, in_words
    from bot.process.logs import set_up_logging
    from bot.process.openalgo_source import Source, bring_over
    from core.services.operations.openalgo_import import ImportWish

    settings = read_settings()
    set_up_logging("warning", settings.logging.format)
    wish = ImportWish(CLI, apply=apply, account=account.strip())
    report = asyncio.run(bring_over(settings, Source(database, env), wish))
    is_inviting = report.is_done and any(user.invited for user in report.users)
    start = asyncio.run(find_start_link(settings.telegram)) if is_inviting else ""
    show(as_facts(report, start), as_json, in_words(report, start))
