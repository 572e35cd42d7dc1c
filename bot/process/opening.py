"""Opens an installation's database with the secret that it is written with, or says which of them does not fit."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import structlog

from bot.settings.installation_secret import derive, load_secret
from bot.settings.settings import Settings
from core.audit import seal_head
from core.clock import SystemClock
from core.errors import ConfigError
from db.connections.engines import Engines
from db.copies import Copy, keep_copy, megabytes
from db.records.installation_store import InstallationStore
from db.upgrade import HEAD, find_version, upgrade

log = structlog.get_logger(__name__)


class Opening(Enum):
    """What may be done to an installation while it is opened."""

    SERVICE = auto()
    """Make what is missing, and bring an older database up to date."""
    FIRST = auto()
    """Make what is missing; an older database is refused."""
    COPY = auto()
    """Bring an older database up to date without keeping what it was: it is a copy itself."""
    AS_IT_IS = auto()
    """Nothing is made and nothing is migrated: what is missing or older is refused."""


_MAKE_NOTHING = (Opening.COPY, Opening.AS_IT_IS)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database, its installation's secret, and what was done to it."""

    engines: Engines
    secret: bytes
    was: str | None
    """The version it had; None when it is new."""
    copy: Copy | None
    """What was kept before a migration."""


def sqlite_path(settings: Settings) -> Path | None:
    """The database's file; None for another kind of database, or one in memory."""
    scheme, slashes, name = settings.database.url.partition(":///")
    is_ours = scheme.startswith("sqlite") and slashes and name and not name.startswith(":memory:")
    return Path(name.partition("?")[0]) if is_ours else None


@asynccontextmanager
async def open_database(settings: Settings, opening: Opening) -> AsyncIterator[Opened]:
    """Open the database.

    Raises ConfigError when it, or the secret, is missing, older, newer or not the right one; Unready for a
    database that cannot be used.
    """
    path = sqlite_path(settings)
    if opening in _MAKE_NOTHING and path is not None and not _is_file(path):
        raise ConfigError(f"There is no database at {path}: is this the right folder? `countersign init` makes one.")
    secret = await _secret_of(settings, opening)
    engines = Engines(settings.database.url, derive(secret, "audit heads"))
    try:
        was, copy = await _bring_up(engines, path, opening)
        await _require_secret(engines, secret, settings, may_note=opening is not Opening.AS_IT_IS)
        yield Opened(engines, secret, was, copy)
    finally:
        await engines.close()


def check_value(secret: bytes) -> str:
    """What the database notes of the secret: it tells whether another is the same, and nothing else."""
    return derive(secret, "check value").hex()


def _is_file(path: Path) -> bool:
    return path.is_file()


async def _secret_of(settings: Settings, opening: Opening) -> bytes:
    """The secret; a new one only for an installation that has never had one. Raises ConfigError."""
    path = Path(settings.security.secret_file)
    if not _is_file(path) and (opening in _MAKE_NOTHING or await _has_past(settings)):
        raise ConfigError(
            f"The secret file {path} is missing, and the database {_name(settings)} was written with it: with a new "
            "one no API key, hook and card would work. Put it back from your backup; `countersign db restore` "
            "brings back both."
        )
    return load_secret(path)


async def _has_past(settings: Settings) -> bool:
    path = sqlite_path(settings)
    if path is not None and not _is_file(path):
        return False
    engines = Engines(settings.database.url, b"")
    try:
        if await find_version(engines) is None:
            return False
        async with engines.reading() as connection:
            return await InstallationStore(connection).has_past()
    finally:
        await engines.close()


async def _bring_up(engines: Engines, path: Path | None, opening: Opening) -> tuple[str | None, Copy | None]:
    if opening in (Opening.FIRST, Opening.AS_IT_IS):
        was = await find_version(engines)
        if was == HEAD:
            return was, None
        if was is not None or opening is Opening.AS_IT_IS:
            raise ConfigError(_other_version(was))
    versions, copies = list[str](), list[Copy]()

    async def keep(version: str) -> None:
        versions.append(version)
        if path is None:
            log.warning("database.not_copied", version=version, why="only SQLite databases are copied here")
            return
        copies.append(keep_copy(path, version, SystemClock().now()))
        log.info("database.copied", version=version, copy=str(copies[0].path), size=megabytes(copies[0].size))

    is_changed = await upgrade(engines, None if opening is Opening.COPY else keep)
    if is_changed and versions:
        log.info("database.upgraded", version=HEAD, was=versions[0])
    return (versions[0] if versions else None if is_changed else HEAD), (copies[0] if copies else None)


def _other_version(version: str | None) -> str:
    if version is None:
        return "The database is empty: `countersign init`, or the first start of the service, makes its tables."
    if version > HEAD:
        return (
            f"The database is of version {version}, which this Countersign does not know (it has {HEAD}). "
            "Use the version that made it, or a newer one."
        )
    return (
        f"The database is of the older version {version}; this Countersign needs {HEAD}. `countersign db upgrade`, "
        "or the next start of the service, brings it up to date and keeps a copy first. Nothing was changed."
    )


async def _require_secret(engines: Engines, secret: bytes, settings: Settings, *, may_note: bool) -> None:
    own = check_value(secret)
    async with engines.reading() as connection:
        noted = await InstallationStore(connection).find_secret_check()
        # A database of before there was a check value tells it by the seals of its audit chains.
        sealed = await InstallationStore(connection).sealed_heads() if noted is None else ()
    key = derive(secret, "audit heads")
    if noted is not None:
        fits = hmac.compare_digest(noted.encode(), own.encode())
    else:
        fits = not sealed or any(seal_head(key, one, head.seq, head.hash) == head.seal for one, head in sealed)
    if not fits:
        raise ConfigError(
            f"The secret file {settings.security.secret_file} is not the one that the database {_name(settings)} is "
            "written with: no API key, hook and card would work. Put the right one back from your backup."
        )
    if noted is None and may_note:
        await _note(engines, own)


async def _note(engines: Engines, own: str) -> None:
    async with engines.writing() as connection:
        store = InstallationStore(connection)
        # Another process may have been quicker, with the same secret.
        if await store.find_secret_check() is None:
            await store.note_secret_check(own)
            await connection.commit()


def _name(settings: Settings) -> str:
    path = sqlite_path(settings)
    return str(path) if path is not None else "of database.url"
