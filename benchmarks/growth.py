"""What people and loops ask of the database, with a short past and with a long one."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure
from benchmarks.history import ACCOUNTS, PENDING, RESTING, write_history
from benchmarks.plan import Plan
from benchmarks.stage import CLIENT_ID, database, settings_in
from benchmarks.wire import Wrong
from bot.process.bootstrap import Runtime, open_runtime
from core.accounts import TradingMode
from core.ids import AccountId, ChatId, OrderId, UserId
from core.orders.states import QueueStatus
from core.services.execution.refresh import WATCHED

MOST_TIMES, MOST_TIMES_OF_A_PAGE = 1.5, 1.2
CLIENT, CHAT = UserId(CLIENT_ID), ChatId(CLIENT_ID)


@dataclass(frozen=True, slots=True)
class _Archive:
    """A service over a history of this length."""

    runtime: Runtime
    folder: Path
    count: int

    async def pending_page(self) -> int:
        """What /pending asks for."""
        return len(
            (await self.runtime.services.client_view.list_orders(CLIENT, QueueStatus.PENDING, limit=10)).orders
        )

    async def newest(self) -> int:
        """The 20 newest orders of this client."""
        return len((await self.runtime.services.client_view.list_orders(CLIENT, limit=20)).orders)

    async def strategy_page(self) -> int:
        """What `pendingorders` asks for: a page, and the counts of all orders."""
        listing = await self.runtime.services.order_list.page(AccountId(1), None, None, limit=20)
        if sum(listing.counts.values()) != self.count // ACCOUNTS:
            raise Wrong(f"{sum(listing.counts.values()):,} of {self.count // ACCOUNTS:,} orders are counted")
        return len(listing.page.orders)

    async def plan_cards(self) -> int:
        """The card keeper's look at the table."""
        cards = self.runtime.services.cards
        planned = await cards.plan()
        await cards.chats_due()
        await cards.next_due(CHAT)
        return planned

    async def execute_due(self) -> int:
        """The executor's look."""
        return await self.runtime.executor.execute_due()

    async def sweep(self) -> int:
        """The expiry sweep."""
        return await self.runtime.expiry.sweep()

    async def watch(self) -> int:
        """What the refresher asks the database; the broker is not asked here."""
        async with self.runtime.database.read() as tx:
            return len(await tx.orders.list_with_leg_status(WATCHED, 500))

    async def refresh_cards(self) -> int:
        """The search for waiting cards whose prices are old."""
        await self.runtime.services.cards.refresh_stale()
        return 0

    async def moving(self) -> int:
        """What the next order for a position asks: whether one for it is under way."""
        async with self.runtime.database.read() as tx:
            leg = (await tx.orders.get(OrderId(self.count))).legs[0]
            return await tx.orders.is_moving(AccountId(1), TradingMode.LIVE, leg.terms)

    async def count_waiting(self) -> int:
        """What monitoring counts."""
        await self.runtime.services.health.count_unseen()
        async with self.runtime.database.read() as tx:
            return await tx.counts.count_pending()

    def make_due(self) -> None:
        """One order moved: the keeper has something to plan."""
        with closing(sqlite3.connect(database(self.folder), timeout=5)) as connection, connection:
            connection.execute("UPDATE orders SET cards_due = 1 WHERE id = ?", (self.count,))


PAGE = "pendingorders"
Look = Callable[[_Archive], Awaitable[int]]
LOOKS: Mapping[str, tuple[Look, int]] = {
    "/pending": (_Archive.pending_page, 10),
    "20 newest orders": (_Archive.newest, 20),
    PAGE: (_Archive.strategy_page, 20),
    "card planning": (_Archive.plan_cards, 1),
    "executor": (_Archive.execute_due, 0),
    "expiry sweep": (_Archive.sweep, 0),
    "refresher": (_Archive.watch, RESTING),
    "stale cards": (_Archive.refresh_cards, 0),
    "smart order's look": (_Archive.moving, 0),
    "counts for monitoring": (_Archive.count_waiting, PENDING),
}
"""Each with what it must find in either database."""


async def measure_growth(folder: Path, plan: Plan) -> list[Figure]:
    """How many times longer each look takes with the long past. Raises Wrong."""
    short, long = folder / "short", folder / "long"
    for where, count in ((short, plan.few), (long, plan.many)):
        where.mkdir()
        await write_history(where, count)
    async with open_runtime(settings_in(short)) as few, open_runtime(settings_in(long)) as many:
        archives = (_Archive(few, short, plan.few), _Archive(many, long, plan.many))
        return [figure for name in LOOKS for figure in await _compare(name, archives, plan)]


async def _compare(name: str, archives: tuple[_Archive, _Archive], plan: Plan) -> list[Figure]:
    look, expected = LOOKS[name]
    lasted: tuple[list[float], list[float]] = ([], [])
    for _ in range(plan.looks):
        for archive, times in zip(archives, lasted, strict=True):
            if look is _Archive.plan_cards:
                archive.make_due()
            started = perf_counter()
            found = await look(archive)
            times.append(perf_counter() - started)
            if found != expected:
                raise Wrong(f"{name} found {found} instead of {expected} among {archive.count:,} orders")
    few, many = (median(times) for times in lasted)
    most = MOST_TIMES_OF_A_PAGE if name == PAGE else MOST_TIMES
    return [
        Figure(f"{name}, {plan.many:,} orders", many * 1000, " ms"),
        Figure(f"{name}, {plan.many:,} beside {plan.few:,}: ratio", many / few, "", most),
    ]
