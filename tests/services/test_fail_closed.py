"""Whatever cannot be read, written or believed: no order moves, and somebody is told."""

import resource
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import db.connections.sqlite_connection
from core.accounts import Caller
from core.errors import Unready
from core.ids import OrderId
from core.orders.decisions import Answer
from core.orders.states import QueueStatus
from core.services.intake.intake import OrderRequest, Queued
from tests.factories import SettableClock
from tests.runtime import Spine, raw_sql, running_spine


@dataclass
class Scene:
    """One order that waits, one that is approved but not sent, and a strategy that sends another."""

    spine: Spine
    waiting: OrderId
    approved: OrderId
    caller: Caller
    request: OrderRequest

    async def assert_refused(self) -> None:
        """Nobody can place or decide an order, and nothing is sent."""
        spine = self.spine
        with pytest.raises(Unready):
            await spine.services.intake.submit(self.request)
        for tap in (spine.approve, spine.reject):
            with pytest.raises(Unready):
                await tap(self.waiting)
        await self.execute()

    async def execute(self) -> None:
        """The executor does what it can."""
        try:
            await self.spine.execute()
        except Unready:
            return

    async def assert_works(self) -> None:
        """All of it is possible again."""
        assert isinstance(await self.spine.services.intake.submit(self.request), Queued)
        assert (await self.spine.approve(self.waiting)).answer is Answer.APPROVED
        await self.spine.execute()
        assert paper_orders(self.spine.path) == 2


@pytest.fixture
async def scene(
    tmp_path: Path, template: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """The scene, over a database that is not waited for long."""
    monkeypatch.setattr(db.connections.sqlite_connection, "BUSY_MILLISECONDS", 20)
    async with running_spine(tmp_path, template, clock) as spine:
        caller = await spine.services.keys.recognise(spine.secret)
        request = await spine.request(caller=caller)
        yield Scene(spine, await spine.queue(), await spine.approved(), caller, request)


def paper_orders(path: Path) -> int:
    """How many orders ever reached a paper book."""
    ((count,),) = raw_sql(path, "SELECT count(*) FROM paper_orders")
    return int(count)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes, and does not stop."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond what the database's journal has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(path.name + "-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_scene_works_when_nothing_is_wrong(scene: Scene) -> None:
    await scene.assert_works()


async def test_deleted_database_moves_nothing(scene: Scene) -> None:
    path = scene.spine.path
    kept = path.rename(path.with_name("kept.db"))

    await scene.assert_refused()

    assert not path.exists()
    assert "database" in (await scene.spine.services.health.readiness())["database"]
    kept.rename(path)
    assert paper_orders(path) == 0


async def test_replaced_database_moves_nothing(scene: Scene, template: Path) -> None:
    path = scene.spine.path
    kept = path.rename(path.with_name("kept.db"))
    shutil.copy(template, path)

    await scene.assert_refused()

    kept.rename(path)
    assert paper_orders(path) == 0


async def test_locked_database_moves_nothing(scene: Scene) -> None:
    with locked(scene.spine.path):
        await scene.assert_refused()
        assert "database" in scene.spine.runtime.executor.problem

    assert paper_orders(scene.spine.path) == 0
    await scene.assert_works()


async def test_full_disk_moves_nothing(scene: Scene) -> None:
    with full_disk(scene.spine.path):
        await scene.assert_refused()

    assert paper_orders(scene.spine.path) == 0
    await scene.assert_works()


@pytest.mark.parametrize("table", ["orders", "legs", "accounts", "audit_events", "audit_heads"])
async def test_missing_table_moves_nothing(scene: Scene, table: str) -> None:
    with closing(sqlite3.connect(scene.spine.path)) as other:
        other.execute("PRAGMA legacy_alter_table = ON")
        other.execute(f"ALTER TABLE {table} RENAME TO stolen")

    await scene.assert_refused()

    assert paper_orders(scene.spine.path) == 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE accounts SET order_mode = 'manual'",
        "UPDATE accounts SET trading_mode = 'real'",
        "UPDATE accounts SET trading_mode = ''",
    ],
)
async def test_mode_that_cannot_be_read_moves_nothing(scene: Scene, damage: str) -> None:
    scene.spine.sql(damage)

    with pytest.raises(Unready, match="This account's mode is not readable"):
        await scene.spine.services.intake.submit(scene.request)
    verdict = await scene.spine.approve(scene.waiting)
    await scene.spine.execute()

    assert verdict.answer is Answer.UNREADY
    assert paper_orders(scene.spine.path) == 0
    assert scene.spine.sql("SELECT status FROM orders ORDER BY id") == [("pending",), ("approved",)]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE orders SET trading_mode = 'real'",
        "UPDATE orders SET status = 'approved!'",
        "UPDATE orders SET expires_at = 'soon'",
        "UPDATE legs SET quantity = 'many'",
        "UPDATE legs SET action = 'HOLD'",
        "UPDATE legs SET broker_status = 'gone'",
    ],
)
async def test_order_that_cannot_be_read_is_not_moved(scene: Scene, damage: str) -> None:
    scene.spine.sql(damage)

    for tap in (scene.spine.approve, scene.spine.reject):
        with pytest.raises(Unready, match="cannot be read"):
            await tap(scene.waiting)
    await scene.execute()

    assert paper_orders(scene.spine.path) == 0


async def test_order_of_a_broker_that_is_not_there_waits_for_its_deadline_and_expires(scene: Scene) -> None:
    scene.spine.sql("UPDATE accounts SET broker = 'nope'")

    await scene.spine.execute()
    waited = await scene.spine.order(scene.approved)
    problem = scene.spine.runtime.executor.problem
    scene.spine.clock.advance(seconds=60)
    await scene.spine.runtime.expiry.sweep()

    assert waited.status is QueueStatus.APPROVED
    assert problem == "Account main uses the broker 'nope', which does not exist."
    assert (await scene.spine.order(scene.approved)).status is QueueStatus.EXPIRED
    assert paper_orders(scene.spine.path) == 0


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)])
async def test_clock_a_day_away_from_telegrams_moves_nothing(scene: Scene, wrong: timedelta) -> None:
    right = scene.spine.clock.now()
    scene.spine.clock.moment += wrong
    scene.spine.services.clock.observe(right)

    await scene.assert_refused()

    assert "clock" in (await scene.spine.services.health.readiness())["clock"]
    scene.spine.clock.moment = right
    scene.spine.services.clock.observe(right)
    await scene.assert_works()


async def test_clock_behind_what_was_written_moves_nothing(scene: Scene) -> None:
    scene.spine.clock.advance(days=-1)

    await scene.assert_refused()

    scene.spine.clock.advance(days=1)
    await scene.assert_works()


@pytest.mark.parametrize("table", ["approvers", "orders"])
async def test_tap_without_the_row_it_stands_on_is_refused(scene: Scene, table: str) -> None:
    scene.spine.sql(f"DELETE FROM {table}")  # noqa: S608

    verdict = await scene.spine.approve(scene.waiting)

    assert verdict.answer is Answer.NOT_LINKED


async def test_order_whose_account_vanished_is_not_sent(scene: Scene) -> None:
    scene.spine.sql("DELETE FROM accounts")

    await scene.spine.execute()

    assert scene.spine.runtime.executor.problem == "There is no such account."
    assert paper_orders(scene.spine.path) == 0
