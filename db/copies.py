"""Copies of SQLite databases: consistent while they are in use, private, and never over something else."""

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from core.errors import ConfigError

SPARE = 16 * 1024 * 1024
"""Bytes that must be left on the disk."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was kept, and its size in bytes."""

    path: Path
    size: int


def keep_copy(database: Path, version: str, now: datetime) -> Copy:
    """Copy a database that is about to be migrated, beside it: `countersign.0012.20261127-101500.db`.

    Raises ConfigError, also when the disk has no room for the copy and for the migration after it.
    """
    size = sum(path.stat().st_size for path in (database, _beside(database, "-wal")) if path.exists())
    free = shutil.disk_usage(database.parent).free
    if free < 2 * size + SPARE:
        raise ConfigError(
            f"The database is of version {version} and must be brought up to date, which needs "
            f"{megabytes(2 * size + SPARE)} on the disk of {database.parent} for a copy and the change; "
            f"{megabytes(free)} are free. Nothing was changed."
        )
    target = database.with_name(f"{database.stem}.{version}.{now:%Y%m%d-%H%M%S}{database.suffix}")
    backup(database, target)
    return Copy(target, target.stat().st_size)


def require_whole(draft: Path, original: Path) -> None:
    """Raises ConfigError unless this copy of `original` is a whole database of Countersign."""
    try:
        with closing(sqlite3.connect(draft)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.Error as fault:
        raise ConfigError(f"{original} cannot be read ({fault}).") from None
    if not ours:
        raise ConfigError(f"{original} is no database of Countersign.")
    if not whole:
        raise ConfigError(f"{original} is damaged: SQLite's integrity check fails.")


def settle(database: Path) -> None:
    """Write what is in the database's log into the file itself, if it can be read at all; nobody may be using it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def put_in_place(draft: Path, database: Path, kept: Path) -> bool:
    """Let a settled draft be the database; returns whether there was another one, which is then `kept`."""
    had_one = database.exists()
    if had_one:
        settle(database)
    for ending in ("-wal", "-shm"):
        if _beside(database, ending).exists():
            # What could not be settled belongs to the old file, and would spoil the new one.
            _beside(database, ending).rename(_beside(kept, ending))
    if had_one:
        kept.hardlink_to(database)
    draft.replace(database)
    return had_one


def megabytes(size: int) -> str:
    """A size as people read it: `1.2 MB`."""
    return f"{size / 1_000_000:.1f} MB"


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


def backup(database: Path, target: Path) -> None:
    """Copy a SQLite database consistently, also while it is written to.

    Raises ConfigError when there is nothing to copy or the target exists.
    """
    if not database.is_file():
        raise ConfigError(f"There is no database at {database}.")
    if target.exists():
        raise ConfigError(f"{target} exists already; choose another name.")
    try:
        target.touch(0o600, exist_ok=False)
    except OSError as fault:
        raise ConfigError(f"{target} cannot be written ({fault.strerror}).") from None
    source = sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)
    try:
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as fault:
        target.unlink()
        raise ConfigError(f"{database} cannot be copied ({fault}).") from None
