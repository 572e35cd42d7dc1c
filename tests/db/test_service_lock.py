"""One service at a time on one database."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from db.connections.service_lock import only_service


def test_a_second_service_on_the_same_database_is_refused_in_words(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"

    with only_service(url), pytest.raises(ConfigError, match="Another Countersign service is running on"):
        only_service(url).__enter__()


def test_the_next_service_may_start_once_the_first_has_ended(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
    with only_service(url):
        pass

    with only_service(url):
        assert (tmp_path / "one.db.lock").stat().st_mode & 0o777 == 0o600


def test_services_on_different_databases_run_side_by_side(tmp_path: Path) -> None:
    one, two = (f"sqlite+aiosqlite:///{tmp_path / name}" for name in ("one.db", "two.db"))

    with only_service(one), only_service(two):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["one.db.lock", "two.db.lock"]
