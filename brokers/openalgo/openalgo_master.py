"""Today's list of instruments of one OpenAlgo, on the disk and in memory: one CSV of every exchange."""

import asyncio
import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from operator import itemgetter

from brokers.common.adapter import Opening
from brokers.common.kept_file import Kept, KeptFile
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.openalgo.openalgo_client import OpenAlgoClient
from core.clock import trading_day
from core.errors import BrokerUnavailable, Invalid
from core.market.instruments import Instrument, mark_underlyings
from core.openalgo.contract_rows import read_instrument

PUBLISHED = time(8)
"""In India. OpenAlgo takes the broker's list when somebody logs in, which is in the morning."""

COLUMNS = ("exchange", "symbol", "name", "lotsize", "tick_size")


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


def parse_master(raw: bytes, as_of: date) -> SymbolMaster:
    """The list as it was fetched. Raises ValueError when it is something else, or empty."""
    rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    head = next(rows, [])
    if not set(head) >= set(COLUMNS):
        raise ValueError("not a list of instruments")
    found = list(_read_rows(rows, itemgetter(*map(head.index, COLUMNS))))
    if not found:
        raise ValueError("an empty list of instruments")
    return SymbolMaster((Listed(one, f"{one.exchange}:{one.symbol}") for one in mark_underlyings(found)), as_of)


def _read_rows(rows: Iterator[list[str]], pick: Callable[[list[str]], Sequence[str]]) -> Iterator[Instrument]:
    for row in rows:
        try:
            yield read_instrument(*pick(row))
        except (Invalid, IndexError):
            # One that cannot be read cannot be traded; the others can.
            continue
