"""Today's list of instruments of one OpenAlgo: on the disk, and in memory."""

import asyncio
import hashlib
from datetime import time

from brokers.common.adapter import Opening
from brokers.common.kept_file import Kept, KeptFile
from brokers.common.symbol_master import SymbolMaster
from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_instruments import parse_master
from core.clock import trading_day
from core.errors import BrokerUnavailable

PUBLISHED = time(8)
"""In India. OpenAlgo takes the broker's list when somebody logs in, which is in the morning."""


class Master:
    """Two installations list different things, and so have files of their own."""

    def __init__(self, client: OpenAlgoClient, opening: Opening) -> None:
        self._client = client
        self._clock = opening.clock
        installation = hashlib.sha256(opening.address.base_url.encode()).hexdigest()[:12]
        self._file = KeptFile(opening.folder, f"instruments-{installation}.csv")
        self.instruments = SymbolMaster()

    async def load(self) -> None:
        """Take today's list from the disk, or from OpenAlgo. Raises BrokerUnavailable.

        When neither has it, an older one from the disk stays in use, with its day.
        """
        kept = await asyncio.to_thread(self._file.read)
        if kept is not None and kept.is_of(self._clock.now(), PUBLISHED) and await self._use(kept):
            return
        try:
            fresh = Kept(await self._client.fetch_instruments(), self._clock.now())
        except BrokerUnavailable:
            if kept is not None and self.instruments.as_of is None:
                await self._use(kept)
            raise
        if not await self._use(fresh):
            raise BrokerUnavailable("OpenAlgo's list of instruments is empty, or of an unknown form")
        try:
            await asyncio.to_thread(self._file.keep, fresh)
        except OSError as fault:
            raise BrokerUnavailable(f"OpenAlgo's list of instruments cannot be kept ({fault.strerror})") from None

    async def _use(self, kept: Kept) -> bool:
        day = trading_day(kept.fetched_at)
        try:
            self.instruments = await asyncio.to_thread(parse_master, kept.raw, day)
        except ValueError:
            return False
        return True
