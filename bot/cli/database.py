"""`countersign db …`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.audit import looked_at
from bot.cli.console import read_settings
from bot.cli.upkeep.progress import progress_bar
from bot.text.amounts import counted
from core.errors import CountersignError

app = typer.Typer(no_args_is_help=True, help="The database: upgrading it, copying it, bringing a copy back.")


@app.command()
def upgrade() -> None:
    """Bring the database up to this version's schema, after keeping a copy (`run` does it too)."""
    from bot.process.logs import set_up_logging
    from bot.process.upkeep import upgrade_database, what_was_done

    set_up_logging("warning", "text")
    opened = asyncio.run(upgrade_database(read_settings()))
    typer.echo(what_was_done(opened) if opened else "The database is up to date.")


@app.command()
def backup(path: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")]) -> None:
    """Copy the database consistently, also while the service runs, and its secret beside the copy."""
    from bot.process.upkeep import back_up, secret_beside

    settings = read_settings()
    back_up(settings, path)
    typer.echo(
        f"Copied to {path}, and the secret ({settings.security.secret_file}) to {secret_beside(path)}. Keep both "
        "where only you can read them; `countersign db restore` brings them back."
    )


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="The copy that `db backup` made.")],
    secret: Annotated[
        Path | None, typer.Option("--secret", help="Its secret file. Default: what lies beside it, PATH.secret.")
    ] = None,
    even_if_broken: Annotated[
        bool, typer.Option("--even-if-broken", help="Although the copy's audit trail does not verify.")
    ] = False,
) -> None:
    """Bring a copy back, with its secret; the service must not run.

    What is replaced is kept beside the database, and the copy's audit trail is verified before.
    """
    from bot.process.logs import set_up_logging
    from bot.process.upkeep import Wanted, secret_beside
    from bot.process.upkeep import restore as bring_back

    set_up_logging("warning", "text")
    settings = read_settings()
    if not path.is_file():
        raise CountersignError(f"There is no file {path}.")
    with progress_bar("Verifying the audit trail") as progress:
        restored = asyncio.run(bring_back(settings, Wanted(path, secret, even_if_broken), progress))
    for one in restored.verified.breaks:
        typer.echo(f"account {one.account_id}: {one.what}")
    breaks = counted(len(restored.verified.breaks), "place")
    if not restored.is_done:
        raise CountersignError(
            f"The audit trail of {path} is broken in {breaks}; nothing was changed. --even-if-broken brings it back."
        )
    kept = f" What it replaced is kept in {restored.kept}." if restored.kept else ""
    if restored.kept and secret_beside(restored.kept).exists():
        kept = f" What it replaced is kept in {restored.kept}, its secret beside it."
    state = f"is broken in {breaks}" if restored.verified.breaks else "is as it was written"
    typer.echo(f"Brought back {path}.{kept} Its audit trail {state}: {looked_at(restored.verified)}.")
