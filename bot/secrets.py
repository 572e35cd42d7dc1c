"""The installation's secret, and the keys that are made from it."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from core.errors import ConfigError

SECRET_BYTES = 32


def load_secret(path: Path) -> bytes:
    """The secret in this file, which is made, readable by its owner only, when it does not exist.

    Raises ConfigError.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as fault:
        raise ConfigError(f"security.secret_file cannot be written: {fault}") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as fault:
        raise ConfigError(f"security.secret_file {path} cannot be read: {fault}") from None
    if len(secret) < SECRET_BYTES:
        raise ConfigError(f"security.secret_file {path} is too short; it needs {SECRET_BYTES} bytes in hex.")
    return secret


def derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which neither the secret nor another purpose's key can be had."""
    return hmac.new(secret, f"countersign/{purpose}".encode(), hashlib.sha256).digest()
