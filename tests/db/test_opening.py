"""Opening an installation: the secret must be the right one, and nothing is made or migrated by looking."""

import shutil
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.process.bootstrap import open_runtime
from bot.process.opening import Opening
from core.errors import ConfigError
from db.upgrade import HEAD
from tests.factories import SettableClock
from tests.older_database import take_back_to
from tests.runtime import Spine, raw_sql, running_spine, settings_for

OLDER = "0012"


@pytest.fixture
async def left(tmp_path: Path, template: Path, clock: SettableClock) -> Path:
    """The folder of an installation that was used and stopped: an account, a key, three people and an order."""
    folder = tmp_path / "home"
    async with running_spine(folder, template, clock) as spine:
        await spine.queue()
    return folder


async def opened(folder: Path, opening: Opening = Opening.SERVICE) -> None:
    """Open it, and close it again."""
    async with open_runtime(settings_for(folder), opening=opening):
        pass


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in it."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("opening", Opening)
async def test_a_missing_secret_is_not_replaced_by_a_new_one(left: Path, opening: Opening) -> None:
    (left / "secret").unlink()

    with pytest.raises(ConfigError, match=r"secret is missing, and the database .*test\.db was written with it"):
        await opened(left, opening)

    assert not (left / "secret").exists()


@pytest.mark.parametrize("opening", Opening)
async def test_another_secret_is_refused(left: Path, opening: Opening) -> None:
    (left / "secret").write_text("ab" * 32, encoding="ascii")

    with pytest.raises(ConfigError, match=r"secret is not the one that the database .*test\.db is written with"):
        await opened(left, opening)


async def test_another_secret_is_found_out_by_the_seals_of_a_database_from_before(left: Path) -> None:
    take_back_to(left / "test.db", OLDER)
    (left / "secret").write_text("ab" * 32, encoding="ascii")

    with pytest.raises(ConfigError, match="secret is not the one"):
        await opened(left)

    assert raw_sql(left / "test.db", "SELECT * FROM installation") == []


async def test_the_check_value_does_not_give_the_secret_away(left: Path) -> None:
    [(noted,)] = raw_sql(left / "test.db", "SELECT value FROM installation WHERE name = 'secret_check'")

    assert len(noted) == 64
    assert noted not in (left / "secret").read_text()


async def test_a_new_installation_makes_its_secret_once(tmp_path: Path) -> None:
    await opened(tmp_path)
    made = (tmp_path / "secret").read_bytes()

    await opened(tmp_path)

    assert (tmp_path / "secret").read_bytes() == made


@pytest.mark.parametrize("opening", [Opening.AS_IT_IS, Opening.FIRST])
async def test_an_older_database_is_left_alone_by_commands(left: Path, opening: Opening) -> None:
    take_back_to(left / "test.db", OLDER)
    before = contents(left)

    with pytest.raises(ConfigError, match=rf"older version {OLDER}; this .* needs {HEAD}\. `countersign db upgrade`"):
        await opened(left, opening)

    assert contents(left)["test.db"] == before["test.db"]
    assert {name for name in contents(left) if not name.startswith("test.db-")} == {"test.db", "secret"}


async def test_a_newer_database_is_refused_by_commands_too(left: Path) -> None:
    raw_sql(left / "test.db", "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigError, match="version 9999, which this Countersign does not know"):
        await opened(left, Opening.AS_IT_IS)


async def test_looking_makes_nothing_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no database at .*test\.db: is this the right folder\?"):
        await opened(tmp_path, Opening.AS_IT_IS)

    assert contents(tmp_path) == {}


async def test_what_is_migrated_is_copied_before_and_that_is_said(left: Path) -> None:
    take_back_to(left / "test.db", OLDER)
    before = raw_sql(left / "test.db", "SELECT * FROM orders")

    with capture_logs() as logs:
        await opened(left)

    (copy,) = [left / name for name in contents(left) if name.startswith(f"test.{OLDER}.") and name.endswith(".db")]
    assert raw_sql(copy, "SELECT version_num FROM alembic_version") == [(OLDER,)]
    assert raw_sql(copy, "SELECT * FROM orders") == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    told = {line["event"]: line for line in logs}
    assert (told["database.copied"]["copy"], told["database.copied"]["version"]) == (str(copy), OLDER)
    assert told["database.copied"]["size"].endswith(" MB")
    assert (told["database.upgraded"]["was"], told["database.upgraded"]["version"]) == (OLDER, HEAD)


async def test_a_new_database_and_one_of_this_version_are_not_copied(left: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()

    await opened(left)
    await opened(fresh)

    assert [path.name for folder in (left, fresh) for path in folder.glob("*.db")] == ["test.db", "test.db"]


async def test_without_room_for_a_copy_nothing_is_migrated(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_back_to(left / "test.db", OLDER)
    usage = shutil.disk_usage(left)
    monkeypatch.setattr("db.copies.shutil.disk_usage", lambda _: usage._replace(free=1_000_000))

    with pytest.raises(ConfigError, match=r"needs .* MB on the disk of .* 1\.0 MB are free\. Nothing was changed"):
        await opened(left)

    assert raw_sql(left / "test.db", "SELECT version_num FROM alembic_version") == [(OLDER,)]


async def test_a_service_that_runs_lets_commands_work_beside_it(spine: Spine) -> None:
    async with open_runtime(settings_for(spine.path.parent), spine.clock, Opening.AS_IT_IS) as command:
        assert (await command.services.accounts.get("main")).id == spine.account.id
