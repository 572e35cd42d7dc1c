"""The whole program as in life: the service in a process of its own, a local Telegram, a linked client."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import post_request
from benchmarks.processes import Running, running
from bot.local_telegram.client import LocalTelegramClient
from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.settings import Database, Security, Settings
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM

TOKEN = "1000000001:BENCH-token-for-the-local-Telegram-0"  # noqa: S105 - nothing but our own server knows it
NO_RATES = (
    "[limits]\norders_per_second = 0\nrequests_per_second = 0\naddress_requests_per_second = 0\n"
    "failed_keys_per_minute = 0\n"
)
NO_LIMITS = f"{NO_RATES}undecided_per_strategy = 0\n"
CLIENT_ID = 700001
PATH = "/api/v1/placeorder"
ORDER = {
    "strategy": "Opening range",
    "symbol": "SBIN",
    "exchange": "NSE",
    "action": "BUY",
    "quantity": "25",
    "pricetype": "LIMIT",
    "price": "970",
    "product": "MIS",
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A client, the key of their account's strategy, and a code with which they can link."""

    client_id: int
    api_key: str
    link_code: str

    def order(self) -> bytes:
        """The body of one order of theirs."""
        return json.dumps({"apikey": self.api_key, **ORDER}).encode()


@dataclass(frozen=True, slots=True)
class Stage:
    """The running service and what is around it."""

    folder: Path
    service: Running
    customer: Customer

    def place_order(self) -> bytes:
        """The bytes of one request for an order."""
        return post_request(self.service.url, PATH, self.customer.order())


def database(folder: Path) -> Path:
    """The database file of a stage in this folder."""
    return folder / "countersign.db"


def settings_in(folder: Path) -> Settings:
    """Settings of a service in this folder, everything else by default."""
    return Settings(
        database=Database(url=f"sqlite+aiosqlite:///{database(folder)}"),
        security=Security(secret_file=str(folder / "countersign.secret")),
    )


async def furnish(folder: Path, clients: int = 1, mode: OrderMode = OrderMode.SEMI_AUTO) -> list[Customer]:
    """A database with so many customers, each with an account of their own in this mode."""
    async with open_runtime(settings_in(folder)) as runtime:
        return [await _add_customer(runtime, CLIENT_ID + number, mode) for number in range(clients)]


async def _add_customer(runtime: Runtime, client_id: int, mode: OrderMode) -> Customer:
    services = runtime.services
    name = f"bench {client_id}"
    account = await services.accounts.add(name, "paper", mode, TradingMode.LIVE, SYSTEM)
    key = await services.keys.create(account.id, "bench", SYSTEM)
    link = await services.linking.create(account.id, Role.OWNER, SYSTEM)
    return Customer(client_id, key.secret, link.code)


@contextlib.asynccontextmanager
async def local_telegram() -> AsyncIterator[tuple[str, LocalTelegramClient]]:
    """A strict Telegram in a process of its own: its address, and its people."""
    async with (
        running("-m", "bot.local_telegram.server.server", "--token", TOKEN) as server,
        LocalTelegramClient(server.url) as client,
    ):
        yield server.url, client


async def link(telegram: LocalTelegramClient, customer: Customer) -> None:
    """The client opens their one-time link, and is told the account's name."""
    await telegram.add_user(customer.client_id, "Asha")
    await telegram.send_text(customer.client_id, f"/start {customer.link_code}")
    await telegram.wait_for_message(customer.client_id, "bench")


@contextlib.asynccontextmanager
async def service(folder: Path, telegram_url: str, more: str = "", limits: str = NO_LIMITS) -> AsyncIterator[Running]:
    """`python -m bot run` on this folder's database, without limits; by default apart from them and from `more`."""
    config = folder / "config.toml"
    telegram = f'[telegram]\ntoken = "{TOKEN}"\nbase_url = "{telegram_url}"\n'
    config.write_text(
        f'[server]\nport = 0\nwebsocket_port = 0\n{telegram}[logging]\nlevel = "warning"\n{limits}{more}'
    )
    async with running("-m", "bot", "run", "--config", str(config)) as process:
        yield process


@contextlib.asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Everything running on a new database in this folder, the client linked."""
    [customer] = await furnish(folder)
    async with local_telegram() as (url, telegram), service(folder, url) as process:
        await link(telegram, customer)
        yield Stage(folder, process, customer)
