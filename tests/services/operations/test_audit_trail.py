"""The audit trail as it is kept: complete, unchangeable, and checkable by anybody."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.process.bootstrap import open_runtime
from core.accounts import OrderMode, TradingMode
from core.audit import NOT_OUR_SEAL, SYSTEM, Actor, Kind, Link
from core.ids import SYSTEM_ACCOUNT, AccountId
from core.services.operations.audit import AuditBook
from tests.factories import MALLORY, START
from tests.older_database import take_back_to
from tests.runtime import Spine, presser, raw_sql, settings_for


@pytest.fixture
def audit(spine: Spine) -> AuditBook:
    """The service under test."""
    return spine.runtime.audit


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET facts = '{}' WHERE seq = 2",
        "UPDATE audit_events SET seq = 99 WHERE seq = 2",
        "DELETE FROM audit_events WHERE seq = 2",
        "DELETE FROM audit_events",
        "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events WHERE seq = 2",
        "REPLACE INTO audit_events SELECT account_id, seq, at, kind, actor, 9, facts, hash, hash FROM audit_events",
        "UPDATE audit_heads SET seq = 1",
        "UPDATE audit_heads SET account_id = 77",
        "DELETE FROM audit_heads",
        "REPLACE INTO audit_heads SELECT account_id, 1, hash, seal FROM audit_heads",
    ],
)
async def test_database_refuses_to_change_the_trail_for_any_program(spine: Spine, statement: str) -> None:
    before = await spine.audit_of()

    with (
        closing(sqlite3.connect(spine.path)) as stranger,
        pytest.raises(sqlite3.IntegrityError, match=r"never|only grows"),
    ):
        stranger.execute(statement)

    assert await spine.audit_of() == before


async def test_what_happened_is_in_the_trail_in_order(spine: Spine) -> None:
    order_id = await spine.approved()
    await spine.execute()

    told = await spine.told_of(order_id)

    assert told == [Kind.ORDER_RECEIVED, Kind.ORDER_APPROVED, Kind.LEG_SENDING, Kind.LEG_FILLED]


async def test_trail_as_written_verifies(spine: Spine, audit: AuditBook) -> None:
    await spine.approved()
    await spine.services.decide.note_stranger(MALLORY, "Mallory", "/start")

    assert (await audit.verify()).breaks == []
    assert (await audit.verify(spine.account.id)).breaks == []
    assert (await audit.verify(SYSTEM_ACCOUNT)).breaks == []


TAMPERINGS = {
    "UPDATE audit_events SET facts = '{}' WHERE seq = 3": [(3, "event 3 was changed")],
    "UPDATE audit_events SET facts = x'ff' WHERE seq = 3": [(3, "event 3 was changed")],
    "DELETE FROM audit_events WHERE seq = 3": [(3, "event 3 is missing")],
    "DELETE FROM audit_events WHERE seq IN (3, 4)": [(3, "events 3 to 4 are missing")],
    "DELETE FROM audit_events WHERE seq = (SELECT max(seq) FROM audit_events)": [(8, "event 8 is missing")],
    "DELETE FROM audit_events": [(1, "events 1 to 8 are missing")],
    "DELETE FROM audit_heads": [(8, "the record of its last event is missing")],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_past_the_guards_is_found_and_named(spine: Spine, audit: AuditBook, tampering: str) -> None:
    remove_guards(spine.path)

    raw_sql(spine.path, tampering)

    found = (await audit.verify(spine.account.id)).breaks
    assert [(one.seq, one.what) for one in found] == TAMPERINGS[tampering]
    assert found == (await audit.verify()).breaks


async def test_swapped_events_are_found(spine: Spine, audit: AuditBook) -> None:
    remove_guards(spine.path)

    for there, here in ((3, 99), (4, 3), (99, 4)):
        raw_sql(spine.path, "UPDATE audit_events SET seq = ? WHERE seq = ?", here, there)

    assert {found.seq for found in (await audit.verify(spine.account.id)).breaks} >= {3, 4}


async def test_trail_that_vanished_whole_is_found(spine: Spine, audit: AuditBook) -> None:
    remove_guards(spine.path)

    raw_sql(spine.path, "DELETE FROM audit_events")
    raw_sql(spine.path, "DELETE FROM audit_heads")

    (found,) = (await audit.verify()).breaks
    assert (found.account_id, found.what) == (spine.account.id, "every event is missing")


async def test_other_accounts_trails_are_their_own(spine: Spine, audit: AuditBook) -> None:
    other = await spine.services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    remove_guards(spine.path)

    raw_sql(spine.path, "UPDATE audit_events SET actor = 'x' WHERE account_id = ?", other.id)

    assert (await audit.verify(spine.account.id)).breaks == []
    assert [found.account_id for found in (await audit.verify()).breaks] == [other.id]


async def test_export_is_what_was_asked_for_and_is_recorded_itself(spine: Spine, audit: AuditBook) -> None:
    spine.clock.advance(hours=1)
    await spine.queue()
    spine.clock.advance(hours=1)
    asker = Actor("cli", "root")

    links = await exported(audit, spine.account.id, asker)

    assert [link.kind for link in links] == [Kind.ORDER_RECEIVED]
    last = (await spine.audit_of())[-1]
    assert (last.kind, last.actor) == (Kind.EXPORTED, "cli root")
    assert last.facts == '{"since":"2026-11-23T05:30:00.000000+00:00","until":"2026-11-23T05:30:01.000000+00:00"}'


async def test_export_without_limits_is_the_whole_trail(spine: Spine, audit: AuditBook) -> None:
    links = [link async for link in audit.export(spine.account.id, None, None, SYSTEM)]

    assert links == await spine.audit_of()


async def test_many_events_are_read_in_their_order(spine: Spine, audit: AuditBook) -> None:
    for _ in range(3):
        await spine.services.decide.note_stranger(MALLORY, "Mallory", "/start")
    for _ in range(3):
        await spine.services.decide.note_forged(presser(MALLORY), None)

    assert [link.seq for link in await spine.audit_of(SYSTEM_ACCOUNT)] == [1, 2, 3, 4, 5, 6]


async def exported(audit: AuditBook, account_id: AccountId, actor: Actor) -> list[Link]:
    """The events of one second, an hour after the start."""
    since = START + timedelta(hours=1)
    return [link async for link in audit.export(account_id, since, since + timedelta(seconds=1), actor)]


def remove_guards(path: Path) -> None:
    """Drop the triggers, as somebody with the file and enough will can."""
    for (name,) in raw_sql(path, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        raw_sql(path, f"DROP TRIGGER {name}")


async def test_chains_of_an_older_version_are_sealed_once_and_say_so(spine: Spine, tmp_path: Path) -> None:
    await spine.queue()
    seq = (await spine.audit_of())[-1].seq
    take_back_to(spine.path, "0007")

    async with open_runtime(settings_for(tmp_path), spine.clock) as upgraded:
        first = (await upgraded.audit.verify()).breaks
        async with upgraded.database.read() as tx:
            last = [link async for link in tx.audit.links(spine.account.id)][-1]
    remove_guards(spine.path)
    raw_sql(spine.path, "UPDATE audit_heads SET seal = NULL")
    async with open_runtime(settings_for(tmp_path), spine.clock) as started:
        second = (await started.audit.verify(spine.account.id)).breaks

    assert first == []
    assert (last.kind, last.facts) == (Kind.SEALED, f'{{"until":{seq}}}')
    assert [broken.what for broken in second] == ["the record of its last event carries no seal"]


async def test_cutting_the_end_and_setting_the_head_back_is_found(spine: Spine, audit: AuditBook) -> None:
    await spine.queue()
    remove_guards(spine.path)
    links = await spine.audit_of()
    kept = links[-3]

    raw_sql(spine.path, "DELETE FROM audit_events WHERE account_id = ? AND seq > ?", spine.account.id, kept.seq)
    back = "UPDATE audit_heads SET seq = ?, hash = ? WHERE account_id = ?"
    raw_sql(spine.path, back, kept.seq, kept.hash, spine.account.id)

    assert NOT_OUR_SEAL in [found.what for found in (await audit.verify()).breaks]


async def test_another_secret_proves_nothing(spine: Spine) -> None:
    stranger = AuditBook(spine.runtime.database, spine.clock, b"another secret")

    assert {found.what for found in (await stranger.verify()).breaks} == {NOT_OUR_SEAL}
