"""Upgrades a database to the present schema, and tells which one it has."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from core.clock import SystemClock
from core.errors import ConfigError, Unready
from db.connections.engines import Engines
from db.records.audit_store import seal_unsealed

HEAD = "0023"
"""The newest migration; a test compares it with Alembic's own answer."""
FIRST_WITH_SEALS = "0008"
"""Chains are sealed once, when this migration runs; a head without a seal is a break from then on."""


Keep = Callable[[str], Awaitable[None]]
"""Keeps a copy of a database of this version, which is about to be changed. Raises ConfigError."""


async def find_version(engines: Engines) -> str | None:
    """The version of the database's schema; None when it has none yet. Raises Unready."""
    async with _answering_why(), engines.reading() as connection:
        return await connection.run_sync(_present_revision)


async def upgrade(engines: Engines, keep: Keep | None = None) -> bool:
    """Run the migrations that are missing, after `keep` has kept what there is; returns whether any were.

    Raises ConfigError for a database newer than this program, Unready for one that cannot be used.
    """
    async with _answering_why(), engines.writing() as connection:
        present = await connection.run_sync(_present_revision)
    if present == HEAD:
        return False
    async with _answering_why(), engines.writing(lengthy=True) as connection:
        present = await connection.run_sync(_present_revision)
        if present == HEAD:
            return False
        # Nobody writes until it is copied: this transaction holds the lock.
        if present is not None and keep is not None:
            await keep(present)
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
