"""A price feed that replays a file of recorded ticks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from brokers.feed.last_prices import LastPrices
from brokers.feed.quote_building import first_quote, next_quote
from brokers.feed.subscriptions import Listener, Subscriptions
from brokers.feed.tick_file import Tick, TickFile
from core.clock import IST, Clock
from core.market.depth import Depth
from core.market.feed_state import FeedState
from core.market.instruments import Instrument, Ticker
from core.market.quotes import Quote
from core.ports import Instruments, Interest

_MOST_NAMED = 5
_ENDED = "the file has ended and its prices grow stale; start again, or set feed.loop = true"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Replay speed: 1 is as recorded, 0 is without waiting; and whether to start again at the end."""

    speed: float = 1.0
    loop: bool = False
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class ReplayFeed:
    """Implements core.ports.RunningFeed over a file of ticks.

    A quote's `at` is when it is played, not when it was recorded. What the file does not say (bid, ask, sizes,
    contracts that follow their underlying) is made up as in the simulated market; what is not listed is passed over.
    """

    def __init__(self, instruments: Instruments, clock: Clock, file: TickFile, pace: Pace) -> None:
        self._listed = instruments
        self._clock = clock
        self._file = file
        self._pace = pace
        self._last_prices = LastPrices(instruments, clock)
        self._listeners = Subscriptions()
        self._days: dict[Ticker, object] = {}
        self._last_tick: datetime | None = None
        self._has_ended = False

    @property
    def state(self) -> FeedState:
        """The file and its last tick; says so when the end of the file was reached."""
        problem = _ENDED if self._has_ended else ""
        return FeedState(f"replay of {self._file.name}", self._last_tick, problem, is_made_up=True)

    def quote(self, exchange: str, symbol: str) -> Quote | None:
        """The price played last, or None before the first."""
        return self._last_prices.quote(exchange, symbol)

    def depth(self, exchange: str, symbol: str) -> Depth | None:
        """Five prices on each side, made up around the quote; None without one."""
        return self._last_prices.depth(exchange, symbol)

    def subscribe(self, listener: Listener, interest: Interest | None = None) -> Callable[[], None]:
        """Call `listener` on every tick of what `interest` names by then; returns how to stop.

        Without an interest it hears everything that is in the file.
        """
        return self._listeners.subscribe(listener, interest)

    async def next_answers(self) -> None:
        """Return at once: a price that is not there is not waited for."""

    async def check(self) -> None:
        """Read the whole file once. Raises ConfigError for the first bad line."""
        found = await asyncio.to_thread(self._file.scan)
        unlisted = sorted(ticker for ticker in found if self._listed.find(*ticker) is None)
        if unlisted:
            named = ", ".join(":".join(ticker) for ticker in unlisted[:_MOST_NAMED])
            _log.warning("%d instruments of %s are not listed: %s", len(unlisted), self._file.name, named)

    async def run(self) -> None:
        """Play until cancelled; after the end, when it is not played again, the last prices stay.

        Raises ConfigError when the file has changed since it was checked.
        """
        await self._play()
        while self._pace.loop:
            await self._play()
        self._has_ended = True
        _log.warning("%s: %s", self._file.name, _ENDED)
        await asyncio.Event().wait()

    def show(self, tick: Tick) -> None:
        """Play one tick now, whenever it was recorded."""
        instrument = self._listed.find(*tick.ticker)
        if instrument is None:
            return
        self._last_tick = self._clock.now()
        self._last_prices.put(self._next_quote(instrument, tick, self._last_tick))
        self._listeners.tell(
            self.quote, [tick.ticker], lambda wanted: self._last_prices.moves_with(wanted, tick.ticker)
        )

    async def _play(self) -> None:
        self._days.clear()
        started, first = self._clock.now(), None
        for tick in self._file.read():
            first = first or tick.time
            since = (self._clock.now() - started).total_seconds()
            due = (tick.time - first).total_seconds() / self._pace.speed if self._pace.speed else 0
            await self._pace.sleep(max(0, due - since))
            self.show(tick)

    def _next_quote(self, instrument: Instrument, tick: Tick, now: datetime) -> Quote:
        day, previous = tick.time.astimezone(IST).date(), self._last_prices.find(tick.ticker)
        is_new_day = self._days.get(tick.ticker) != day
        self._days[tick.ticker] = day
        if previous is None or is_new_day:
            prev_close = previous.ltp if previous else tick.ltp
            quote = first_quote(instrument, tick.ltp, prev_close, tick.volume or 0, now)
        else:
            volume = previous.volume if tick.volume is None else tick.volume
            quote = next_quote(instrument, previous, tick.ltp, volume, now)
        said = {name: getattr(tick, name) for name in ("bid", "ask", "bid_size", "ask_size")}
        return replace(quote, **{name: value for name, value in said.items() if value is not None})
