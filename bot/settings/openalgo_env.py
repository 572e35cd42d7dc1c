"""The `.env` of an OpenAlgo installation, and what opens the API keys in its database."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_OLDER_SALT = b"openalgo_static_salt"
"""The salt of installations from before each had its own."""
_ROUNDS = 100_000
_SHORTEST_SALT = 32
_SQLITE = "sqlite:///"


class OpenAlgoEnv:
    """An installation's secrets, which are kept nowhere here."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError when there is no such file, or it has no pepper."""
        self._path = path
        self._values = _read(path)
        self._pepper = self._values.get("API_KEY_PEPPER") or ""
        if not self._pepper:
            raise ConfigError(f"{path} has no API_KEY_PEPPER, so it is not OpenAlgo's .env.")

    def open_key(self, user: str, encrypted: str, phc: str) -> str:
        """The API key of a user, proved by its hash. Raises ConfigError when this is not what it was stored with."""
        key = self._decrypt(encrypted)
        if key is None or not self._is_proved(key, phc):
            raise ConfigError(
                f"The API key of {user} cannot be read with API_KEY_PEPPER and FERNET_SALT of {self._path}: this is "
                "not the .env that the database was written with."
            )
        return key

    def sandbox_of(self, database: Path) -> Path | None:
        """The sandbox database: where the file says, else beside the other one; None when there is none."""
        url = self._values.get("SANDBOX_DATABASE_URL") or ""
        named = [self._path.parent / url.removeprefix(_SQLITE)] if url.startswith(_SQLITE) else []
        return next((one for one in (*named, database.with_name("sandbox.db")) if one.is_file()), None)

    def _decrypt(self, encrypted: str) -> str | None:
        from cryptography.fernet import InvalidToken

        for salt in self._salts():
            try:
                return self._fernet(salt).decrypt(encrypted.encode()).decode()
            except (InvalidToken, ValueError):
                continue
        return None

    def _salts(self) -> Sequence[bytes]:
        own = (self._values.get("FERNET_SALT") or "").strip()
        try:
            return [bytes.fromhex(own), _OLDER_SALT] if len(own) >= _SHORTEST_SALT else [_OLDER_SALT]
        except ValueError:
            return [_OLDER_SALT]

    def _fernet(self, salt: bytes) -> "Fernet":
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

        key = PBKDF2HMAC(SHA256(), 32, salt, _ROUNDS).derive(self._pepper.encode())
        return Fernet(base64.urlsafe_b64encode(key))

    def _is_proved(self, key: str, phc: str) -> bool:
        from cryptography.exceptions import InvalidKey
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        try:
            Argon2id.verify_phc_encoded((key + self._pepper).encode(), phc)
        except (InvalidKey, ValueError):
            return False
        return True


def _read(path: Path) -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    if not path.is_file():
        raise ConfigError(f"There is no file {path}; OpenAlgo's .env is in the folder that it is started in.")
    try:
        return dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} cannot be read.") from None
