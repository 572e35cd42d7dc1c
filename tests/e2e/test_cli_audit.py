"""The audit trail: handed over, copied while in use, and proven against tampering."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.crashing import trail_of
from tests.e2e.people import approve, local_telegram, talking
from tests.e2e.program import Installation
from tests.factories import ASHA

TAMPERING = {
    "UPDATE audit_events SET facts = replace(facts, 'paper', 'gold') WHERE account_id = 1 AND seq = 1": (
        "event 1 was changed"
    ),
    "UPDATE audit_events SET actor = 'cli' || char(32) WHERE account_id = 1 AND seq = 3": "event 3 was changed",
    "DELETE FROM audit_events WHERE account_id = 1 AND seq = 2": "event 2 is missing",
    "DELETE FROM audit_events WHERE account_id = 1 AND seq >= 4": "missing",
    "DELETE FROM audit_events WHERE account_id = 1": "missing",
    "DELETE FROM audit_heads WHERE account_id = 1": "missing",
    "UPDATE audit_events SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END "
    "WHERE account_id = 1 AND seq IN (2, 3)": "missing",
}


def tamper(home: Installation, statement: str) -> None:
    """Change the trail as somebody could who owns the file: take the guards away, and put them back."""
    with closing(sqlite3.connect(home.database)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)
        connection.commit()


@pytest.mark.parametrize("statement", TAMPERING)
async def test_tampering_is_found_and_named(home: Installation, statement: str) -> None:
    before = await home.cli("audit", "verify")
    tamper(home, statement)

    after = await home.cli("audit", "verify")
    as_json = await home.cli("audit", "verify", "--json")

    assert before.status == 0
    assert re.fullmatch(
        r"The audit trail is as it was written: \d+ events, \d+ orders, \d+ legs, \d+ chains?\.\n", before.out
    )
    assert after.status == 1
    assert "account 1: " in after.out
    assert TAMPERING[statement] in after.out
    assert after.err.startswith("countersign: The audit trail is broken in ")
    assert '"account_id": 1' in as_json.out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET facts = '{}'",
        "DELETE FROM audit_events",
        "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events",
        "UPDATE audit_heads SET seq = 1",
        "DELETE FROM audit_heads",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(home: Installation, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="audit"):
        home.sql(statement)


async def test_an_export_is_complete_in_both_formats_and_is_recorded(home: Installation) -> None:
    as_json = await trail_of(home)
    as_csv = await home.cli("audit", "export", "--account", "main", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert [int(row["seq"]) for row in rows] == [*range(1, len(as_json) + 2)]
    assert [row["hash"] for row in rows[: len(as_json)]] == [event["hash"] for event in as_json]
    assert [event["prev_hash"] for event in as_json[1:]] == [event["hash"] for event in as_json[:-1]]
    assert [event["kind"] for event in as_json][-1] == "audit.exported"
    assert as_json[0]["kind"] == "account.added"


async def test_an_export_takes_only_the_days_asked_for(home: Installation) -> None:
    past = await home.cli("audit", "export", "--account", "main", "--from", "2020-01-01", "--to", "2020-01-02")

    assert past.status == 0
    assert len(past.out.strip().splitlines()) == 1


async def test_a_backup_while_running_is_a_whole_installation(home: Installation, tmp_path: Path) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            copied = await here.cli("db", "backup", str(tmp_path / "copy.db"))
            await approve(telegram, ASHA, number)
            await strategy.outcome(number)
            await service.stop()
        restored = home.copied_to(tmp_path / "restored")
        for left_over in restored.folder.glob("countersign.db*"):
            left_over.unlink()
        (tmp_path / "copy.db").rename(restored.database)
        async with restored.at(url).running() as service, talking(service, home.key) as strategy:
            outcome = await strategy.outcome(number, wait=0)
    verified = await restored.cli("audit", "verify")

    assert copied.status == 0
    assert "countersign.secret" in copied.out
    assert outcome["status"] == "pending"
    assert verified.status == 0, verified.out
