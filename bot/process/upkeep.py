"""Upgrading, copying and bringing back an installation: its database and its secret, which belong together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from bot.process.bootstrap import open_runtime
from bot.process.opening import Opened, Opening, open_database, sqlite_path
from bot.settings.credential_seal import CredentialSeal
from bot.settings.installation_secret import put_secret, read_secret
from bot.settings.settings import Database, Settings
from core.clock import SystemClock
from core.errors import ConfigError
from core.services.operations.audit import Progress, Verification
from db.connections.engines import Engines
from db.connections.service_lock import only_service
from db.copies import backup, megabytes, put_in_place, require_whole, settle
from db.upgrade import HEAD, find_version


async def upgrade_database(settings: Settings) -> Opened | None:
    """Run the migrations that are missing, after a copy; None when there were none.

    Raises ConfigError, also while a service runs on a database that must be changed.
    """
    path = sqlite_path(settings)
    if path is not None and path.is_file() and await _version(settings) == HEAD:
        return None
    with only_service(settings.database.url):
        async with open_database(settings, Opening.SERVICE) as opened:
            return None if opened.was == HEAD else opened


def what_was_done(opened: Opened) -> str:
    """A migration in words: from which version, and where the copy of before is."""
    if opened.was is None:
        return f"The database was made, of version {HEAD}."
    done = f"The database was upgraded from version {opened.was} to {HEAD}."
    if opened.copy is None:
        return f"{done} Nothing was copied before: only SQLite databases are."
    return f"{done} What it was before is kept in {opened.copy.path} ({megabytes(opened.copy.size)})."


async def _version(settings: Settings) -> str | None:
    engines = Engines(settings.database.url, b"")
    try:
        return await find_version(engines)
    finally:
        await engines.close()


def secret_beside(copy: Path) -> Path:
    """Where the secret of a copied database lies."""
    return copy.with_name(f"{copy.name}.secret")


def broker_key_beside(copy: Path) -> Path:
    """Where the keys of credentials at brokers of a copied database lie."""
    return copy.with_name(f"{copy.name}.broker-key")


def back_up(settings: Settings, target: Path) -> None:
    """Copy the database while it may be in use, and its secret and broker keys beside it. Raises ConfigError."""
    database, secret = _require_file(settings), Path(settings.security.secret_file)
    if not database.is_file():
        raise ConfigError(f"There is no database at {database}.")
    contents = read_secret(secret)
    beside = secret_beside(target)
    if beside.exists():
        raise ConfigError(f"{beside} exists already; choose another name.")
    backup(database, target)
    try:
        put_secret(beside, contents)
        CredentialSeal(settings.security).copy_to(broker_key_beside(target))
    except ConfigError:
        target.unlink()
        raise


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, what it replaced, and what the audit trail says of it."""

    verified: Verification
    kept: Path | None = None
    """The database that was replaced; None when there was none, or when the trail is broken and nothing was."""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be brought back: a copy, its secret if that lies elsewhere, and whether a broken trail is no bar."""

    copy: Path
    secret: Path | None = None
    even_if_broken: bool = False


async def restore(settings: Settings, wanted: Wanted, progress: Progress) -> Restored:
    """Put a copy in the place of the database, with its secret, once its audit trail was verified.

    The secret is the one that is named, else what lies beside the copy, else the present one. What is replaced is
    kept beside the database. Raises ConfigError, also while a service runs; then nothing was changed.
    """
    database, own = _require_file(settings), Path(settings.security.secret_file)
    beside = secret_beside(wanted.copy)
    secret = wanted.secret or (beside if beside.exists() else own)
    read_secret(secret)
    with only_service(settings.database.url), _drafted(database, wanted.copy) as draft:
        pair = {
            "database": Database(url=f"sqlite+aiosqlite:///{draft}"),
            "security": settings.security.model_copy(update={"secret_file": str(secret)}),
        }
        async with open_runtime(settings.model_copy(update=pair), opening=Opening.COPY) as runtime:
            verified = await runtime.audit.verify(progress=progress)
        if verified.breaks and not wanted.even_if_broken:
            return Restored(verified)
        settle(draft)
        kept = database.with_name(f"{database.stem}.replaced-{SystemClock().now():%Y%m%d-%H%M%S}{database.suffix}")
        # A crash from here on leaves a secret that does not fit, which the next start refuses.
        _exchange_secret(own, read_secret(secret), secret_beside(kept))
        CredentialSeal(settings.security).take_from(broker_key_beside(wanted.copy))
        return Restored(verified, kept if put_in_place(draft, database, kept) else None, is_done=True)


@contextmanager
def _drafted(database: Path, copy: Path) -> Iterator[Path]:
    """A copy of the copy, beside where it shall be; whatever is left of it in the end is removed."""
    draft = database.with_name(f".{database.name}.{token_hex(4)}")
    try:
        backup(copy, draft)
        require_whole(draft, copy)
        yield draft
    finally:
        for left_over in database.parent.glob(f"{draft.name}*"):
            left_over.unlink()


def _exchange_secret(own: Path, secret: bytes, kept: Path) -> None:
    if own.exists():
        if read_secret(own) == secret:
            return
        own.rename(kept)
    put_secret(own, secret)


def _require_file(settings: Settings) -> Path:
    path = sqlite_path(settings)
    if path is None:
        raise ConfigError("Only SQLite databases are copied here; use the database server's own tools.")
    return path
