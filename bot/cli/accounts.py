"""`countersign account …`: the clients' accounts."""

from typing import Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.accounts import Account, OrderMode, TradingMode

app = typer.Typer(no_args_is_help=True, help="Accounts: one client at one broker each.")

Broker = Annotated[str, typer.Option(help="The broker that live orders go to.")]


def render(account: Account) -> dict[str, object]:
    """An account as --json shows it."""
    return {
        "id": account.id,
        "name": account.name,
        "broker": account.broker,
        "order_mode": str(account.order_mode),
        "trading_mode": str(account.trading_mode),
    }


def _row(account: Account) -> dict[str, object]:
    return render(account) | {"enabled": account.enabled}


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call the account.")],
    broker: Broker = "paper",
    order_mode: Annotated[OrderMode, typer.Option(help="semi_auto: the client approves.")] = OrderMode.SEMI_AUTO,
    trading_mode: Annotated[TradingMode, typer.Option(help="sandbox: paper money.")] = TradingMode.SANDBOX,
    as_json: Json = False,
) -> None:
    """Add an account."""
    account = with_runtime(lambda runtime: runtime.services.accounts.add(name, broker, order_mode, trading_mode, CLI))
    show(render(account), as_json, f"Added {account.name}: {account.order_mode}, {account.trading_mode}.")


@app.command(name="list")
def list_(as_json: Json = False) -> None:
    """List every account."""
    rows = [_row(account) for account in with_runtime(lambda runtime: runtime.services.accounts.list())]
    show(rows, as_json, table(rows, "There is no account yet; add one with `countersign account add NAME`."))


@app.command(name="show")
def show_(account: AccountName, as_json: Json = False) -> None:
    """Show one account."""
    found = with_runtime(lambda runtime: runtime.services.accounts.get(account))
    show(render(found), as_json, table([_row(found)], ""))


@app.command(name="set")
def set_(
    account: AccountName,
    broker: Annotated[str | None, typer.Option(help="The broker that live orders go to.")] = None,
    order_mode: Annotated[OrderMode | None, typer.Option(help="auto or semi_auto.")] = None,
    trading_mode: Annotated[TradingMode | None, typer.Option(help="live or sandbox.")] = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Take orders or none.")] = None,
) -> None:
    """Change an account; a running service follows at once."""
    wanted = {"broker": broker, "order_mode": order_mode, "trading_mode": trading_mode, "enabled": enabled}
    changes: dict[str, object] = {name: value for name, value in wanted.items() if value is not None}
    if not changes:
        raise typer.BadParameter("Say what to change, such as --order-mode auto.")
    after = with_runtime(lambda runtime: runtime.services.accounts.set(account, CLI, **changes))
    typer.echo(table([_row(after)], ""))


@app.command()
def disable(account: AccountName) -> None:
    """Take no more orders for this account and send none that wait."""
    with_runtime(lambda runtime: runtime.services.accounts.set(account, CLI, enabled=False))
    typer.echo(f"{account} is disabled. `countersign account set {account} --enable` undoes it.")
