"""`countersign hook …`: where an account's events are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from core.clock import render_ist
from core.errors import CountersignError
from core.ports.hooks import Delivery, DeliveryStatus
from core.services.outcomes.hooks import HookStanding, NewHook

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

app = typer.Typer(no_args_is_help=True, help="Outgoing webhooks: signed events of an account's orders.")

Url = Annotated[str, typer.Argument(metavar="URL", help="The receiver's https address.")]
NewSecret = Annotated[bool, typer.Option("--new-secret", help="Replace the secret; the old one signs too for 24 h.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")]


@app.command(name="set")
def set_(account: AccountName, url: Url, new_secret: NewSecret = False, as_json: Json = False) -> None:
    """Send an account's events to a URL, from now on."""

    async def work(runtime: Runtime) -> NewHook:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.hooks.set(found.id, url, CLI, new_secret=new_secret)

    new = with_runtime(work)
    text = f"Events of {account} go to {new.hook.url}."
    if new.secret is not None:
        text = f"{new.secret}\n\n{text} The secret above is shown only now; the receiver verifies with it."
    show({"account": account, "url": new.hook.url, "secret": new.secret}, as_json, text)


@app.command(name="show")
def show_(account: AccountName, as_json: Json = False) -> None:
    """Show an account's hook and how its deliveries stand."""

    async def work(runtime: Runtime) -> HookStanding:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.hooks.show(found.id)

    standing = with_runtime(work)
    hook, counts = standing.hook, {status: standing.counts.get(status, 0) for status in DeliveryStatus}
    stopped = render_ist(hook.stopped_at) if hook.stopped_at else None
    by_status = {status.value: count for status, count in counts.items()}
    data = {"account": account, "url": hook.url, "stopped": stopped, "stopped_why": hook.stopped_why, **by_status}
    state = f"stopped {stopped}: {hook.stopped_why}" if stopped else "active"
    counted = ", ".join(f"{count} {word}" for word, count in by_status.items())
    show(data, as_json, f"{hook.url}\n{state}\n{counted}")


@app.command()
def remove(account: AccountName) -> None:
    """Send an account's events nowhere any more."""

    async def work(runtime: Runtime) -> int:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.hooks.remove(found.id, CLI)

    given_up = with_runtime(work)
    typer.echo(f"The hook of {account} is removed; {given_up} waiting deliveries were given up.")


@app.command()
def test(account: AccountName) -> None:
    """Send a signed event named `test` now, and print the receiver's status."""

    async def work(runtime: Runtime) -> int:
        found = await runtime.services.accounts.get(account)
        return await runtime.services.hooks.test(found.id)

    status = with_runtime(work)
    if not 200 <= status < 300:
        raise CountersignError(f"The receiver answered HTTP {status}; events need a 2xx.")
    typer.echo(f"The receiver answered HTTP {status}.")


@app.command()
def deliveries(account: AccountName, limit: Limit = 20, as_json: Json = False) -> None:
    """List what was sent, what waits and what was given up; kept for seven days."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        found = await runtime.services.accounts.get(account)
        return [_row(delivery) for delivery in await runtime.services.hooks.deliveries(found.id, limit)]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, f"Nothing was sent for {account} yet."))


def _row(delivery: Delivery) -> dict[str, object]:
    return {
        "id": f"evt_{delivery.account_id}_{delivery.seq}",
        "order": delivery.order_id,
        "event": delivery.event,
        "created": render_ist(delivery.created_at),
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "answer": delivery.answer,
        "next": render_ist(delivery.next_at) if delivery.status is DeliveryStatus.DUE else None,
    }
