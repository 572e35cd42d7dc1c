"""The command line: `countersign …`, the same as `python -m bot …`."""

import gc
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

# Nearly everything that importing makes stays: to look among it for garbage takes a fifth of the start.
gc.set_threshold(20_000, *gc.get_threshold()[1:])

import typer

from bot.cli import accounts, audit, brokers, database, hooks, keys, people, sandbox
from bot.cli.console import Json, chosen
from bot.cli.imports import openalgo
from bot.cli.pnl import pnl
from bot.cli.setup import init
from core.errors import CountersignError

app = typer.Typer(
    name="countersign",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Strategies propose orders; the person whose money it is countersigns them from their phone.",
)


# What these three import takes a second, which `--help` need not wait for.
@app.command()
def demo(
    broker: Annotated[
        str, typer.Option(help="paper, or zerodha: a stand-in for it, where one answer is lost on its way.")
    ] = "paper",
) -> None:
    """Run the main job here: a strategy's order, its card, the tap, the fill."""
    from bot.cli.demo import show

    show(broker)


app.command()(init)


@app.command()
def run() -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    from bot.cli.serve import serve

    serve()


app.add_typer(accounts.app, name="account")
app.add_typer(keys.app, name="key")
app.add_typer(hooks.app, name="hook")
app.command()(people.link)
app.add_typer(people.app, name="approver")
app.add_typer(audit.app, name="audit")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(database.app, name="db")
app.add_typer(brokers.app, name="broker")
app.add_typer(accounts.limit_app, name="limit")
app.add_typer(accounts.standing_app, name="standing")
app.command()(accounts.pause)
app.command()(accounts.resume)
app.command()(pnl)
app.add_typer(openalgo.app, name="import")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check everything from the config to prices and brokers; exit status 1 if a check fails."""
    from bot.cli.doctor import examine

    examine(as_json)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"countersign {metadata.version('countersign')}")
        raise typer.Exit


@app.callback()
def choose(
    config: Annotated[
        Path | None, typer.Option(help="The settings file. Default: COUNTERSIGN_CONFIG, else config.toml.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Countersign."""
    chosen.config = config


def main() -> None:
    """Run one command; errors are one sentence and exit status 1, wrong use is 2."""
    try:
        app(args=hoist_config(sys.argv[1:]))
    except CountersignError as fault:
        typer.echo(f"countersign: {fault}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def hoist_config(arguments: list[str]) -> list[str]:
    """Let --config stand anywhere: it belongs to every command."""
    for place, word in enumerate(arguments):
        if word == "--config" and place + 1 < len(arguments):
            return [*arguments[place : place + 2], *arguments[:place], *arguments[place + 2 :]]
        if word.startswith("--config="):
            return [word, *arguments[:place], *arguments[place + 1 :]]
    return arguments


if __name__ == "__main__":
    main()
