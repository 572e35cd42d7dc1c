"""`countersign sandbox …`: the paper books of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.accounts import TradingMode
from core.clock import render_ist
from core.errors import CountersignError
from core.money import plain, rupees
from core.portfolio.paper_book import Leverage, PaperHead

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

app = typer.Typer(no_args_is_help=True, help="Paper books: their money, starting afresh, and proving them.")


_KINDS = ", ".join(asdict(Leverage()))


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not value.is_finite():
        raise typer.BadParameter(f"{text!r} is not a number")
    return value


def _leverage(text: str) -> tuple[str, Decimal]:
    kind, _, number = text.partition("=")
    if kind not in asdict(Leverage()):
        raise typer.BadParameter(f"{kind!r} is none of {_KINDS}")
    return kind, _amount(number)


Mode = Annotated[TradingMode, typer.Option(help="Which of the two paper books.")]


@app.command(name="show")
def show_(account: AccountName, mode: Mode = TradingMode.SANDBOX, as_json: Json = False) -> None:
    """Show a paper book's money and leverage."""

    async def work(runtime: Runtime) -> PaperHead:
        return await runtime.services.sandbox.show(await runtime.services.accounts.get(account), mode)

    rows = render(with_runtime(work))
    show(rows, as_json, table([{"": name, "value": value} for name, value in rows.items()], ""))


@app.command()
def reset(
    account: AccountName,
    mode: Mode = TradingMode.SANDBOX,
    capital: Annotated[str | None, typer.Option(metavar="RUPEES", help="What it starts with.")] = None,
    leverage: Annotated[list[str] | None, typer.Option(metavar="KIND=NUMBER", help=f"One of {_KINDS}.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Start a paper book afresh, without orders and positions. What is not named stays as it is."""
    wanted = {"capital": _amount(capital)} if capital is not None else {}
    wanted |= dict(_leverage(text) for text in leverage or ())
    if not yes:
        typer.confirm(f"Drop every {mode} order and position of {account}?", abort=True)

    async def work(runtime: Runtime) -> PaperHead:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.sandbox.ask_reset(found, mode, wanted, CLI)

    head = with_runtime(work)
    when = "in a few seconds, or at the next start"
    typer.echo(f"The {mode} book of {account} starts afresh with {rupees(head.capital)}: {when}.")


@app.command()
def check(account: AccountName, mode: Mode = TradingMode.SANDBOX, as_json: Json = False) -> None:
    """Rebuild a paper book from the audit trail and compare; exit status 1 if they differ."""

    async def work(runtime: Runtime) -> Sequence[str]:
        return await runtime.services.sandbox.doubts(await runtime.services.accounts.get(account), mode)

    doubts = with_runtime(work)
    show(list(doubts), as_json, "\n".join(doubts) or f"The {mode} book of {account} is what the audit trail tells.")
    if doubts:
        raise CountersignError(f"The {mode} book of {account} is not what the audit trail tells.")


def render(head: PaperHead) -> dict[str, object]:
    """A book as --json shows it: amounts in rupees, as text."""
    return {
        "capital": plain(head.capital),
        "cash": plain(head.cash),
        "realised": plain(head.realised),
        "charges": plain(head.charges),
        **{name: plain(value) for name, value in asdict(head.leverage).items()},
        "day": head.day and head.day.isoformat(),
        "last_reset": head.last_reset and render_ist(head.last_reset),
        "reset_count": head.reset_count,
    }
