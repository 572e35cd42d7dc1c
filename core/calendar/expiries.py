"""On which days monthly contracts expire."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from core.calendar.calendar import Calendar

_TUESDAY, _THURSDAY = 1, 3
_EXPIRY_WEEKDAY = {"NFO": _TUESDAY, "BFO": _THURSDAY}
_DAY = timedelta(days=1)


def next_expiries(exchange: str, today: date, calendar: Calendar, count: int) -> tuple[date, ...]:
    """The next `count` monthly expiries of NFO or BFO, today's included; nearest first."""
    return tuple(islice((day for day in _expiries(exchange, today, calendar) if day >= today), count))


def monthly_expiry(exchange: str, year: int, month: int, calendar: Calendar) -> date:
    """The month's last Tuesday (NFO) or Thursday (BFO), or the last trading day before it."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    day = first_of_next - _DAY
    while day.weekday() != _EXPIRY_WEEKDAY[exchange]:
        day -= _DAY
    while calendar.is_known_closed(exchange, day):
        day -= _DAY
    return day


def _expiries(exchange: str, today: date, calendar: Calendar) -> Iterator[date]:
    year, month = today.year, today.month
    while True:
        yield monthly_expiry(exchange, year, month, calendar)
        year, month = year + month // 12, month % 12 + 1
