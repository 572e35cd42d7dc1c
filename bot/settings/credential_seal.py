"""Encrypts credentials at brokers: Fernet keys from the environment, or from a file that only its owner can read."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings.installation_secret import write_draft
from bot.settings.settings import Security
from core.errors import ConfigError

if TYPE_CHECKING:
    # Loaded when a credential is sealed or opened: most commands need none.
    from cryptography.fernet import MultiFernet

LOST = (
    "The credentials at this account's broker cannot be read: the key they were stored under is not in {place}. "
    "Put the old key back, or enter the credentials again with `countersign broker set`."
)


class CredentialSeal:
    """Implements core.ports.Seal. The first key seals; every key opens, so that keys can be changed."""

    def __init__(self, security: Security) -> None:
        self._given = security.broker_key.get_secret_value()
        self._file = Path(security.broker_key_file)

    def seal(self, credentials: Mapping[str, str]) -> str:
        """The credentials, encrypted; makes the key file when there is none. Raises ConfigError."""
        return self._fernet(make=True).encrypt(json.dumps(dict(credentials)).encode()).decode()

    def open(self, sealed: str) -> Mapping[str, str]:
        """The credentials. Raises ConfigError when the key they were sealed with is not there any more."""
        from cryptography.fernet import InvalidToken

        try:
            found = json.loads(self._fernet(make=False).decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise ConfigError(LOST.format(place=self._place)) from None
        return {str(name): str(value) for name, value in found.items()}

    def renew(self) -> None:
        """Put a new key before the others, for what is sealed from now on. Raises ConfigError."""
        from cryptography.fernet import Fernet

        if self._given:
            raise ConfigError(
                "The key comes from the environment; put a new one before the old one there, with a space between."
            )
        keys = _read(self._file) if self._file.exists() else []
        _write(self._file, [Fernet.generate_key().decode(), *keys])

    def forget_old(self) -> None:
        """Keep the first key only, once everything is sealed with it. Raises ConfigError."""
        if not self._given:
            _write(self._file, _read(self._file)[:1])

    def copy_to(self, target: Path) -> bool:
        """Copy the key file, readable by its owner only; False when there is none. Raises ConfigError."""
        if self._given or not self._file.exists():
            return False
        _write(target, _read(self._file))
        return True

    def take_from(self, copy: Path) -> None:
        """Add the keys of a copied file to those that open what was sealed. Raises ConfigError."""
        if self._given or not copy.exists():
            return
        mine = _read(self._file) if self._file.exists() else []
        _write(self._file, list(dict.fromkeys([*mine, *_read(copy)])))

    @property
    def _place(self) -> str:
        return "the environment" if self._given else str(self._file)

    def _fernet(self, *, make: bool) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        if not self._given and not self._file.exists():
            if not make:
                raise ConfigError(LOST.format(place=self._place))
            self.renew()
        keys = self._given.split() if self._given else _read(self._file)
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise ConfigError(f"A key in {self._place} is not one: it must be 32 bytes in URL-safe base64.") from None


def _read(path: Path) -> list[str]:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{path} can be read by others; run `chmod 600 {path}`.")
        return path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"security.broker_key_file {path} cannot be read: {fault}") from None


def _write(path: Path, keys: list[str]) -> None:
    try:
        write_draft(path, "\n".join(keys) + "\n").replace(path)
    except OSError as fault:
        raise ConfigError(f"security.broker_key_file {path} cannot be written: {fault}") from None
