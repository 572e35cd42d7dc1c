"""On which days contracts expire."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Protocol

from core.calendar.calendar import Calendar
from core.errors import ConfigError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_RULE = re.compile(rf"last ({'|'.join(WEEKDAYS)})|day ([1-9]|1\d|2[0-8])|trading day -([1-9])", re.ASCII)


class ExpiryRule(Protocol):
    """On which day of a month an exchange's contracts expire."""

    def expiry(self, exchange: str, year: int, month: int, calendar: Calendar) -> date:
        """The day of this month, moved to the last trading day before it when it is a known holiday."""
        ...


@dataclass(frozen=True, slots=True)
class LastWeekday:
    """The month's last Tuesday, say; 0 is Monday."""

    weekday: int

    def expiry(self, exchange: str, year: int, month: int, calendar: Calendar) -> date:
        """That day, or the last trading day before it."""
        day = _last_of(year, month)
        while day.weekday() != self.weekday:
            day -= _DAY
        return _trading_day(exchange, day, calendar)


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """The same day of every month."""

    day: int

    def expiry(self, exchange: str, year: int, month: int, calendar: Calendar) -> date:
        """That day, or the last trading day before it."""
        return _trading_day(exchange, date(year, month, self.day), calendar)


@dataclass(frozen=True, slots=True)
class TradingDayFromEnd:
    """The month's last trading day is 1, the one before it 2."""

    count: int

    def expiry(self, exchange: str, year: int, month: int, calendar: Calendar) -> date:
        """That day."""
        day = _trading_day(exchange, _last_of(year, month), calendar)
        for _ in range(self.count - 1):
            day = _trading_day(exchange, day - _DAY, calendar)
        return day


def parse_rule(text: object, key: str) -> ExpiryRule:
    """`last Tuesday`, `day 19` or `trading day -3`. Raises ConfigError, which names the key."""
    match = _RULE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ConfigError(f'{key} must be such as "last Tuesday", "day 19" or "trading day -3".')
    if match[1]:
        return LastWeekday(WEEKDAYS.index(match[1]))
    return DayOfMonth(int(match[2])) if match[2] else TradingDayFromEnd(int(match[3]))


def next_monthly(rule: ExpiryRule, exchange: str, today: date, calendar: Calendar, count: int) -> tuple[date, ...]:
    """The next `count` monthly expiries, today's included; nearest first."""
    months = (rule.expiry(exchange, year, month, calendar) for year, month in _months_from(today))
    return tuple(islice((day for day in months if day >= today), count))


def next_weekly(weekday: int, exchange: str, today: date, calendar: Calendar, count: int) -> tuple[date, ...]:
    """The next `count` weekly expiries, today's included; on a holiday it is the last trading day before it."""
    found = list[date]()
    day = today + (weekday - today.weekday()) % 7 * _DAY
    while len(found) < count:
        expiry = _trading_day(exchange, day, calendar)
        if expiry >= today and expiry not in found:
            found.append(expiry)
        day += _WEEK
    return tuple(found)


def _months_from(today: date) -> Iterator[tuple[int, int]]:
    year, month = today.year, today.month
    while True:
        yield year, month
        year, month = year + month // 12, month % 12 + 1


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - _DAY


def _trading_day(exchange: str, day: date, calendar: Calendar) -> date:
    while calendar.is_known_closed(exchange, day):
        day -= _DAY
    return day
