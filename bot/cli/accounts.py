"""`countersign account …`, `limit …`, `standing …`, `pause`, `resume`: the accounts, and what holds them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.accounts import Account, OrderMode, TradingMode
from core.clock import render_ist
from core.limits.bound_text import bounds_of, render_bound
from core.limits.limits import NO_LIMITS, UNITS
from core.ports import WHOLE_ACCOUNT
from core.standing.approvals import StandingId
from core.standing.wording import how_much, used_today, what_orders

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime
    from core.services.limits.standing_book import InForce

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
    paused = f"by {account.pause.by} since {render_ist(account.pause.at)}" if account.pause else ""
    return render(account) | {"enabled": account.enabled, "paused": paused}


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call the account.")],
    broker: Broker = "paper",
    order_mode: Annotated[OrderMode, typer.Option(help="semi_auto: the client approves.")] = OrderMode.SEMI_AUTO,
    trading_mode: Annotated[TradingMode, typer.Option(help="sandbox: paper money.")] = TradingMode.SANDBOX,
    as_json: Json = False,
) -> None:
    """Add an account."""
    account = with_runtime(
        lambda runtime: runtime.services.accounts.add(name, broker, order_mode, trading_mode, CLI), may_make=True
    )
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


limit_app = typer.Typer(
    no_args_is_help=True, help="Limits: what new orders of an account or a strategy may not go over."
)

Strategy = Annotated[str, typer.Option(help="Only this strategy; without it the whole account.")]
_ALL_NAMES = ", ".join(UNITS)


@limit_app.command(name="show")
def show_limits(account: AccountName, strategy: Strategy = WHOLE_ACCOUNT, as_json: Json = False) -> None:
    """Show the limits that are set."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        found = await runtime.services.accounts.get(account)
        limits = await runtime.services.limit_book.list(found.id)
        return [
            {"strategy": whose, "limit": name, "bound": text, "shown": render_bound(name, one)}
            for whose, one in limits.items()
            if strategy in (WHOLE_ACCOUNT, whose)
            for name, text in bounds_of(one).items()
        ]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, f"No limits; `countersign limit set {account} value_per_order=50000` sets one."))


@limit_app.command(name="set")
def set_limits(
    account: AccountName,
    bounds: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", help=f"Of {_ALL_NAMES}.")],
    strategy: Strategy = WHOLE_ACCOUNT,
) -> None:
    """Set limits; a running service follows at once."""
    pairs = [text.partition("=") for text in bounds]
    if not all(equals for _, equals, _ in pairs):
        raise typer.BadParameter("Say what to set, such as value_per_order=50000.")
    _change(account, strategy, {name: value for name, _, value in pairs})


@limit_app.command(name="clear")
def clear_limits(
    account: AccountName,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Without one: all of them.")] = None,
    strategy: Strategy = WHOLE_ACCOUNT,
) -> None:
    """Clear limits, also those that cannot be read any more."""
    if names:
        _change(account, strategy, dict.fromkeys(names))
        return

    async def work(runtime: Runtime) -> None:
        await runtime.services.limit_book.clear(await runtime.services.accounts.get(account), strategy, CLI)

    with_runtime(work)
    typer.echo(f"{account}{_of(strategy)} has no limits any more.")


def pause(account: AccountName) -> None:
    """Execute nothing new for this account, until `resume`."""

    async def work(runtime: Runtime) -> str:
        return str((await runtime.services.pausing.pause_as(await runtime.services.accounts.get(account), CLI)).pause)

    typer.echo(f"{account}: {with_runtime(work)}")


def resume(account: AccountName) -> None:
    """End a pause; what was approved and is still in time is sent at once."""

    async def work(runtime: Runtime) -> None:
        await runtime.services.pausing.resume_as(await runtime.services.accounts.get(account), CLI)

    with_runtime(work)
    typer.echo(f"{account} goes on.")


def _change(account: str, strategy: str, bounds: dict[str, str | None]) -> None:
    async def work(runtime: Runtime) -> str:
        found = await runtime.services.accounts.get(account)
        after = await runtime.services.limit_book.change(found, strategy, bounds, CLI)
        rows = [{"limit": name, "bound": render_bound(name, after)} for name in bounds_of(after)]
        return table(rows, "no limits") if after != NO_LIMITS else "no limits"

    text = with_runtime(work)
    typer.echo(f"{account}{_of(strategy)}:\n{text}")


def _of(strategy: str) -> str:
    return f", strategy {strategy}" if strategy else ""


standing_app = typer.Typer(
    no_args_is_help=True, help="Standing approvals: orders that an account's owner approved in advance."
)


def _standing_row(one: InForce) -> dict[str, object]:
    approval, terms = one.approval, one.approval.terms
    return {
        "standing": approval.id,
        "strategy": terms.strategy,
        "mode": terms.trading_mode.value,
        "orders": what_orders(terms),
        "bounds": "; ".join(how_much(terms)),
        "used": used_today(terms, one.used),
        "until": terms.until.isoformat(),
        "given_by": approval.given_by,
        "void": one.void,
    }


@standing_app.command(name="list")
def list_standing(account: AccountName, as_json: Json = False) -> None:
    """List what is in force, and how much of it was used today."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        found = await runtime.services.accounts.get(account)
        return [_standing_row(one) for one in await runtime.services.standing_book.list(found)]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, f"Nothing is approved in advance for {account}; its owner can, with /standing."))


@standing_app.command(name="stop")
def stop_standing(account: AccountName, number: Annotated[int, typer.Argument(help="From `standing list`.")]) -> None:
    """Stop one at once; its orders wait for a tap again."""

    async def work(runtime: Runtime) -> None:
        found = await runtime.services.accounts.get(account)
        await runtime.services.standing_book.stop_as(found, StandingId(number), CLI)

    with_runtime(work)
    typer.echo(f"Standing approval {number} of {account} is stopped.")
