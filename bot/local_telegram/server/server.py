"""A Telegram on this machine: a strict Bot API server with a chat page, in process or by `python -m`."""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

from aiohttp import web

from bot.local_telegram.clock import Clock
from bot.local_telegram.server.control import Control
from bot.local_telegram.server.dispatch import BotApi
from bot.local_telegram.server.guard import harden, loopback_only
from bot.local_telegram.server.webhooks import Deliveries
from bot.local_telegram.server.webpage import WebPage
from bot.local_telegram.state.files import MAX_FILE_BYTES
from bot.local_telegram.state.phone import Phone
from bot.local_telegram.state.world import Rules, World

_DEFAULT_RULES = Rules()
_SHUTDOWN_S = 1.0


@dataclass(frozen=True)
class Address:
    """Where a server listens; a bot's base_url is `url` + "/bot"."""

    url: str


class LocalTelegram(Phone):
    """One bot's whole Telegram. Everything people do is a method; the bot comes in over HTTP."""

    def __init__(
        self,
        token: str,
        bot_username: str = "countersign_demo_bot",
        strict_limits: bool = True,
        rules: Rules = _DEFAULT_RULES,
        clock: Clock | None = None,
    ) -> None:
        if not token.partition(":")[0].isdecimal():
            raise ValueError("a bot token looks like 12345:SECRET")
        limited = Rules(strict_limits and rules.strict_limits, rules.answer_within, rules.webhook_retry)
        super().__init__(World(token, bot_username, limited, clock or Clock()))
        self._has_machines_time = clock is None
        self._runner: web.AppRunner | None = None
        self._deliveries: Deliveries | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen (port 0: any free one) and return the address."""
        api = BotApi(self.world)
        app = web.Application(middlewares=[loopback_only], client_max_size=MAX_FILE_BYTES + 1_000_000)
        app.on_response_prepare.append(harden)
        if not self._has_machines_time:
            app.on_response_prepare.append(_say_no_time)
        app.add_routes([*api.routes(), *Control(self).routes(), *WebPage(self).routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        self.world.is_closing = False
        await web.TCPSite(self._runner, host, port).start()
        self._deliveries = Deliveries(self.world, api.call)
        self._deliveries.start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        return f"http://{shown}:{bound_port}"

    async def stop(self) -> None:
        """Answer what is waiting, then close; a stopped server may be started again."""
        self.world.is_closing = True
        self.world.updates.wake()
        self.world.feed.arrived.fire()
        self.world.changed.fire()
        if self._deliveries:
            await self._deliveries.stop()
        if self._runner:
            await self._runner.cleanup()
        self._deliveries = self._runner = None

    @contextlib.asynccontextmanager
    async def serving(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Address]:
        """Listen for the length of a `with` block."""
        url = await self.start(host, port)
        try:
            yield Address(url)
        finally:
            await self.stop()


async def _say_no_time(request: web.Request, response: web.StreamResponse) -> None:
    """A date without a zone: bots that compare their clock with Telegram's learn nothing from it."""
    response.headers["Date"] = formatdate()


async def _run(options: argparse.Namespace) -> None:
    server = LocalTelegram(options.token, options.username, strict_limits=not options.no_limits)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with server.serving(port=options.port) as address:
        print(address.url, flush=True)  # noqa: T201 - the promised first line of output
        if options.port_file:
            _write_port(options.port_file, address.url)
        await stopping.wait()


def _write_port(path: Path, url: str) -> None:
    """Write the port to a file at once: no reader sees a part of it."""
    draft = path.with_suffix(".part")
    draft.write_text(url.rpartition(":")[2])
    draft.replace(path)


def main() -> None:
    """Run until interrupted; the first line of output is the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", required=True)
    parser.add_argument("--username", default="countersign_demo_bot")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--port-file", type=Path)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
