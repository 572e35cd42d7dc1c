"""Takes the day's symbol master from the disk, or from the broker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from weakref import WeakValueDictionary

from brokers.common.kept_file import Kept, KeptFile
from brokers.common.symbol_master import SymbolMaster
from core.clock import Clock, trading_day
from core.errors import BrokerUnavailable

Parse = Callable[[bytes, date], SymbolMaster]
_read: WeakValueDictionary[tuple[Path, Parse, float], SymbolMaster] = WeakValueDictionary()
"""Accounts of one broker share what was read: it is some ten megabytes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dump:
    """A broker's list of symbols: where it is, what it is called on the disk, and when a new one is published."""

    path: str
    file: str
    parse: Parse
    published: time = time(8)


class MasterLoader:
    """Reads in a thread: a list has a hundred thousand lines."""

    def __init__(self, dump: Dump, folder: Path, download: Callable[[], Awaitable[bytes]], clock: Clock) -> None:
        self._dump = dump
        self._folder = folder
        self._download = download
        self._kept = KeptFile(folder, dump.file)
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: Kept | None = None
        self.master = SymbolMaster()
        """As last loaded."""

    async def load(self) -> None:
        """Load today's; when there is none to be had, the newest, and raise BrokerUnavailable."""
        async with self._lock:
            if self._is_today(self._held):
                return
            kept = await asyncio.to_thread(self._kept.read)
            if kept is not None and (self._held is None or kept.fetched_at > self._held.fetched_at):
                await self._take(kept)
            if not self._is_today(self._held):
                await self._fetch()

    def _is_today(self, kept: Kept | None) -> bool:
        return kept is not None and kept.is_of(self._clock.now(), self._dump.published)

    async def _take(self, kept: Kept) -> None:
        try:
            await self._parse(kept)
        except BrokerUnavailable as unreadable:
            _log.warning("the list of symbols on the disk is of no use: %s", unreadable)

    async def _fetch(self) -> None:
        kept = Kept(await self._download(), self._clock.now())
        await self._parse(kept)
        try:
            await asyncio.to_thread(self._kept.keep, kept)
        except OSError as fault:
            _log.warning("the list of symbols cannot be kept: %s", type(fault).__name__)

    async def _parse(self, kept: Kept) -> None:
        parse = self._dump.parse
        key = self._folder, parse, kept.fetched_at.timestamp()
        found = _read.get(key)
        if found is None:
            try:
                found = await asyncio.to_thread(parse, kept.raw, trading_day(kept.fetched_at))
            except ValueError:
                raise BrokerUnavailable("The broker's list of symbols cannot be read") from None
            if not len(found):
                raise BrokerUnavailable("The broker's list of symbols is empty")
            _read[key] = found
        self._held = Kept(b"", kept.fetched_at)
        self.master = found
