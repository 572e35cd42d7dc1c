"""Bringing a copy back: with its secret, not under a running service, and what it replaces is kept."""

import stat
from pathlib import Path

import pytest

from bot.process.bootstrap import open_runtime
from bot.process.upkeep import Restored, Wanted, back_up, restore, secret_beside
from core.errors import ConfigError
from db.connections.service_lock import only_service
from tests.factories import SettableClock
from tests.older_database import take_back_to
from tests.runtime import raw_sql, running_spine, settings_for

COUNT = "SELECT count(*) FROM orders"


@pytest.fixture
async def home(tmp_path: Path, template: Path, clock: SettableClock) -> Path:
    """A folder whose `copy.db`, made while the service ran, has one order; the database has two by now."""
    folder = tmp_path / "home"
    async with running_spine(folder, template, clock) as spine:
        await spine.queue()
        back_up(settings_for(folder), tmp_path / "copy.db")
        await spine.queue()
    return folder


async def bring_back(home: Path, secret: Path | None = None, even_if_broken: bool = False) -> Restored:
    """Restore `copy.db`."""
    wanted = Wanted(home.parent / "copy.db", secret, even_if_broken)
    return await restore(settings_for(home), wanted, lambda _done, _of: None)


def contents(home: Path) -> dict[str, bytes]:
    """What there is, the service's lock apart."""
    return {path.name: path.read_bytes() for path in home.iterdir() if not path.name.endswith(".lock")}


async def test_a_copy_and_its_secret_are_private_and_whole(home: Path) -> None:
    copy = home.parent / "copy.db"

    assert {stat.S_IMODE(path.stat().st_mode) for path in (copy, secret_beside(copy))} == {0o600}
    assert secret_beside(copy).read_bytes() == (home / "secret").read_bytes()
    assert raw_sql(copy, COUNT) == [(1,)]


async def test_a_copy_takes_the_database_s_place_and_what_it_replaces_is_kept(home: Path) -> None:
    done = await bring_back(home)

    assert done.is_done
    assert (done.verified.breaks, done.verified.orders) == ([], 1)
    assert raw_sql(home / "test.db", COUNT) == [(1,)]
    assert done.kept is not None
    assert raw_sql(done.kept, COUNT) == [(2,)]
    assert stat.S_IMODE((home / "test.db").stat().st_mode) == 0o600
    async with open_runtime(settings_for(home)) as runtime:
        assert len(await runtime.services.accounts.list()) == 1


async def test_nothing_but_the_copy_is_needed_on_another_machine(home: Path) -> None:
    for name in contents(home):
        (home / name).unlink()

    done = await bring_back(home)

    assert done.kept is None
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    async with open_runtime(settings_for(home)) as runtime:
        assert (await runtime.audit.verify()).breaks == []


async def test_another_installation_s_secret_is_replaced_and_kept(home: Path) -> None:
    (home / "secret").write_text("ab" * 32, encoding="ascii")
    theirs = (home / "secret").read_bytes()

    done = await bring_back(home)

    assert done.kept is not None
    assert secret_beside(done.kept).read_bytes() == theirs
    assert (home / "secret").read_bytes() == secret_beside(home.parent / "copy.db").read_bytes()


async def test_a_damaged_database_can_be_replaced_and_its_log_spoils_nothing(home: Path) -> None:
    (home / "test.db").write_bytes(b"no database" * 1000)
    (home / "test.db-wal").write_bytes(b"its log")

    done = await bring_back(home)

    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"no database")
    assert "test.db-wal" not in contents(home)
    assert raw_sql(home / "test.db", COUNT) == [(1,)]


async def test_an_older_copy_is_brought_up_to_date_and_itself_left_as_it_is(home: Path) -> None:
    copy = home.parent / "copy.db"
    take_back_to(copy, "0012")
    before = copy.read_bytes()

    assert (await bring_back(home)).is_done

    assert copy.read_bytes() == before
    assert raw_sql(home / "test.db", COUNT) == [(1,)]


async def test_nothing_is_replaced_under_a_running_service(home: Path) -> None:
    before = contents(home)

    with (
        only_service(settings_for(home).database.url),
        pytest.raises(ConfigError, match="Another Countersign service is running"),
    ):
        await bring_back(home)

    assert contents(home) == before


async def test_a_copy_with_another_secret_is_refused(home: Path) -> None:
    before, wrong = contents(home), home.parent / "wrong.secret"
    wrong.write_text("ab" * 32, encoding="ascii")

    with pytest.raises(ConfigError, match="is not the one that the database"):
        await bring_back(home, wrong)

    assert contents(home) == before


async def test_a_copy_without_any_secret_is_refused(home: Path) -> None:
    secret_beside(home.parent / "copy.db").unlink()
    (home / "secret").unlink()
    before = contents(home)

    with pytest.raises(ConfigError, match="secret cannot be read"):
        await bring_back(home)

    assert contents(home) == before


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda copy: copy.write_bytes(b"something else" * 500), r"copy\.db cannot be copied"),
        (lambda copy: copy.write_bytes(copy.read_bytes()[:4096] + b"\0" * 200_000), "cannot be|damaged"),
        (lambda copy: raw_sql(copy, "DROP TABLE alembic_version"), "is no database of Countersign"),
        (lambda copy: raw_sql(copy, "UPDATE alembic_version SET version_num = '9999'"), "does not know"),
    ],
    ids=["no database", "damaged", "another program's", "newer"],
)
async def test_what_is_no_good_copy_replaces_nothing(home: Path, harm: object, says: str) -> None:
    assert callable(harm)
    harm(home.parent / "copy.db")
    before = contents(home)

    with pytest.raises(ConfigError, match=says):
        await bring_back(home)

    assert contents(home) == before


async def test_a_copy_whose_trail_is_broken_comes_back_only_when_that_is_wanted(home: Path) -> None:
    raw_sql(home.parent / "copy.db", "DROP TRIGGER audit_events_keep")
    raw_sql(home.parent / "copy.db", "UPDATE audit_events SET facts = '{}' WHERE account_id = 1 AND seq = 2")
    before = contents(home)

    refused = await bring_back(home)
    assert contents(home) == before
    done = await bring_back(home, even_if_broken=True)

    assert (refused.is_done, done.is_done) == (False, True)
    assert "event 2 was changed" in [one.what for one in refused.verified.breaks]
    assert raw_sql(home / "test.db", COUNT) == [(1,)]


async def test_a_backup_that_cannot_take_the_secret_along_leaves_nothing(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "second.db"
    secret_beside(target).write_text("somebody's", encoding="ascii")

    with pytest.raises(ConfigError, match="exists already"):
        back_up(settings_for(home), target)

    assert not target.exists()
    assert secret_beside(target).read_text(encoding="ascii") == "somebody's"
