"""Records candles of one minute from the ticks of every feed that runs."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.clock import Clock
from core.market.candles import Candle, minute_of
from core.market.instruments import Ticker
from core.market.market_phase import MarketPhase
from core.market.minute_candles import MinuteCandles
from core.ports import CandleRecord, RecordedFeeds, RunningFeed, Sessions

FOLLOWED_FOR = timedelta(days=7)
"""An instrument whose candles were asked for is followed for so long, whether or not anybody looks at it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many instruments of a feed are recorded at a time, and for how long their candles are kept."""

    most: int
    keep: timedelta


@dataclass(slots=True)
class _Recorded:
    feed: RunningFeed
    minutes: MinuteCandles
    asked: dict[Ticker, datetime]
    not_noted: set[Ticker] = field(default_factory=set)
    stop: list[Callable[[], None]] = field(default_factory=list)


class CandleRecorder:
    """Hears what feeds bring anyway, and has the feed of the paper books bring what history was asked of.

    Ticks are only counted, in memory; `keep` stores the minutes that are over.
    """

    def __init__(
        self, record: CandleRecord, feeds: RecordedFeeds, sessions: Sessions, clock: Clock, keeping: Keeping
    ) -> None:
        self._record = record
        self._feeds = feeds
        self._sessions = sessions
        self._clock = clock
        self._keeping = keeping
        self._recorded: dict[str, _Recorded] = {}
        self._phases: dict[str, tuple[datetime, bool]] = {}
        self._was_full: set[str] = set()
        self._turn = asyncio.Lock()

    async def keep(self) -> None:
        """Listen to what has opened, leave what has closed, and store the minutes that are over. Raises Unready."""
        async with self._turn:
            running = self._feeds.running_feeds()
            for name, recorded in [*self._recorded.items()]:
                if running.get(name) is not recorded.feed:
                    await self._leave(name)
            for name, feed in running.items():
                if name not in self._recorded:
                    await self._join(name, feed)
            for name, recorded in self._recorded.items():
                recorded.minutes.end_minutes(self._clock.now())
                self._tell_if_full(name, recorded.minutes)
                await self._store(name, recorded)

    async def close(self) -> None:
        """Store everything, also the minute that is not over: nothing is heard from now on. Raises Unready."""
        async with self._turn:
            for name in [*self._recorded]:
                await self._leave(name)

    async def forget_old(self) -> None:
        """Delete candles that were kept long enough, a bounded number at a time. Raises Unready."""
        await self._record.forget_before(self._clock.now() - self._keeping.keep)

    def follow(self, name: str, ticker: Ticker) -> None:
        """Record an instrument of this feed for the next days: its candles were asked for.

        A live broker is only asked as if somebody had looked: it shall not hear from us when nobody trades.
        """
        recorded = self._recorded.get(name)
        if recorded is None:
            return
        recorded.minutes.make_room(ticker)
        if name != self._feeds.own_feed:
            recorded.feed.quote(*ticker)
            return
        recorded.asked.pop(ticker, None)
        recorded.asked[ticker] = self._clock.now()
        recorded.not_noted.add(ticker)
        if len(recorded.asked) > self._keeping.most:
            del recorded.asked[next(iter(recorded.asked))]

    def not_stored(self, name: str, ticker: Ticker) -> Sequence[Candle]:
        """The candles that are not stored yet, oldest first; the last one may still change."""
        recorded = self._recorded.get(name)
        return [] if recorded is None else [*recorded.minutes.not_stored(ticker)]

    async def _join(self, name: str, feed: RunningFeed) -> None:
        now = self._clock.now()
        begun = await self._record.begun(name, minute_of(now))
        asked = await self._record.asked_since(name, now - FOLLOWED_FOR) if name == self._feeds.own_feed else {}
        in_order = dict(sorted(asked.items(), key=lambda one: one[1]))
        recorded = _Recorded(feed, MinuteCandles(self._is_open, self._keeping.most, begun), in_order)
        take = recorded.minutes.take
        recorded.stop = [feed.subscribe(take), feed.subscribe(take, lambda: self._followed(recorded))]
        self._recorded[name] = recorded

    async def _leave(self, name: str) -> None:
        recorded = self._recorded[name]
        for stop in recorded.stop:
            stop()
        recorded.minutes.end_all()
        await self._store(name, recorded)
        del self._recorded[name]

    async def _store(self, name: str, recorded: _Recorded) -> None:
        over, asked = recorded.minutes.collect(), tuple(recorded.not_noted)
        if over:
            await self._record.keep(name, over)
            recorded.minutes.stored(over)
        if asked:
            await self._record.note_asked(name, asked, self._clock.now())
            recorded.not_noted.difference_update(asked)

    def _followed(self, recorded: _Recorded) -> Iterable[Ticker]:
        """What was asked for, while its exchange trades: a feed that polls asks for it all the time."""
        now = self._clock.now()
        since = now - FOLLOWED_FOR
        return [one for one, at in recorded.asked.items() if at >= since and self._is_open(one[0], now)]

    def _is_open(self, exchange: str, at: datetime) -> bool:
        minute = minute_of(at)
        known = self._phases.get(exchange)
        if known is None or known[0] != minute:
            is_open = self._sessions.phase(exchange, minute) is not MarketPhase.CLOSED
            known = self._phases[exchange] = minute, is_open
        return known[1]

    def _tell_if_full(self, name: str, minutes: MinuteCandles) -> None:
        if minutes.turned_away and name not in self._was_full:
            self._was_full.add(name)
            log.warning(
                "candles of no more than %d instruments of %s are recorded at a time; see history.symbols",
                self._keeping.most,
                name,
            )
