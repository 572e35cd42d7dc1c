"""The schema that migrations make, and copies of a database in use."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

import db.tables.paper
import db.upgrade
from bot.process.bootstrap import open_runtime
from core.errors import ConfigError, Unready
from db.connections.engines import Engines
from db.copies import backup
from db.tables.metadata import metadata
from db.upgrade import HEAD, upgrade
from tests.factories import some_terms
from tests.older_database import take_back_to
from tests.runtime import Spine, raw_sql, settings_for

MIGRATIONS = Path(db.upgrade.__file__).parent / "migrations"
assert db.tables.paper.paper_books.metadata is metadata


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where there is no database yet."""
    return tmp_path / "new.db"


@pytest.fixture
async def engines(path: Path) -> AsyncIterator[Engines]:
    """Connections to it."""
    engines = Engines(f"sqlite+aiosqlite:///{path}", b"key")
    yield engines
    await engines.close()


async def test_upgrade_from_nothing_makes_exactly_the_schema_we_use(engines: Engines) -> None:
    await upgrade(engines)

    async with engines.writing() as connection:
        assert await connection.run_sync(_differences) == []


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_upgrade_makes_the_same_tables_checks_and_indexes_as_the_metadata(
    engines: Engines, path: Path, tmp_path: Path
) -> None:
    twin = create_engine(f"sqlite:///{tmp_path / 'twin.db'}")
    metadata.create_all(twin)
    twin.dispose()

    await upgrade(engines)

    assert _statements(path) - {"alembic_version"} == _statements(tmp_path / "twin.db")


def _statements(path: Path) -> set[str]:
    """Each table's and index's definition, whatever the order of a table's constraints."""
    found = raw_sql(path, "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
    texts = {name: " ".join(sorted(sql.replace(",", " ").split())) for name, sql in found}
    return {name if name == "alembic_version" else text for name, text in texts.items()}


async def test_upgrading_again_changes_nothing(engines: Engines, path: Path) -> None:
    first = await upgrade(engines)
    schema = raw_sql(path, "SELECT sql FROM sqlite_master ORDER BY name")

    again = await upgrade(engines)

    assert (first, again) == (True, False)
    assert raw_sql(path, "SELECT sql FROM sqlite_master ORDER BY name") == schema


def test_newest_version_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_newer_database_is_refused_in_words(spine: Spine) -> None:
    spine.sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigError, match=r"version 9999, which this Countersign does not know\. Use the version"):
        await upgrade(spine.runtime.engines)


async def test_upgrade_that_fails_halfway_leaves_nothing_behind(engines: Engines, path: Path) -> None:
    raw_sql(path, "CREATE TABLE legs (x)")

    with pytest.raises(Unready, match="table legs already exists"):
        await upgrade(engines)

    assert raw_sql(path, "SELECT name FROM sqlite_master") == [("legs",)]


async def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    not_a_database(tmp_path / "test.db")

    with pytest.raises(Unready, match="The database cannot be used: file is not a database"):
        async with open_runtime(settings_for(tmp_path)):
            pass


async def test_folder_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be (opened|written).*nowhere|nowhere.*cannot be (opened|written)"):
        async with open_runtime(settings_for(tmp_path / "nowhere")):
            pass


def mode(path: Path) -> int:
    """Who may read it."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///sync.db", "nosuch+driver://h/x"])
async def test_address_that_is_no_database_is_refused_by_its_setting(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError, match=r"^database\.url cannot be used: "):
        Engines(url, b"key")


async def test_new_database_is_for_its_owner_only(engines: Engines, path: Path) -> None:
    await upgrade(engines)

    assert mode(path) == 0o600


async def test_backup_while_orders_come_in_is_consistent(spine: Spine, tmp_path: Path) -> None:
    requests = [await spine.request(some_terms(), some_terms()) for _ in range(60)]
    writing = asyncio.gather(*(spine.services.intake.submit(request) for request in requests))

    copies: list[Path] = []
    while not writing.done():
        copies.append(tmp_path / f"copy{len(copies)}.db")
        await asyncio.to_thread(backup, spine.path, copies[-1])

    await writing
    assert copies
    for copy in copies:
        assert raw_sql(copy, "PRAGMA integrity_check") == [("ok",)]
        ((orders, legs, events),) = raw_sql(
            copy,
            "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM legs), "
            "(SELECT count(*) FROM audit_events WHERE kind = 'order.received')",
        )
        assert (legs, events) == (2 * orders, orders)


def test_backup_is_for_its_owner_only(template: Path, tmp_path: Path) -> None:
    backup(template, tmp_path / "copy.db")

    assert mode(tmp_path / "copy.db") == 0o600


def test_backup_overwrites_nothing(template: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")

    with pytest.raises(ConfigError, match="exists already; choose another name"):
        backup(template, target)

    assert target.read_text() == "precious"


def test_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no database at"):
        backup(tmp_path / "none.db", tmp_path / "copy.db")


def test_backup_into_a_folder_that_is_not_there_is_refused(template: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        backup(template, tmp_path / "nowhere" / "copy.db")


def test_broken_database_is_not_backed_up(tmp_path: Path) -> None:
    not_a_database(tmp_path / "bad.db")

    with pytest.raises(ConfigError, match=r"bad\.db cannot be copied"):
        backup(tmp_path / "bad.db", tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()


def not_a_database(path: Path) -> None:
    """Some other file."""
    path.write_bytes(b"This is not a database. " * 200)


def test_amounts_and_times_are_stored_as_exact_text(template: Path) -> None:
    with closing(sqlite3.connect(template)) as connection:
        columns = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(legs)")}

    assert (columns["price"], columns["sent_at"]) == ("VARCHAR(40)", "VARCHAR(32)")


async def test_orders_of_a_database_with_rows_may_lack_a_key_from_now_on(spine: Spine) -> None:
    await spine.queue()
    before = spine.sql("SELECT * FROM orders")
    with_key = spine.sql("SELECT sql FROM sqlite_master WHERE name = 'orders'")[0][0]
    await spine.runtime.engines.close()
    take_back_to(spine.path, "0010")
    assert "api_key_id INTEGER NOT NULL" in spine.sql("SELECT sql FROM sqlite_master WHERE name = 'orders'")[0][0]
    with pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL constraint failed: orders\.api_key_id"):
        spine.sql("UPDATE orders SET api_key_id = NULL")

    assert await upgrade(spine.runtime.engines)

    assert spine.sql("SELECT * FROM orders") == before
    assert spine.sql("SELECT sql FROM sqlite_master WHERE name = 'orders'")[0][0] == with_key
    assert spine.sql("PRAGMA integrity_check") == [("ok",)]
    assert spine.sql("PRAGMA foreign_key_check") == []
    spine.sql("UPDATE orders SET api_key_id = NULL")


async def test_accounts_and_orders_of_before_there_were_limits_are_neither_limited_nor_paused(spine: Spine) -> None:
    order_id = await spine.queue()
    take_back_to(spine.path, "0008")
    assert "limited" not in str(spine.sql("SELECT sql FROM sqlite_master WHERE name = 'accounts'"))

    async with open_runtime(settings_for(spine.path.parent), spine.clock) as upgraded:
        account = await upgraded.services.accounts.get("main")
        order = await upgraded.executor.get(order_id)
        breaks = (await upgraded.audit.verify()).breaks

    assert (account.limited, account.pause, order.stopped, breaks) == (False, None, None, [])
