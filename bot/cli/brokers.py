"""`countersign broker …`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.accounts import PAPER, Account, TradingMode
from core.clock import render_ist
from core.errors import Invalid

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime
    from core.market.broker_session import BrokerSession

app = typer.Typer(no_args_is_help=True, help="Brokers: their credentials and sessions.")
BrokerName = Annotated[str, typer.Argument(metavar="BROKER", help="The broker, from `broker list`.")]
FromStdin = Annotated[bool, typer.Option("--stdin", help="Read the credentials from standard input, as JSON.")]
LoginAnswer = Annotated[
    str, typer.Option(help="What the broker's page gave you: its token, or the address it led to. Asked for without.")
]


@app.command(name="list")
def list_(as_json: Json = False) -> None:
    """List the brokers that accounts may use, and the credentials that each needs."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        needs = runtime.connections.needs
        return [{"broker": name, "credentials": needs(name)} for name in runtime.brokers.names()]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, "There is no broker."))


@app.command(name="set")
def set_(account: AccountName, broker: BrokerName, stdin: FromStdin = False) -> None:
    """Keep an account's credentials at a broker, encrypted, and let it trade there."""
    credentials = _read_stdin() if stdin else _ask(broker)
    found = with_runtime(lambda runtime: runtime.services.broker_logins.set(account, broker, credentials, CLI))
    typer.echo(f"The live orders of {found.name} go to {found.broker} now.")
    if found.broker != PAPER:
        typer.echo(f"Next: countersign broker login {found.name}")


@app.command()
def login(account: AccountName, answer: LoginAnswer = "") -> None:
    """Open a session at the account's broker."""

    async def page(runtime: Runtime) -> tuple[Account, str | None]:
        found = await runtime.services.accounts.get(account)
        return found, await _login_page(runtime, found)

    async def finish(runtime: Runtime) -> BrokerSession:
        return await runtime.services.broker_logins.log_in(found, given, CLI)

    found, url = with_runtime(page)
    if url is None:
        typer.echo(f"The {found.broker} broker of {found.name} needs no login.")
        return
    if not answer:
        typer.echo(f"Log in here, in a browser:\n\n  {url}\n")
    given = answer or typer.prompt("Then enter the token, or the address that you were led to", hide_input=True)
    typer.echo(_in_words(with_runtime(finish)))


@app.command()
def check(account: AccountName, as_json: Json = False) -> None:
    """Say whether an order sent now could arrive."""

    async def work(runtime: Runtime) -> dict[str, object]:
        found = await runtime.services.accounts.get(account)
        state = await runtime.services.broker_logins.session(found)
        book = runtime.brokers.book(found, TradingMode.LIVE)
        if state.changed_at is not None:
            await runtime.connections.load_instruments(found.id)
        await book.check()
        as_of = runtime.connections.instruments_of(found.id)
        return {
            "account": found.name,
            "broker": found.broker,
            "session": _in_words(state.session),
            "instruments_of": as_of.isoformat() if as_of is not None else None,
        }

    said = with_runtime(work)
    text = f"The {said['broker']} broker of {account} is reachable."
    if said["broker"] != PAPER:
        text = f"{text.removesuffix('.')}: {said['session']}."
    show(
        said,
        as_json,
        text + (f"\nIts instruments are of {said['instruments_of']}." if said["instruments_of"] else ""),
    )


@app.command()
def postback(account: AccountName, as_json: Json = False) -> None:
    """Show where the account's broker may post that an order moved."""

    async def work(runtime: Runtime) -> str:
        await runtime.services.broker_logins.sync()
        return runtime.services.postbacks.path_of(await runtime.services.accounts.get(account))

    path = with_runtime(work)
    text = f"{path}\n\nPut the https address of this server before it. Whoever has it can make Countersign look."
    show({"account": account, "path": path}, as_json, text)


@app.command(name="rotate-key")
def rotate_key() -> None:
    """Encrypt every stored credential with a new key, and forget the old one."""

    async def work(runtime: Runtime) -> int:
        runtime.broker_seal.renew()
        count = await runtime.services.broker_logins.seal_again()
        runtime.broker_seal.forget_old()
        return count

    count = with_runtime(work)
    typer.echo(f"{count} {'login is' if count == 1 else 'logins are'} encrypted with a new key.")


async def _login_page(runtime: Runtime, account: Account) -> str | None:
    if account.has_paper_broker:
        return None
    return await runtime.services.broker_logins.find_login_url(account)


def _in_words(session: BrokerSession) -> str:
    until = f", until {render_ist(session.expires_at)}" if session.expires_at is not None else ""
    return f"{session.detail}{until}"


def _read_stdin() -> dict[str, str]:
    """The credentials on standard input. Raises Invalid; what was read is not repeated."""
    try:
        found = json.loads(sys.stdin.read())
    except ValueError:
        raise Invalid("Standard input is not JSON. Nothing was stored.") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Invalid('Standard input must be one object of texts, such as {"api_key": "…"}. Nothing was stored.')
    return {str(name): value for name, value in found.items()}


def _ask(broker: str) -> dict[str, str]:
    """Ask for each field that the broker may need; an empty answer leaves it out."""
    if broker == PAPER:
        return {}

    async def fields(runtime: Runtime) -> list[str]:
        return list(runtime.connections.fields(broker))

    return {
        name: typer.prompt(name, default="", show_default=False, hide_input=True) for name in with_runtime(fields)
    }
