"""The installation's secret, and the keys that are made from it."""

import contextlib
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
    if not path.exists():
        try:
            _make(path)
        except OSError as fault:
            raise ConfigError(f"security.secret_file cannot be written: {fault}") from None
    return read_secret(path)


def _make(path: Path) -> None:
    """Whole or not at all, and never over one that another process made at the same moment."""
    draft = write_draft(path, secrets.token_hex(SECRET_BYTES))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def put_secret(path: Path, secret: bytes) -> None:
    """Write this secret into the file, whole or not at all, over whatever it holds. Raises ConfigError."""
    try:
        write_draft(path, secret.hex()).replace(path)
    except OSError as fault:
        raise ConfigError(f"{path} cannot be written: {fault}") from None


def write_draft(path: Path, text: str) -> Path:
    """A file beside this one, readable by its owner only, that may take its place. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def read_secret(path: Path) -> bytes:
    """The secret in this file. Raises ConfigError."""
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
