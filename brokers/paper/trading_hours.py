"""The trading hours of paper books: those of the exchanges, or always."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from brokers.paper.engine.events import ALWAYS_OPEN, Hours
from core.calendar.calendar import Calendar
from core.calendar.days import Session
from core.clock import IST, session_start, trading_day
from core.errors import NotFound

_DAY = timedelta(days=1)
_SHARES = "NSE"
"""Its days are the trading days of a book."""


class OutsideHours(StrEnum):
    """What happens to an order that arrives while its exchange is closed."""

    QUEUE = "queue"
    REFUSE = "refuse"
    IGNORE = "ignore"
    """Exchanges never close."""


class TradingHours(Protocol):
    """The questions that a paper book asks about trading hours."""

    def at(self, exchange: str, now: datetime) -> Hours:
        """Whether the exchange trades."""
        ...

    def day(self, now: datetime) -> date:
        """The present trading day, or the last one."""
        ...

    def last_close(self, exchange: str, now: datetime) -> datetime | None:
        """When the exchange last closed; None when that is not known."""
        ...

    def last_square_off(self, exchange: str, now: datetime) -> datetime | None:
        """When intraday trading last ended there; None when that is not known."""
        ...

    def has_expired(self, exchange: str, expiry: date, now: datetime) -> bool:
        """Whether the last session of contracts with this last day is over."""
        ...


class ExchangeHours:
    """Implements TradingHours by the exchanges' calendar; an exchange whose hours nobody knows is closed."""

    def __init__(self, calendar: Calendar, *, queues: bool) -> None:
        self._calendar = calendar
        self._queues = queues

    def at(self, exchange: str, now: datetime) -> Hours:
        """Whether the exchange trades; when it does not, why, and until when an order may wait."""
        try:
            session = self._session_at(exchange, now)
            if session is not None:
                return Hours(mis_until=self._calendar.square_off_at(session))
            opens_at = self._calendar.next_session(exchange, now).opens if self._queues else None
            return Hours(is_open=False, opens_at=opens_at, text=self._calendar.why_closed(exchange, now))
        except NotFound as unknown:
            return Hours(is_open=False, text=str(unknown))

    def day(self, now: datetime) -> date:
        """The present trading day, or the last one."""
        day = trading_day(now)
        while self._calendar.session_on(_SHARES, day) is None:
            day -= _DAY
        return day

    def last_close(self, exchange: str, now: datetime) -> datetime | None:
        """When the exchange last closed; None when that is not known."""
        last = self._last_session(exchange, now)
        return last.closes if last else None

    def last_square_off(self, exchange: str, now: datetime) -> datetime | None:
        """When intraday trading last ended there; None when that is not known."""
        for session in (self._session_at(exchange, now), self._last_session(exchange, now)):
            ended = self._calendar.square_off_at(session) if session else None
            if ended and ended <= now:
                return ended
        return None

    def has_expired(self, exchange: str, expiry: date, now: datetime) -> bool:
        """Whether the last session of contracts with this last day is over."""
        closed = self.last_close(exchange, now)
        return closed is not None and closed.astimezone(IST).date() >= expiry

    def _session_at(self, exchange: str, now: datetime) -> Session | None:
        session = self._calendar.session_on(exchange, now.astimezone(IST).date())
        return session if session and session.opens <= now < session.closes else None

    def _last_session(self, exchange: str, now: datetime) -> Session | None:
        try:
            return self._calendar.last_session(exchange, now)
        except NotFound:
            return None


class AlwaysOpen:
    """Implements TradingHours for a market that never closes: its days end at 03:00 IST."""

    def at(self, exchange: str, now: datetime) -> Hours:
        """Open."""
        return ALWAYS_OPEN

    def day(self, now: datetime) -> date:
        """The day that began at the last 03:00 IST."""
        return trading_day(now)

    def last_close(self, exchange: str, now: datetime) -> datetime | None:
        """The last 03:00 IST."""
        return session_start(now)

    def last_square_off(self, exchange: str, now: datetime) -> datetime | None:
        """Never: what is left of a day is squared off when the next one begins."""
        return None

    def has_expired(self, exchange: str, expiry: date, now: datetime) -> bool:
        """Whether the day after its last day has begun."""
        return trading_day(now) > expiry


def trading_hours(outside: OutsideHours, calendar: Calendar) -> TradingHours:
    """The hours that go with this setting."""
    if outside is OutsideHours.IGNORE:
        return AlwaysOpen()
    return ExchangeHours(calendar, queues=outside is OutsideHours.QUEUE)
