"""The times of OpenAlgo's books, each in the form of the broker behind it."""

from contextlib import suppress
from datetime import date, datetime, time
from functools import lru_cache

from core.clock import IST, trading_day

_FORMS = ("%d-%b-%Y %H:%M:%S", "%H:%M:%S %d-%m-%Y", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S")
"""Those that are not ISO 8601."""


def parse_time(text: object, now: datetime) -> datetime | None:
    """A time of today's book; without a zone it is India's, without a date today's. None when it is not readable."""
    return _parse(text.strip(), trading_day(now)) if isinstance(text, str) and text.strip() else None


@lru_cache(maxsize=4096)
def _parse(text: str, today: date) -> datetime | None:
    with suppress(ValueError):
        return datetime.combine(today, time.fromisoformat(text), IST)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=IST)
    for form in _FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=IST)
    return None
