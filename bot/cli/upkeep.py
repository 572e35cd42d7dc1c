"""`countersign db …` and `countersign broker …`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import AccountName, Json, read_settings, show, table, with_runtime
from bot.process.bootstrap import Runtime, back_up, upgrade_database
from core.accounts import TradingMode

database = typer.Typer(no_args_is_help=True, help="The database.")
brokers = typer.Typer(no_args_is_help=True, help="Broker adapters and sessions.")


@database.command()
def upgrade() -> None:
    """Bring the database up to this version's schema (`run` does it too)."""
    changed = asyncio.run(upgrade_database(read_settings()))
    typer.echo("The database was upgraded." if changed else "The database is up to date.")


@database.command()
def backup(path: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")]) -> None:
    """Copy the database consistently, also while the service runs."""
    back_up(read_settings(), path)
    typer.echo(f"Copied to {path}. Keep the secret file ({read_settings().security.secret_file}) with it.")


@brokers.command(name="list")
def list_(as_json: Json = False) -> None:
    """List the adapters that accounts may use."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        return [{"broker": name} for name in runtime.brokers.names()]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, "There is no broker."))


@brokers.command()
def login(account: AccountName) -> None:
    """Open a session at the account's broker."""
    found = with_runtime(lambda runtime: runtime.services.accounts.get(account))
    typer.echo(f"The {found.broker} broker of {found.name} needs no login.")


@brokers.command()
def check(account: AccountName) -> None:
    """Say whether an order sent now could arrive."""

    async def work(runtime: Runtime) -> str:
        found = await runtime.services.accounts.get(account)
        await runtime.brokers.book(found, TradingMode.LIVE).check()
        return found.broker

    typer.echo(f"The {with_runtime(work)} broker of {account} is reachable.")
