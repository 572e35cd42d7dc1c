"""The file of an SQLite database."""

import os

from sqlalchemy import make_url

from core.errors import ConfigError


class SqliteFile:
    """The SQLite file as it was at the start; SQLite would go on writing to one that was deleted or replaced."""

    def __init__(self, url: str) -> None:
        name = make_url(url).database
        self._name = name if url.startswith("sqlite") and name and name != ":memory:" else None
        if self._name is not None:
            _keep_private(self._name)
            self._identity = _identity_of(self._name)

    def require_same(self) -> None:
        """Raises OSError when it is gone or another file has its name."""
        if self._name is not None and _identity_of(self._name) != self._identity:
            raise OSError(f"{self._name} was replaced")


def _identity_of(name: str) -> tuple[int, int]:
    found = os.stat(name)
    return found.st_dev, found.st_ino


def _keep_private(name: str) -> None:
    """Make a new SQLite file readable by its owner only; its journal files get the same mode."""
    try:
        os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise ConfigError(f"database.url: {name} cannot be opened ({fault.strerror}).") from None
