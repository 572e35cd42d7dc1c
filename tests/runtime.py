"""The real spine of the program on a database of its own, and short ways to use it."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.settings import Database, Limits, Paper, Security, Settings
from brokers.feed.simulated_feed import SimulatedFeed
from brokers.paper.book.order_numbers import BookKey
from brokers.paper.broker import PaperBroker
from core.accounts import Account, Caller, OrderMode, Role, TradingMode
from core.audit import SYSTEM, Link
from core.ids import AccountId, ApiKeyId, ChatId, MessageId, OrderId, UserId
from core.orders.decisions import Presser, Verdict
from core.orders.intents import Basket, Single
from core.orders.order import ApiType, LegTerms, Order
from core.orders.router import Operation
from core.portfolio.paper_book import PaperChanges, PaperHead
from core.portfolio.positions import Holding, Position
from core.ports import Entry, IdempotentKey
from core.services.facade import Services
from core.services.intake.intake import OrderRequest, Queued, Result, Sent
from db.connections.engines import Engines
from db.paper.book_store import SqlPaperStore
from db.upgrade import upgrade
from tests.factories import ASHA, NAMES, RAVI, VEENA, SettableClock, some_terms

STUCK = "CREATE TRIGGER stuck BEFORE UPDATE ON legs BEGIN SELECT RAISE(ABORT, 'disk full'); END"
"""While this stands no leg moves, so none is sent."""


@dataclass
class Spine:
    """Everything a test of the services touches; the account is semi-auto and live unless told otherwise."""

    runtime: Runtime
    clock: SettableClock
    path: Path
    account: Account
    secret: str
    key_id: ApiKeyId

    @property
    def services(self) -> Services:
        """The use cases."""
        return self.runtime.services

    @property
    def feed(self) -> SimulatedFeed:
        """The market, which a test may pin."""
        assert isinstance(self.runtime.feed, SimulatedFeed)
        return self.runtime.feed

    async def own(self, mode: TradingMode, shares: Holding) -> None:
        """Put shares into an untouched paper book as if they had been delivered before."""
        await self._begin(mode, PaperChanges(PaperHead(Decimal(10_000_000)), holdings=(shares,)))

    async def hold(self, position: Position, mode: TradingMode = TradingMode.LIVE) -> None:
        """Put a position into an untouched paper book as if it had been bought before."""
        await self._begin(mode, PaperChanges(PaperHead(Decimal(10_000_000)), positions=(position,)))

    async def switch(self, **becomes: object) -> Account:
        """Change the account as the command line would."""
        self.account = await self.services.accounts.set(self.account.name, SYSTEM, **becomes)
        return self.account

    async def caller(self) -> Caller:
        """The strategy, as the account stands now."""
        return await self.services.keys.authenticate(self.secret)

    async def request(self, *legs: LegTerms, **other: Any) -> OrderRequest:
        """What a strategy asks for: one SBIN leg at the market unless told otherwise, a basket for several legs."""
        caller = other.pop("caller", None) or await self.caller()
        intent = Basket(legs) if len(legs) > 1 else Single(*(legs or (some_terms(),)))
        made = OrderRequest(caller, ApiType.PLACEORDER, Operation.PLACEORDER, "momentum", intent, {"symbol": "SBIN"})
        return replace(made, **other)

    async def submit(self, *legs: LegTerms, **other: Any) -> Result:
        """A strategy places an order."""
        return await self.services.intake.submit(await self.request(*legs, **other))

    async def queue(self, *legs: LegTerms, **other: Any) -> OrderId:
        """A strategy places an order that must wait for the client."""
        taken = await self.submit(*legs, **other)
        assert isinstance(taken, Queued)
        return taken.order_id

    async def send(self, *legs: LegTerms, **other: Any) -> Order:
        """A strategy places an order that needs no approval."""
        taken = await self.submit(*legs, **other)
        assert isinstance(taken, Sent)
        return taken.order

    async def approve(self, order_id: OrderId, by: UserId = ASHA, version: int = 1) -> Verdict:
        """Somebody taps Approve."""
        return await self.services.decide.approve(order_id, version, presser(by))

    async def reject(self, order_id: OrderId, by: UserId = ASHA, version: int = 1) -> Verdict:
        """Somebody taps Reject."""
        return await self.services.decide.reject(order_id, version, presser(by))

    async def approved(self, *legs: LegTerms) -> OrderId:
        """An approved order that nobody has sent yet."""
        order_id = await self.queue(*legs)
        await self.approve(order_id)
        return order_id

    async def execute(self) -> None:
        """The executor has its turn."""
        await self.runtime.executor.execute_due()

    async def order(self, order_id: OrderId) -> Order:
        """An order as it stands."""
        return await self.runtime.executor.get(order_id)

    def book(self, trading_mode: TradingMode = TradingMode.LIVE) -> PaperBroker:
        """The account's paper book."""
        return self.runtime.paper.book(BookKey(trading_mode, self.account.id))

    async def move(self, ltp: int | str) -> None:
        """SBIN trades at this price, and the paper books have seen it."""
        self.feed.pin("NSE", "SBIN", Decimal(ltp))
        await self.runtime.paper.drain()

    async def audit_of(self, account_id: AccountId | None = None) -> list[Link]:
        """An account's trail."""
        async with self.runtime.database.read() as tx:
            return [link async for link in tx.audit.links(self.account.id if account_id is None else account_id)]

    async def told_of(self, order_id: OrderId) -> list[str]:
        """The kinds of event that the trail has of an order."""
        return [link.kind for link in await self.audit_of() if link.order_id == order_id]

    async def link(self, user_id: UserId, role: Role, account_id: AccountId | None = None) -> None:
        """Link a person to an account."""
        linking = self.services.linking
        new = await linking.create(self.account.id if account_id is None else account_id, role, SYSTEM)
        await linking.redeem(new.code, user_id, ChatId(user_id), NAMES[user_id])

    async def _begin(self, mode: TradingMode, changes: PaperChanges) -> None:
        store = SqlPaperStore(self.runtime.engines, lambda _: None)
        await store.save(f"{mode}:{self.account.id}", changes, Entry((), ""))

    def sql(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Run SQL on the file, past everything of ours and past the CHECK constraints."""
        return raw_sql(self.path, statement, *values)


def raw_sql(path: Path, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """Run SQL on a SQLite file as any other program could."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        return connection.execute(statement, values).fetchall()


async def migrate(path: Path) -> None:
    """Make a database of the present schema."""
    engines = Engines(f"sqlite+aiosqlite:///{path}", b"key")
    await upgrade(engines)
    await engines.close()


def presser(user_id: UserId) -> Presser:
    """This person, in their own chat."""
    return Presser(user_id, NAMES[user_id], ChatId(user_id), MessageId(1))


def idempotent(key: str = "k-1", fingerprint: str = "a" * 64) -> IdempotentKey:
    """An Idempotency-Key and what its body hashes to."""
    return IdempotentKey(key, fingerprint)


def settings_for(folder: Path, query: str = "", **sections: Any) -> Settings:
    """Settings of a service in this folder; any number of orders may wait unless `sections` say otherwise."""
    return Settings(
        database=Database(url=f"sqlite+aiosqlite:///{folder / 'test.db'}{query}"),
        security=Security(secret_file=str(folder / "secret"), broker_key_file=str(folder / "broker-key")),
        **({"limits": Limits(undecided_per_strategy=0), "paper": Paper(outside_hours="ignore")} | sections),
    )


@dataclass(frozen=True)
class Prototype:
    """What every spine begins with: a database with one account, its key, and three people, and its secret file."""

    folder: Path
    account: Account
    secret: str
    key_id: ApiKeyId


_PROTOTYPES: dict[tuple[Path, datetime], Prototype] = {}


@asynccontextmanager
async def running_spine(folder: Path, template: Path, clock: SettableClock, **sections: Any) -> AsyncIterator[Spine]:
    """A service with one account, its key, and three people; `template` is an empty, migrated database."""
    made = _PROTOTYPES.get((template, clock.moment)) or await _make_prototype(template, clock.moment)
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(open_runtime(settings_for(folder, **sections), clock))
        stack.push_async_callback(_stop, asyncio.create_task(runtime.order_log.run()))
        runtime.services.clock.require()  # It was right until now.
        spine = Spine(runtime, clock, folder / "test.db", made.account, made.secret, made.key_id)
        spine.feed.pin("NSE", "SBIN", Decimal(800))
        yield spine


async def _make_prototype(template: Path, moment: datetime) -> Prototype:
    """Made once in a process for each moment at which tests begin."""
    folder = template.parent / f"prototype-{len(_PROTOTYPES)}"
    folder.mkdir()
    shutil.copy(template, folder / "test.db")
    async with open_runtime(settings_for(folder), SettableClock(moment)) as runtime:
        account = await runtime.services.accounts.add("main", "paper", OrderMode.SEMI_AUTO, TradingMode.LIVE, SYSTEM)
        key = await runtime.services.keys.create(account.id, "test", SYSTEM)
        spine = Spine(runtime, SettableClock(moment), folder / "test.db", account, key.secret, key.stored.id)
        for user_id, role in ((ASHA, Role.OWNER), (RAVI, Role.APPROVER), (VEENA, Role.VIEWER)):
            await spine.link(user_id, role)
    made = Prototype(folder, account, key.secret, key.stored.id)
    _PROTOTYPES[template, moment] = made
    return made


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
