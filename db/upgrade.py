"""Upgrades a database to the present schema, and copies it while it is in use."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, inspect, text

from core.clock import SystemClock
from core.errors import ConfigError, Unready
from db.connections.engines import Engines
from db.records.audit_store import seal_unsealed

HEAD = "0018"
"""The newest migration; a test compares it with Alembic's own answer."""
FIRST_WITH_SEALS = "0008"
"""Chains are sealed once, when this migration runs; a head without a seal is a break from then on."""


async def upgrade(engines: Engines) -> bool:
    """Run the migrations that are missing; returns whether any were.

    Raises ConfigError for a database newer than this program, Unready for one that cannot be used.
    """
    async with _answering_why(), engines.writing() as connection:
        present = await connection.run_sync(_present_revision)
    if present == HEAD:
        return False
    async with _answering_why(), engines.writing(lengthy=True) as connection:
        present = await connection.run_sync(_present_revision)
        await connection.rollback()
        await connection.run_sync(_upgrade, present)
        if present is not None and present < FIRST_WITH_SEALS:
            await connection.run_sync(seal_unsealed, SystemClock().now())
        await connection.commit()
    return True


@asynccontextmanager
async def _answering_why() -> AsyncIterator[None]:
    try:
        yield
    except Unready as fault:
        raise Unready(f"The database cannot be used: {getattr(fault.__cause__, 'orig', fault.__cause__)}.") from fault


def _present_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection, present: str | None) -> None:
    # Alembic costs a third of a second to import, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise ConfigError(
            f"The database is of version {present}, which this Countersign does not know. "
            "Use the version that made it, or a newer one."
        ) from None


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
