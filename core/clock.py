"""Times are aware UTC inside and Indian Standard Time on screen."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

IST = ZoneInfo("Asia/Kolkata")
DAY_BEGINS = time(3)
"""In India."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Clock(Protocol):
    """A source of the present time; tests use a clock of their own."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)


def trading_day(moment: datetime) -> date:
    """The trading day that a moment belongs to: it begins at 03:00 IST."""
    return (moment.astimezone(IST) - timedelta(hours=DAY_BEGINS.hour)).date()


def session_start(now: datetime) -> datetime:
    """When the trading day of `now` began: 03:00 IST."""
    return datetime.combine(trading_day(now), DAY_BEGINS, IST)


@lru_cache(maxsize=512)
def utc_text(moment: datetime) -> str:
    """An aware moment in UTC as it is stored: ISO 8601 with microseconds, whose text sorts like time.

    One order writes the same moment several times, so the newest are remembered.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def render_ist(moment: datetime) -> str:
    """A moment as people in India read it: `2026-11-22 14:32:05 IST`."""
    return moment.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S IST")


def render_ist_time(moment: datetime) -> str:
    """The time of day only: `14:32:05 IST`."""
    return moment.astimezone(IST).strftime("%H:%M:%S IST")


def parse_duration(text: str) -> timedelta:
    """`"90s"`, `"15m"`, `"6h"` or `"1d"` as a length of time. Raises ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if match is None or int(match[1]) == 0:
        number = text.strip()
        unit = f'; it has no unit: write "{number}s", "{number}m" or "{number}h"' if number.isdecimal() else ""
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m or 6h{unit}")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def render_duration(length: timedelta) -> str:
    """A length of time in words short enough for a phone: `45 s`, `12 min`, `2 h 5 min`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
