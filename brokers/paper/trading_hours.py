"""The trading hours of paper books: those of the exchanges, or always."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from brokers.paper.engine.events import ALWAYS_OPEN, Hours
from core.calendar.calendar import Calendar
from core.calendar.days import Session
from core.clock import DAY_BEGINS, IST, session_start, trading_day
from core.errors import NotFound
from core.market.market_phase import MarketPhase

_SHARES = "NSE"
"""On its days shares are delivered."""
_DAY = timedelta(days=1)
_GRACE = timedelta(minutes=1)


class OutsideHours(StrEnum):
    """What happens to an order that arrives while its exchange is closed."""

    QUEUE = "queue"
    REFUSE = "refuse"
    IGNORE = "ignore"
    """Exchanges never close."""


@dataclass(frozen=True, slots=True)
class LastSession:
    """When a contract's last session ended, and until when its close can still be learned from quotes."""

    closes: datetime
    stands_until: datetime
    """Last prices that were seen before are those of the close."""
    next_opens: datetime
    known_until: datetime
    """Quotes that were seen from the next open on, and before this, name the close as the one before."""


class TradingHours(Protocol):
    """The questions that a paper book asks about trading hours."""

    def at(self, exchange: str, now: datetime) -> Hours:
        """Whether the exchange trades."""
        ...

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """Whether the exchange trades, in one word."""
        ...

    def day(self, now: datetime) -> date:
        """The day whose figures are today's; it began at the last 03:00 IST."""
        ...

    def is_settlement_day(self, day: date) -> bool:
        """Whether shares that were bought before are delivered on this day."""
        ...

    def last_close(self, exchange: str, now: datetime) -> datetime | None:
        """When the exchange last closed; None when that is not known."""
        ...

    def last_square_off(self, exchange: str, now: datetime) -> datetime | None:
        """When intraday trading last ended there; None when that is not known."""
        ...

    def last_session(self, exchange: str, expiry: date) -> LastSession | None:
        """The last session of contracts with this last day; None when that is not known."""
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

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """Whether the exchange trades, in one word."""
        return self.at(exchange, now).phase

    def day(self, now: datetime) -> date:
        """The day whose figures are today's; it began at the last 03:00 IST."""
        return trading_day(now)

    def is_settlement_day(self, day: date) -> bool:
        """Whether the share market trades on this day."""
        return self._calendar.session_on(_SHARES, day) is not None

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

    def last_session(self, exchange: str, expiry: date) -> LastSession | None:
        """The last session of contracts with this last day; None when that is not known."""
        last = self._last_session(exchange, datetime.combine(expiry, time.max, IST))
        if last is None:
            return None
        try:
            then = self._calendar.next_session(exchange, last.closes)
        except NotFound:
            return None
        morning = session_start(then.opens)
        return LastSession(last.closes, morning, then.opens, morning + _DAY)

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

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """Endless."""
        return ALWAYS_OPEN.phase

    def day(self, now: datetime) -> date:
        """The day that began at the last 03:00 IST."""
        return trading_day(now)

    def is_settlement_day(self, day: date) -> bool:
        """Every day is one."""
        return True

    def last_close(self, exchange: str, now: datetime) -> datetime | None:
        """The last 03:00 IST."""
        return session_start(now)

    def last_square_off(self, exchange: str, now: datetime) -> datetime | None:
        """Never: what is left of a day is squared off when the next one begins."""
        return None

    def last_session(self, exchange: str, expiry: date) -> LastSession:
        """Until 03:00 IST after the last day; the minutes after that still show its close."""
        closes = datetime.combine(expiry + _DAY, DAY_BEGINS, IST)
        return LastSession(closes, closes + _GRACE, closes + _GRACE, closes + _DAY)


def trades_until(hours: TradingHours, exchange: str, expiry: date) -> datetime | None:
    """When contracts of an exchange with this last day trade no more; None when that is not known."""
    last = hours.last_session(exchange, expiry)
    return last.closes if last else None


def trading_hours(outside: OutsideHours, calendar: Calendar) -> TradingHours:
    """The hours that go with this setting."""
    if outside is OutsideHours.IGNORE:
        return AlwaysOpen()
    return ExchangeHours(calendar, queues=outside is OutsideHours.QUEUE)
