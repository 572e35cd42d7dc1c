"""Transactions begin with their first statement, and are none the less transactions."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from core.audit import SYSTEM, Event, Kind
from core.errors import Unready
from db.records.audit_store import chain
from tests.factories import START
from tests.runtime import Spine

COUNT = text("SELECT count(*) FROM accounts")
RENAME = text("UPDATE accounts SET name = 'renamed'")


def name_of(spine: Spine) -> object:
    """What another program reads in the file."""
    return spine.sql("SELECT name FROM accounts")[0][0]


async def test_a_reader_sees_one_state_from_its_first_statement_on(spine: Spine) -> None:
    engines, query = spine.runtime.engines, text("SELECT name FROM accounts")
    async with engines.reading() as reading:
        before = (await reading.execute(query)).scalar_one()
        async with engines.writing() as writing:
            await writing.execute(RENAME)
            await writing.commit()

        assert (await reading.execute(query)).scalar_one() == before

    async with engines.reading() as reading:
        assert (await reading.execute(query)).scalar_one() == "renamed"


async def test_what_is_not_committed_is_not_there(spine: Spine) -> None:
    before = name_of(spine)

    async with spine.runtime.engines.writing() as writing:
        await writing.execute(RENAME)

    assert name_of(spine) == before


async def test_a_transaction_without_a_statement_is_nothing(spine: Spine) -> None:
    engines = spine.runtime.engines
    async with engines.writing() as writing:
        await writing.commit()
    async with engines.reading():
        pass

    async with engines.writing() as writing:
        await writing.execute(RENAME)
        await writing.commit()

    assert name_of(spine) == "renamed"


async def test_readers_cannot_write(spine: Spine) -> None:
    with pytest.raises(Unready):
        async with spine.runtime.engines.reading() as reading:
            await reading.execute(RENAME)


async def test_nothing_is_read_before_the_turn_to_write_is_ours(spine: Spine) -> None:
    """Otherwise two programs could both decide on what they read before either of them wrote."""
    with closing(sqlite3.connect(spine.path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with spine.runtime.engines.writing() as writing:
            reading = asyncio.ensure_future(writing.execute(COUNT))
            done, _ = await asyncio.wait({reading}, timeout=0.2)
            assert not done

            other.execute("COMMIT")
            await reading
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")


async def test_the_writer_works_on_after_a_caller_was_cancelled(spine: Spine) -> None:
    engines, renamed = spine.runtime.engines, asyncio.Event()

    async def rename_and_wait() -> None:
        async with engines.writing() as writing:
            await writing.execute(RENAME)
            renamed.set()
            await asyncio.Event().wait()

    waiting = asyncio.create_task(rename_and_wait())
    await renamed.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    async with engines.writing() as writing:
        assert (await writing.execute(COUNT)).scalar_one() == 1
        assert (await writing.execute(text("SELECT name FROM accounts"))).scalar_one() != "renamed"


async def test_the_writer_works_on_after_a_caller_was_cancelled_while_waiting_for_the_turn(spine: Spine) -> None:
    engines = spine.runtime.engines

    async def count() -> None:
        async with engines.writing() as writing:
            await writing.execute(COUNT)

    with closing(sqlite3.connect(spine.path, timeout=5, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(count())
        await asyncio.wait({waiting}, timeout=0.2)
        waiting.cancel()
        other.execute("COMMIT")
        await asyncio.gather(waiting, return_exceptions=True)

        async with engines.writing() as writing:
            await writing.execute(RENAME)
            await writing.commit()

        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT name FROM accounts").fetchone() == ("renamed",)


async def test_who_is_cancelled_before_the_transaction_began_leaves_none_open(spine: Spine) -> None:
    """A prepared statement is cancelled without SQLAlchemy's noticing; the thread carries it out all the same."""
    engines, event = spine.runtime.engines, Event(spine.account.id, Kind.STRANGER, SYSTEM, START)

    async def write() -> None:
        async with engines.writing() as writing:
            await writing.run_sync(chain, [event])
            await writing.commit()

    with closing(sqlite3.connect(spine.path, timeout=5, isolation_level=None)) as other:
        before = other.execute("SELECT count(*) FROM audit_events").fetchone()
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(write())
        await asyncio.wait({waiting}, timeout=0.2)
        waiting.cancel()
        await asyncio.sleep(0)
        other.execute("COMMIT")
        await asyncio.gather(waiting, return_exceptions=True)

        async with engines.writing() as writing:
            assert (await writing.execute(COUNT)).scalar_one() == 1
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM audit_events").fetchone() == before


COUNT_FAR = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n"
)


async def test_a_lengthy_query_does_not_hold_up_the_event_loop(spine: Spine) -> None:
    passes = 0

    async def passing() -> None:
        nonlocal passes
        while True:
            passes += 1
            await asyncio.sleep(0)

    async with spine.runtime.engines.reading(lengthy=True) as reading:
        before = (await reading.execute(COUNT)).scalar_one()
        others = asyncio.create_task(passing())
        found = (await reading.execute(COUNT_FAR)).scalar_one()
        others.cancel()

        assert (found, (await reading.execute(COUNT)).scalar_one()) == (400_000, before)
    assert passes > 10


@pytest.mark.parametrize("lengthy", [True, False])
async def test_what_one_change_wrote_the_next_one_reads(spine: Spine, lengthy: bool) -> None:
    """Lengthy and short transactions have connections of their own."""
    engines = spine.runtime.engines
    async with engines.writing(lengthy=lengthy) as writing:
        await writing.execute(RENAME)
        await writing.commit()

    async with engines.writing(lengthy=not lengthy) as writing:
        assert (await writing.execute(text("SELECT name FROM accounts"))).scalar_one() == "renamed"
        await writing.run_sync(chain, [Event(spine.account.id, Kind.STRANGER, SYSTEM, START)])
        await writing.commit()

    assert (await spine.runtime.audit.verify()).breaks == []


async def test_what_is_not_committed_of_a_lengthy_change_is_not_there(spine: Spine) -> None:
    before = name_of(spine)

    async with spine.runtime.engines.writing(lengthy=True) as writing:
        await writing.execute(RENAME)

    assert name_of(spine) == before


async def test_lengthy_readers_cannot_write(spine: Spine) -> None:
    with pytest.raises(Unready):
        async with spine.runtime.engines.reading(lengthy=True) as reading:
            await reading.execute(RENAME)


async def test_a_lengthy_change_does_not_hold_up_the_event_loop(spine: Spine) -> None:
    """What another program waits for would otherwise be waited for here, too."""
    async with spine.runtime.engines.writing(lengthy=True) as writing:
        await writing.execute(COUNT)
        changing = asyncio.ensure_future(writing.execute(RENAME))
        done, _ = await asyncio.wait({changing}, timeout=0)
        assert not done
        await changing
        await writing.commit()

    assert name_of(spine) == "renamed"
