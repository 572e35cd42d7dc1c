"""`countersign key …`: what strategies show to be let in."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.clock import parse_duration, render_ist
from core.ids import ApiKeyId
from core.services.access.alert_addresses import NewAlertAddress
from core.services.access.keys import NewKey

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime
    from core.accounts import ApiKey

app = typer.Typer(no_args_is_help=True, help="API keys: a strategy's way into one account.")

MOST_READ = 4096
"""Bytes of standard input: more is no key."""
KeyId = Annotated[int, typer.Argument(metavar="KEY", help="The key's number, from `key list`.")]
Webhook = Annotated[bool, typer.Option("--webhook", help="An address for senders such as TradingView, not a key.")]
Strategy = Annotated[str, typer.Option(help="With --webhook: whose orders these are, unless they say.")]
Grace = Annotated[str, typer.Option(help="How long the old key still works, such as 30m or 24h; 0: not at all.")]
Label = Annotated[str, typer.Option(help="What the key is for.")]


def render(new: NewKey, account: str) -> dict[str, object]:
    """A new key as --json shows it."""
    return {"id": new.stored.id, "account": account, "label": new.stored.label, "key": new.secret}


async def create_key(runtime: Runtime, account: str, label: str) -> NewKey:
    """A new key for the account of this name. Raises NotFound."""
    found = await runtime.services.accounts.get(account)
    return await runtime.services.keys.create(found.id, label, CLI)


def _show_key(new: NewKey, account: str, as_json: bool) -> None:
    text = f"{new.secret}\n\nThis is key {new.stored.id} of {account}. It is shown only now; keep it safe."
    show(render(new, account), as_json, text)


@app.command()
def create(
    account: AccountName,
    label: Label = "",
    webhook: Webhook = False,
    strategy: Strategy = "",
    as_json: Json = False,
) -> None:
    """Make a key, or an address to post to, and print it, once."""
    if strategy and not webhook:
        raise typer.BadParameter("--strategy belongs to --webhook; with a key every order names its strategy.")
    if webhook:
        _show_alert_address(
            with_runtime(lambda runtime: _create_sender(runtime, account, label, strategy)), account, as_json
        )
        return
    _show_key(with_runtime(lambda runtime: create_key(runtime, account, label)), account, as_json)


async def _create_sender(runtime: Runtime, account: str, label: str, strategy: str) -> NewAlertAddress:
    found = await runtime.services.accounts.get(account)
    return await runtime.services.alert_addresses.create(found.id, label, strategy, CLI)


def _show_alert_address(new: NewAlertAddress, account: str, as_json: bool) -> None:
    facts = {"id": new.stored.id, "account": account, "label": new.stored.label, "strategy": new.strategy}
    text = (
        f"{new.path}\n\nThis is webhook {new.stored.id} of {account}. The path is shown only now, and whoever has it "
        "can post orders: keep it safe.\nPut your server's public https address before it; docs/tradingview.md has "
        "an alert to copy."
    )
    show({**facts, "path": new.path}, as_json, text)


@app.command(name="import")
def import_(account: AccountName, label: Label = "", as_json: Json = False) -> None:
    """Keep a key made elsewhere, such as OpenAlgo's, valid for an account: only the host changes in a script.

    The key is read from standard input, or asked for on a terminal, and is never shown.
    """
    secret = _given_key()

    async def work(runtime: Runtime) -> ApiKey:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.keys.take_over(found.id, label, secret, CLI)

    stored = with_runtime(work)
    facts = {"id": stored.id, "account": account, "label": stored.label}
    show(facts, as_json, f"That key is key {stored.id} of {account} now. What uses it only needs the new host.")


def _given_key() -> str:
    """The key on standard input, without the white space around it."""
    if sys.stdin.isatty():
        return str(typer.prompt("API key", hide_input=True)).strip()
    return sys.stdin.buffer.read(MOST_READ).decode(errors="replace").strip()


@app.command(name="list")
def list_(account: AccountName, as_json: Json = False) -> None:
    """List an account's keys, never the keys themselves; a use is shown at most a minute later."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        found = await runtime.services.accounts.get(account)
        strategies = await runtime.services.alert_addresses.strategies(found.id)
        return [
            {
                "id": key.id,
                "kind": "webhook" if key.id in strategies else "key",
                "label": key.label,
                "created": render_ist(key.created_at),
                "last_used": render_ist(key.last_used_at) if key.last_used_at else None,
                "works_until": render_ist(key.works_until) if key.works_until else None,
                "revoked": render_ist(key.revoked_at) if key.revoked_at else None,
            }
            for key in await runtime.services.keys.list(found.id)
        ]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, f"{account} has no key; make one with `countersign key create {account}`."))


@app.command()
def revoke(account: AccountName, key: KeyId) -> None:
    """End a key's life at once."""

    async def work(runtime: Runtime) -> None:
        found = await runtime.services.accounts.get(account)
        await runtime.services.keys.revoke(found.id, ApiKeyId(key), CLI)

    with_runtime(work)
    typer.echo(f"Key {key} of {account} is revoked.")


@app.command()
def rotate(account: AccountName, key: KeyId, grace: Grace = "1h", as_json: Json = False) -> None:
    """Make a new key with the old one's label; the old one works on for a while, so that nothing stops.

    A key that others may know is ended at once: `--grace 0`, or `key revoke`.
    """
    length = _grace(grace)

    async def work(runtime: Runtime) -> tuple[NewKey, datetime]:
        found = await runtime.services.accounts.get(account)
        new = await runtime.services.keys.rotate(found.id, ApiKeyId(key), CLI, length)
        return new, new.stored.created_at + length

    new, until = with_runtime(work)
    _show_key(new, account, as_json)
    if not as_json:
        ending = f"works until {render_ist(until)}; `countersign key revoke {account} {key}` ends it now"
        typer.echo(f"The old key {key} {ending if length else 'is revoked'}.")


def _grace(text: str) -> timedelta:
    if text == "0":
        return timedelta(0)
    try:
        return parse_duration(text)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--grace") from None
