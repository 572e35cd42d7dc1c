"""`countersign audit …`: proving the trail untampered, and handing it over."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import CLI, Json, show, with_runtime
from bot.cli.upkeep.progress import progress_bar
from bot.text.amounts import counted
from core.audit import Link
from core.clock import IST
from core.errors import CountersignError

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime
    from core.services.operations.audit import Verification

app = typer.Typer(no_args_is_help=True, help="The audit trail.")
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSON = "json"


@app.command()
def verify(
    account: Annotated[str | None, typer.Option(help="Only this account's chain.")] = None, as_json: Json = False
) -> None:
    """Find every changed, missing or reordered event, and every order that is not what its events say.

    Exit status 1 if there is one.
    """

    async def work(runtime: Runtime) -> Verification:
        found = await runtime.services.accounts.get(account) if account else None
        return await runtime.audit.verify(found.id if found else None, progress)

    with progress_bar("Verifying") as progress:
        verified = with_runtime(work)
    breaks, figures = verified.breaks, looked_at(verified)
    lines = [f"account {one.account_id}: {one.what}" for one in breaks]
    lines.append(f"Looked at {figures}." if breaks else f"The audit trail is as it was written: {figures}.")
    show(asdict(verified), as_json, "\n".join(lines))
    if breaks:
        raise CountersignError(f"The audit trail is broken in {counted(len(breaks), 'place')}.")


def looked_at(verified: Verification) -> str:
    """How much was looked at, in words: `12 events, 2 orders, 3 legs, 1 chain`."""
    counts = (
        (verified.events, "event"),
        (verified.orders, "order"),
        (verified.legs, "leg"),
        (verified.accounts, "chain"),
    )
    return ", ".join(counted(count, what) for count, what in counts)


@app.command()
def export(
    account: Annotated[str, typer.Option(help="Whose events.")],
    format_: Annotated[Format, typer.Option("--format", help="csv or json.")] = Format.CSV,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=FORMATS, help="First day or moment (IST).")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=FORMATS, help="First moment not included (IST).")
    ] = None,
) -> None:
    """Print an account's events, with their hashes, for an auditor; the export is itself recorded."""

    async def work(runtime: Runtime) -> list[Link]:
        found = await runtime.services.accounts.get(account)
        rows = runtime.audit.export(found.id, _in_ist(from_), _in_ist(to), CLI, progress)
        return [link async for link in rows]

    with progress_bar("Exporting") as progress:
        links = with_runtime(work)
    typer.echo(_as_json(links) if format_ is Format.JSON else _as_csv(links), nl=format_ is Format.JSON)


def _in_ist(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=IST) if moment is not None else None


def _as_json(links: Iterable[Link]) -> str:
    rows = [asdict(link) | {"facts": json.loads(link.facts)} for link in links]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def _as_csv(links: Iterable[Link]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(Link.__dataclass_fields__))
    writer.writeheader()
    for link in links:
        writer.writerow({name: _harmless(value) for name, value in asdict(link).items()})
    return out.getvalue()


def _harmless(value: object) -> object:
    """Spreadsheets run what begins like a formula; strategies choose their own names."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
