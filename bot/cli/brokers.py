"""`countersign broker …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli.console import AccountName, Json, show, table, with_runtime
from core.accounts import TradingMode

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

app = typer.Typer(no_args_is_help=True, help="Broker adapters and sessions.")


@app.command(name="list")
def list_(as_json: Json = False) -> None:
    """List the adapters that accounts may use."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        return [{"broker": name} for name in runtime.brokers.names()]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, "There is no broker."))


@app.command()
def login(account: AccountName) -> None:
    """Open a session at the account's broker."""
    found = with_runtime(lambda runtime: runtime.services.accounts.get(account))
    typer.echo(f"The {found.broker} broker of {found.name} needs no login.")


@app.command()
def check(account: AccountName) -> None:
    """Say whether an order sent now could arrive."""

    async def work(runtime: Runtime) -> str:
        found = await runtime.services.accounts.get(account)
        await runtime.brokers.book(found, TradingMode.LIVE).check()
        return found.broker

    typer.echo(f"The {with_runtime(work)} broker of {account} is reachable.")
