"""Serves the application on a port, and stops without dropping what was begun."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from core.errors import ConfigError

FINISH_WITHIN = 2.0
"""Seconds that requests in flight get at a stop."""


@contextlib.asynccontextmanager
async def serving(
    application: web.Application, host: str, port: int, setting: str = "server.port"
) -> AsyncIterator[str]:
    """Listen until the block ends; yields the address. Raises ConfigError, naming `setting`, for a port in use."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=FINISH_WITHIN)
    await runner.setup()
    try:
        await _listen(runner, host, port, setting)
        yield _address(runner)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int, setting: str) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as fault:
        raise ConfigError(f"{setting}: {host}:{port} cannot be listened on ({fault.strerror}).") from None


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
