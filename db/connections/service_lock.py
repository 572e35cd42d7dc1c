"""Keeps a second service off the database: at its start it would mark what the first is sending as unknown."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from sqlalchemy import make_url

from core.errors import ConfigError


@contextlib.contextmanager
def only_service(url: str) -> Iterator[None]:
    """Hold the database's service lock. The system lets go of it however the process ends.

    Raises ConfigError while another service holds it. Commands do not need it.
    """
    name = make_url(url).database
    if not url.startswith("sqlite") or not name or name == ":memory:":
        yield
        return
    handle = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise ConfigError(f"Another Countersign service is running on {name}.") from None
    try:
        yield
    finally:
        os.close(handle)
