"""`countersign db …`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import read_settings

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command()
def upgrade() -> None:
    """Bring the database up to this version's schema (`run` does it too)."""
    from bot.process.bootstrap import upgrade_database

    changed = asyncio.run(upgrade_database(read_settings()))
    typer.echo("The database was upgraded." if changed else "The database is up to date.")


@app.command()
def backup(path: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")]) -> None:
    """Copy the database consistently, also while the service runs."""
    from bot.process.bootstrap import back_up

    back_up(read_settings(), path)
    typer.echo(f"Copied to {path}. Keep the secret file ({read_settings().security.secret_file}) with it.")
