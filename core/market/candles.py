"""Candles: what an instrument traded at in one stretch of time, and longer ones made of those of a minute."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from core.clock import IST
from core.market.instruments import Ticker

MINUTE = timedelta(minutes=1)
DAY = "D"
LENGTHS = {
    "1m": MINUTE,
    "2m": 2 * MINUTE,
    "3m": 3 * MINUTE,
    "5m": 5 * MINUTE,
    "10m": 10 * MINUTE,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": 60 * MINUTE,
    "2h": 120 * MINUTE,
    "4h": 240 * MINUTE,
}
"""The intervals within a day that are made of minutes, as OpenAlgo spells them."""
_INTERVAL = re.compile(r"\d{1,3}[smh]|\d{0,2}[DWMQY]", re.ASCII)
Opens = Callable[[date], datetime | None]
"""When the exchange opens on a day; None when it does not, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """The intervals that candles are to be had of, as OpenAlgo sorts and spells them."""

    seconds: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    weeks: tuple[str, ...] = ()
    months: tuple[str, ...] = ()


RECORDED = Intervals(
    minutes=tuple(name for name in LENGTHS if name.endswith("m")),
    hours=tuple(name for name in LENGTHS if name.endswith("h")),
    days=(DAY,),
)
"""What recorded minutes can be made into."""


@dataclass(frozen=True, slots=True)
class CandleQuery:
    """Which candles are asked for: from the first to the last of these days in India, both of them included."""

    exchange: str
    symbol: str
    interval: str
    first: date
    last: date

    @property
    def ticker(self) -> Ticker:
        """The instrument."""
        return self.exchange, self.symbol

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """When the last day is over."""
        return _midnight(self.last + timedelta(days=1))


def is_interval(text: str) -> bool:
    """Whether this looks like an interval of OpenAlgo's, such as 5m, 1h, D or 2W."""
    return _INTERVAL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Candle:
    """First, highest, lowest and last price in rupees, units traded, and the open interest in the end (0: not known).

    `at` is when it begins; of a day's candle it is 00:00 UTC of that day in India, as OpenAlgo's clients read it.
    """

    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    oi: int = 0

    def followed_by(self, later: "Candle") -> "Candle":
        """The candle of both stretches; it begins where this one does."""
        return replace(
            self,
            high=max(self.high, later.high),
            low=min(self.low, later.low),
            close=later.close,
            volume=self.volume + later.volume,
            oi=later.oi or self.oi,
        )


def minute_of(moment: datetime) -> datetime:
    """When the minute of this moment began."""
    return moment.replace(second=0, microsecond=0)


def aggregate(minutes: Iterable[Candle], interval: str, opens: Opens) -> Sequence[Candle]:
    """Candles of this interval out of those of a minute, oldest first; a stretch without any has none.

    Within a day they are counted from the exchange's open, forward and back, and never reach into another day.
    """
    found: list[Candle] = []
    start_of = _day_start if interval == DAY else _Starts(LENGTHS[interval], opens).of
    for minute in minutes:
        start = start_of(minute.at)
        if found and found[-1].at == start:
            found[-1] = found[-1].followed_by(minute)
        else:
            found.append(replace(minute, at=start))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, IST).astimezone(UTC)


def _day_start(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(IST).date(), time.min, UTC)


class _Starts:
    """When the candle begins that a moment is in."""

    def __init__(self, length: timedelta, opens: Opens) -> None:
        self._length = length
        self._opens = opens
        self._midnight = self._counted_from = datetime.min.replace(tzinfo=UTC)

    def of(self, at: datetime) -> datetime:
        if not self._midnight <= at < self._midnight + timedelta(days=1):
            day = at.astimezone(IST).date()
            self._midnight = _midnight(day)
            self._counted_from = (self._opens(day) or self._midnight).astimezone(UTC)
        # Rounded down, also before the open.
        return max(self._midnight, self._counted_from + (at - self._counted_from) // self._length * self._length)
