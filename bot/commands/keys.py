"""`countersign key …`: what strategies show to be let in."""

from typing import Annotated

import typer

from bot.bootstrap import House
from bot.commands.console import CLI, AccountName, Json, show, table, with_house
from core.clock import render_ist
from core.ids import ApiKeyId
from core.services.keys import NewKey

app = typer.Typer(no_args_is_help=True, help="API keys: a strategy's way into one account.")

KeyId = Annotated[int, typer.Argument(metavar="KEY", help="The key's number, from `key list`.")]
Label = Annotated[str, typer.Option(help="What the key is for.")]


def render(new: NewKey, account: str) -> dict[str, object]:
    """A new key as --json shows it."""
    return {"id": new.stored.id, "account": account, "label": new.stored.label, "key": new.secret}


async def create_key(house: House, account: str, label: str) -> NewKey:
    """A new key for the account of this name. Raises NotFound."""
    found = await house.services.accounts.get(account)
    return await house.services.keys.create(found.id, label, CLI)


def _tell(new: NewKey, account: str, as_json: bool) -> None:
    text = f"{new.secret}\n\nThis is key {new.stored.id} of {account}. It is shown only now; keep it safe."
    show(render(new, account), as_json, text)


@app.command()
def create(account: AccountName, label: Label = "", as_json: Json = False) -> None:
    """Make a key and print it, once."""
    _tell(with_house(lambda house: create_key(house, account, label)), account, as_json)


@app.command(name="list")
def list_(account: AccountName, as_json: Json = False) -> None:
    """List an account's keys, never the keys themselves."""

    async def work(house: House) -> list[dict[str, object]]:
        found = await house.services.accounts.get(account)
        return [
            {
                "id": key.id,
                "label": key.label,
                "created": render_ist(key.created_at),
                "revoked": render_ist(key.revoked_at) if key.revoked_at else None,
            }
            for key in await house.services.keys.list(found.id)
        ]

    rows = with_house(work)
    show(rows, as_json, table(rows, f"{account} has no key; make one with `countersign key create {account}`."))


@app.command()
def revoke(account: AccountName, key: KeyId) -> None:
    """End a key's life at once."""

    async def work(house: House) -> None:
        found = await house.services.accounts.get(account)
        await house.services.keys.revoke(found.id, ApiKeyId(key), CLI)

    with_house(work)
    typer.echo(f"Key {key} of {account} is revoked.")


@app.command()
def rotate(account: AccountName, key: KeyId, as_json: Json = False) -> None:
    """Make a new key with the old one's label, then revoke the old one."""

    async def work(house: House) -> NewKey:
        found = await house.services.accounts.get(account)
        return await house.services.keys.rotate(found.id, ApiKeyId(key), CLI)

    _tell(with_house(work), account, as_json)
