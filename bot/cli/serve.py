"""`countersign run`: the service."""

import asyncio

import typer

from bot.cli.console import read_settings
from bot.process.bootstrap import open_only_runtime
from bot.process.logs import set_up_logging
from bot.process.run import run_service
from bot.process.supervisor import stop_on_signals
from bot.settings.settings import Settings
from core.errors import CountersignError


def serve() -> None:
    """Run the service until SIGTERM or Ctrl-C. Raises CountersignError."""
    settings = read_settings()
    set_up_logging(settings.logging.level, settings.logging.format)
    try:
        asyncio.run(_run(settings))
    except* CountersignError as faults:
        raise _first(faults) from None


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with open_only_runtime(settings) as runtime:
        await run_service(runtime, stop, lambda address: typer.echo(f"Countersign is ready at {address}"))


def _first(group: BaseExceptionGroup[CountersignError]) -> CountersignError:
    """The fault that stopped the service, out of the groups the loops wrapped it in."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
