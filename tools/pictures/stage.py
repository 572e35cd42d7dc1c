"""The real service with the local Telegram in a folder of its own; time stands still and prices stay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.cli.console import CLI
from bot.cli.demo import BOT_NAME, TOKEN, demo_settings
from bot.local_telegram.clock import Clock as TelegramClock
from bot.local_telegram.server.server import LocalTelegram
from bot.process.bootstrap import Runtime, open_runtime
from bot.process.run import run_service
from bot.settings.brokers import Brokers
from bot.settings.feed import Feed
from bot.settings.settings import Paper, Settings
from brokers.feed.simulated_feed import SimulatedFeed
from core.accounts import PAPER, OrderMode, Role, TradingMode

MONDAY_MORNING = datetime(2026, 11, 23, 5, 2, tzinfo=UTC)

PRICES = {"SBIN": Decimal("972.85"), "INFY": Decimal("1534.20"), "TCS": Decimal("3105.00"), "RELIANCE": Decimal(1548)}
FROM = MONDAY_MORNING - timedelta(days=14)
NEVER = timedelta(days=1)


@dataclass
class StillClock:
    """Time that passes only when told."""

    moment: datetime = FROM

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment


@dataclass(frozen=True)
class Client:
    """A person, the account that they own, and a strategy's key for it."""

    id: int
    name: str
    account: str
    key: str


@dataclass(frozen=True)
class Stage:
    """The service and the Telegram, with their addresses."""

    telegram: LocalTelegram
    page: str
    runtime: Runtime
    api: str
    clock: StillClock = field(default_factory=StillClock)

    async def pass_time(self, length: timedelta) -> None:
        """Move the clock, and do at once what is done as time passes."""
        self.clock.moment += length
        self._feed.tick_once()
        await self.runtime.expiry.sweep()
        await self.runtime.paper.keep_time()
        await self.runtime.services.daily_values.record()

    def pin(self, symbol: str, ltp: Decimal) -> None:
        """Let a share cost this."""
        self._feed.pin("NSE", symbol, ltp)

    @property
    def _feed(self) -> SimulatedFeed:
        assert isinstance(self.runtime.feed, SimulatedFeed)
        return self.runtime.feed

    async def admit(self, number: int, name: str, account_name: str) -> Client:
        """Open an account that trades live on paper, and link its owner, whose chat begins with that."""
        services = self.runtime.services
        account = await services.accounts.add(account_name, PAPER, OrderMode.SEMI_AUTO, TradingMode.LIVE, CLI)
        key = await services.keys.create(account.id, "strategy", CLI)
        link = await services.linking.create(account.id, Role.OWNER, CLI)
        self.telegram.add_user(number, name)
        self.telegram.send_text(number, f"/start {link.code}")
        await self.telegram.wait_for(
            lambda: any(account_name in one["text"] for one in self.telegram.messages(number))
        )
        return Client(number, name, account_name, key.secret)


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Stage]:
    """Everything running, until the end of the `with` block. Raises CountersignError."""
    clock, stop = StillClock(), asyncio.Event()
    telegram = LocalTelegram(
        TOKEN, BOT_NAME, strict_limits=False, clock=TelegramClock(lambda: clock.moment.timestamp())
    )
    async with AsyncExitStack() as stack:
        local = await stack.enter_async_context(telegram.serving())
        runtime = await stack.enter_async_context(open_runtime(_settings(folder, local.url), clock))
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        service = asyncio.create_task(run_service(runtime, stop, ready.set_result))
        try:
            both: set[asyncio.Future[None] | asyncio.Future[str]] = {service, ready}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                stage = Stage(telegram, local.url, runtime, ready.result(), clock)
                for symbol, ltp in PRICES.items():
                    stage.pin(symbol, ltp)
                yield stage
        finally:
            stop.set()
            await service


def _settings(folder: Path, telegram_url: str) -> Settings:
    """Those of the demo, but with prices that stay and with the hours of the exchanges."""
    own = {"feed": Feed(seed="pictures", tick_every=NEVER), "paper": Paper()}
    return demo_settings(folder, telegram_url, Brokers()).model_copy(update=own)
