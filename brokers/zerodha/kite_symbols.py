"""Kite's daily list of instruments: fetched once a day, kept on the disk, held in memory."""

import asyncio
from datetime import time

from brokers.common.adapter import Opening
from brokers.common.kept_file import Kept, KeptFile
from brokers.common.symbol_master import SymbolMaster
from brokers.zerodha.kite_calls import read_call
from brokers.zerodha.kite_connection import KiteConnection
from brokers.zerodha.kite_dump import read_dump
from core.clock import trading_day
from core.errors import BrokerUnavailable

PUBLISHED = time(8, 30)
"""In India: the list of the day is out by then."""
_FILE = "zerodha-instruments.csv"


class KiteSymbols:
    """The symbol master as last loaded. What takes long is done in a thread."""

    def __init__(self, opening: Opening, connection: KiteConnection) -> None:
        self._clock = opening.clock
        self._connection = connection
        self._file = KeptFile(opening.folder, _FILE)
        self._kept: Kept | None = None
        self._loading = asyncio.Lock()
        self.master = SymbolMaster()

    async def load(self) -> None:
        """Take today's list from the disk, or else from Kite. Raises BrokerUnavailable, with an older one in use."""
        async with self._loading:
            if self._kept is None and (kept := await asyncio.to_thread(self._file.read)):
                await self._use_what_is_left(kept)
            if self._kept is None or not self._kept.is_of(self._clock.now(), PUBLISHED):
                await self._fetch()

    async def loaded(self) -> SymbolMaster:
        """Some list, of whatever day: an order in the book keeps its name. Raises BrokerUnavailable."""
        if self._kept is None:
            try:
                await self.load()
            except BrokerUnavailable:
                if self._kept is None:
                    raise
        return self.master

    async def _fetch(self) -> None:
        asked_at = self._clock.now()
        raw = await self._connection.fetch(read_call(self._connection.login, "/instruments"))
        try:
            await self._use(Kept(raw, asked_at))
        except ValueError as fault:
            raise BrokerUnavailable(f"Zerodha's list of instruments could not be read: {fault}") from None
        try:
            await asyncio.to_thread(self._file.keep, Kept(raw, asked_at))
        except OSError as fault:
            raise BrokerUnavailable(f"Zerodha's list of instruments could not be kept: {fault.strerror}") from None

    async def _use_what_is_left(self, kept: Kept) -> None:
        """A file that somebody has spoilt is as good as none."""
        try:
            await self._use(kept)
        except ValueError:
            return

    async def _use(self, kept: Kept) -> None:
        self.master = await asyncio.to_thread(read_dump, kept.raw, trading_day(kept.fetched_at))
        self._kept = Kept(b"", kept.fetched_at)
