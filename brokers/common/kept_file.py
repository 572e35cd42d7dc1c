"""A broker's daily list on the disk: whole or not at all, with the moment at which it was fetched."""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from core.clock import IST, trading_day


@dataclass(frozen=True, slots=True)
class Kept:
    """What was fetched, and when."""

    raw: bytes
    fetched_at: datetime

    def is_of(self, now: datetime, published: time) -> bool:
        """Whether it is this trading day's list, which its broker publishes at this hour in India."""
        if trading_day(self.fetched_at) != trading_day(now):
            return False
        at = datetime.combine(trading_day(now), published, IST)
        return not self.fetched_at < at <= now


class KeptFile:
    """One file that is replaced as a whole. Its methods wait for the disk; call them in a thread."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / name

    def read(self) -> Kept | None:
        """What was kept last; None if there is nothing readable."""
        try:
            seconds = self._path.stat().st_mtime
            return Kept(self._path.read_bytes(), datetime.fromtimestamp(seconds, UTC))
        except OSError:
            return None

    def keep(self, kept: Kept) -> None:
        """Replace what was kept. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "wb") as new:
                new.write(kept.raw)
                new.flush()
                os.fsync(new.fileno())
            os.utime(name, times=(kept.fetched_at.timestamp(),) * 2)
            Path(name).replace(self._path)
        finally:
            # In its place by now, unless something went wrong.
            Path(name).unlink(missing_ok=True)
