"""A poller whose application only remembers, and whose pauses take no time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from telegram import Update

from bot.local_telegram.server.server import LocalTelegram
from bot.transport.bot_client import PollingBot
from bot.transport.poller import Poller
from core.services.operations.health import TelegramConnection
from tests.waiting import SOON


@dataclass
class FakeApplication:
    """Handles updates by writing them down."""

    bot: PollingBot
    seen: list[str] = field(default_factory=list)
    on_update: Callable[[Update], Awaitable[None]] | None = None

    async def initialize(self) -> None:
        """As an Application."""
        await self.bot.initialize()

    async def process_update(self, update: Update) -> None:
        """Remember the text, after whatever the test wants to happen."""
        if self.on_update is not None:
            await self.on_update(update)
        assert update.message is not None
        self.seen.append(update.message.text or "")


@dataclass
class Naps:
    """A sleep that takes no time and remembers how long it was asked for."""

    asked: list[float] = field(default_factory=list)
    third: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, seconds: float) -> None:
        """Yield to others and go on."""
        self.asked.append(seconds)
        if len(self.asked) == 3:
            self.third.set()
        await asyncio.sleep(0.001)


def address_of(telegram: LocalTelegram) -> str:
    """Where it listens."""
    assert telegram._runner is not None
    host, port = telegram._runner.addresses[0][:2]
    return f"http://{host}:{port}"


def poller_of(
    application: FakeApplication,
    naps: Naps | None = None,
    *,
    connection: TelegramConnection | None = None,
    takes_back: bool = False,
) -> Poller:
    """A poller of this application, which keeps in `connection` why it cannot fetch updates."""
    connection = connection or TelegramConnection()
    return Poller(application, connection, naps or Naps(), takes_back=takes_back)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def polling(poller: Poller) -> AsyncIterator[asyncio.Task[None]]:
    """The poller's loop for the length of a block."""
    task = asyncio.create_task(poller.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(predicate: Callable[[], object], telegram: LocalTelegram) -> None:
    """Wait for something to become true."""
    await telegram.wait_for(predicate, SOON)
