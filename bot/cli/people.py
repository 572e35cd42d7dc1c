"""`countersign link` and `countersign approver …`: the people who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, AccountName, Json, show, table, with_runtime
from bot.cli.deep_link import Invitation, invite
from core.accounts import Role
from core.clock import render_ist
from core.ids import UserId
from core.services.access.people import PersonChange

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

app = typer.Typer(no_args_is_help=True, help="Approvers: the Telegram users linked to an account.")


def render(invitation: Invitation) -> dict[str, object]:
    """An invitation as --json shows it."""
    link = invitation.link
    return {
        "account": link.account.name,
        "role": link.role.value,
        "code": link.code,
        "url": invitation.url,
        "expires_at": link.expires_at.isoformat(),
    }


def in_words(invitation: Invitation) -> str:
    """An invitation as people read it."""
    link = invitation.link
    way = f"Open {invitation.url}" if invitation.url else "Open your bot in Telegram"
    return (
        f"{way}\nor send the bot:  /start {link.code}\n\n"
        f"It links one person to {link.account.name} as {link.role.value}, once, until "
        f"{render_ist(link.expires_at)}."
    )


def link(
    account: AccountName,
    role: Annotated[
        Role, typer.Option(help="viewer looks, approver decides, owner also switches modes.")
    ] = Role.OWNER,
    as_json: Json = False,
) -> None:
    """Print a one-time link that makes a Telegram user an approver."""

    async def work(runtime: Runtime) -> Invitation:
        return await invite(runtime.settings, runtime.services, account, role, CLI)

    invitation = with_runtime(work)
    show(render(invitation), as_json, in_words(invitation))


@app.command(name="list")
def list_(account: AccountName, as_json: Json = False) -> None:
    """List who may decide."""

    async def work(runtime: Runtime) -> list[dict[str, object]]:
        found = await runtime.services.accounts.get(account)
        return [
            {
                "telegram_id": person.user_id,
                "name": person.name,
                "role": person.role.value,
                "linked": render_ist(person.linked_at),
            }
            for person in await runtime.services.linking.list(found.id)
        ]

    rows = with_runtime(work)
    show(rows, as_json, table(rows, f"Nobody is linked to {account}; `countersign link {account}` makes a link."))


@app.command(name="role")
def role_(
    account: AccountName,
    telegram_id: Annotated[int, typer.Argument(help="From `approver list`.")],
    role: Annotated[Role, typer.Argument(help="viewer looks, approver decides, owner also switches modes.")],
) -> None:
    """Give somebody another role; everybody linked is told."""

    async def work(runtime: Runtime) -> None:
        found = await runtime.services.accounts.get(account)
        change = PersonChange(role.value)
        await runtime.services.people.change_as(found.id, UserId(telegram_id), change, CLI)

    with_runtime(work)
    typer.echo(f"{telegram_id} is now {role.value} of {account}.")


@app.command()
def remove(account: AccountName, telegram_id: Annotated[int, typer.Argument(help="From `approver list`.")]) -> None:
    """Unlink somebody at once."""

    async def work(runtime: Runtime) -> None:
        found = await runtime.services.accounts.get(account)
        await runtime.services.linking.unlink(found.id, UserId(telegram_id), CLI)

    with_runtime(work)
    typer.echo(f"{telegram_id} is not linked to {account} any more.")
