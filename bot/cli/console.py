"""What every command shares: settings, the runtime, and printing."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.settings.settings import PREFIX, Settings, load_settings
from core.audit import Actor
from core.errors import ConfigError

if TYPE_CHECKING:
    from bot.process.bootstrap import Runtime

T = TypeVar("T")
CLI = Actor("cli", os.environ.get("USER", ""))
DEFAULT_CONFIG = "config.toml"

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]


@dataclass(slots=True)
class _Chosen:
    config: Path | None = None


chosen = _Chosen()


def config_path() -> Path:
    """The settings file: --config, else COUNTERSIGN_CONFIG, else config.toml."""
    return chosen.config or Path(os.environ.get(f"{PREFIX}CONFIG") or DEFAULT_CONFIG)


def read_settings() -> Settings:
    """The settings. Raises ConfigError, also when there is no file although one was named, or nothing else tells."""
    path, is_named = config_path(), chosen.config is not None or bool(os.environ.get(f"{PREFIX}CONFIG"))
    if not is_named and not path.exists() and not are_in_environment():
        raise ConfigError(
            f"There is no {path} in {Path.cwd()}: is this the right folder? `countersign init` makes one here, "
            "--config says where yours is."
        )
    return load_settings(path, required=is_named)


def are_in_environment() -> bool:
    """Whether the environment has any setting: a service may do without a file."""
    return any(name.startswith(PREFIX) and "__" in name for name in os.environ)


def with_runtime(work: Callable[[Runtime], Awaitable[T]], *, may_make: bool = False) -> T:
    """Run `work` with everything built, without the loops and faces.

    No command migrates a database, and only one that `may_make` one makes it where there is none.
    """
    # Nearly all that importing costs, which help and a mistyped command need not wait for.
    from bot.process.bootstrap import open_runtime
    from bot.process.logs import set_up_logging
    from bot.process.opening import Opening

    async def run() -> T:
        async with open_runtime(settings, opening=Opening.FIRST if may_make else Opening.AS_IT_IS) as runtime:
            return await work(runtime)

    settings = read_settings()
    set_up_logging("warning", settings.logging.format)
    return asyncio.run(run())


def show(data: object, as_json: bool, text: str) -> None:
    """Print as JSON or as people read it."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str) if as_json else text)


def table(rows: Sequence[Mapping[str, object]], empty: str) -> str:
    """Rows under their column names, or a sentence when there are none."""
    if not rows:
        return empty
    names = list(rows[0])
    cells = [names, *[["" if row[name] is None else str(row[name]) for name in names] for row in rows]]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(line.rstrip() for line in padded)
