"""Whether and when an exchange trades, as far as it is known here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from core.calendar.almanac import Almanac, Exchange
from core.calendar.days import EXCHANGES, USUAL_CLOSE, Holiday, HolidayKind, Hours, MarketDay, Session, Year
from core.clock import IST
from core.errors import ConfigError, NotFound

_SATURDAY = 5
_DAY = timedelta(days=1)
_FAR = 366
"""How many days are searched for a session."""
DAYS_REMEMBERED = 1024
_BEFORE_USUAL_CLOSE = timedelta(minutes=5)
_BEFORE_SPECIAL_CLOSE = timedelta(minutes=15)


def _ignore(_: str) -> None:
    """Ignore the guess."""


class Calendar:
    """Two ways to ask. Strictly: `year` and `sessions` raise NotFound for what is not known.

    And for a market that has to go on: the others take the usual hours on weekdays then. Their answers say that
    they are guesses, and `on_guess` is told once for each year.
    """

    def __init__(self, almanac: Almanac, on_guess: Callable[[str], None] = _ignore) -> None:
        """Raises ConfigError for a day that opens after its exchange usually closes."""
        self._exchanges = almanac.exchanges
        self._every_year = almanac.every_year
        self._years = {number: _with_closes(year, almanac) for number, year in almanac.years.items()}
        self._unusual = {one.day: one for year in self._years.values() for one in year.holidays}
        self._ordinary = {day for year in self._years.values() for day in year.ordinary}
        self._on_guess = on_guess
        self._years_warned: set[int] = set()
        # Every order asks for the same few days.
        self._remembered_day = lru_cache(DAYS_REMEMBERED)(self._market_day)

    def year(self, year: int) -> Year:
        """A year's unusual days, complete or not. Raises NotFound for a year that is not known at all."""
        if year not in self._years:
            known = [str(one) for one in sorted(self._years)]
            listed = " and ".join([", ".join(known[:-1]), *known[-1:]]) if known[1:] else "".join(known)
            raise NotFound(f"The trading holidays of {year} are not known here; those of {listed} are.")
        return self._years[year]

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The exchanges that trade on this day, and their hours. Raises NotFound when that is not known."""
        doubt = self.doubt(day)
        if doubt:
            raise NotFound(doubt)
        found = ((name, self._hours(self._exchanges[name], day)) for name in EXCHANGES)
        return tuple(session(name, day, hours) for name, hours in found if hours is not None)

    def doubt(self, day: date) -> str:
        """What is not known about this day, as a sentence; empty when everything is known."""
        holiday = self._unusual.get(day)
        if holiday is not None and not holiday.hours_known:
            return f"The hours of {holiday.name} on {day:%d %b %Y} are not known here."
        if holiday is not None or day in self._ordinary:
            return ""
        try:
            year = self.year(day.year)
        except NotFound as fault:
            return str(fault)
        known = f"of the holidays of {day.year} only {year.source} are."
        return "" if year.complete else f"Whether the exchanges trade on {day:%d %b %Y} is not known here: {known}"

    def is_known_closed(self, exchange: str, day: date) -> bool:
        """Whether it is certain that this exchange does not trade on this day."""
        holiday = self._holiday(day)
        is_certain = holiday is None or holiday.hours_known
        return is_certain and self._hours(self._exchange(exchange), day) is None

    def market_day(self, exchange: str, day: date) -> MarketDay:
        """What the exchange does on this day, and whether that is a guess.

        Raises NotFound, as all that follow, for an exchange that no calendar file tells of.
        """
        return self._remembered_day(exchange, day)

    def _market_day(self, exchange: str, day: date) -> MarketDay:
        rules = self._exchange(exchange)
        if rules.always:
            midnight = datetime.combine(day, time.min, IST)
            return MarketDay(exchange, day, Session(exchange, midnight, midnight + _DAY))
        note = self.doubt(day)
        if note and day.year not in self._years_warned:
            self._years_warned.add(day.year)
            self._on_guess(note)
        hours = self._hours(rules, day)
        found = replace(session(exchange, day, hours), note=note) if hours is not None else None
        return MarketDay(exchange, day, found, self._reason(rules, day), note)

    def session_on(self, exchange: str, day: date) -> Session | None:
        """The exchange's session on this day, if it has one."""
        return self.market_day(exchange, day).session

    def is_trading_day(self, day: date) -> bool:
        """Whether any exchange that is not always open has a session on this day."""
        named = (name for name, rules in self._exchanges.items() if not rules.always)
        return any(self.session_on(name, day) is not None for name in named)

    def is_open(self, exchange: str, at: datetime) -> bool:
        """Whether the exchange trades at this moment; it does when a session opens, and not when it closes."""
        today = self.session_on(exchange, _day_of(at))
        return today is not None and today.opens <= at < today.closes

    def next_session(self, exchange: str, after: datetime) -> Session:
        """The first session that opens after this moment. Raises NotFound when there is none within a year."""
        for ahead in range(_FAR + 1):
            found = self.session_on(exchange, _day_of(after) + ahead * _DAY)
            if found is not None and found.opens > after:
                return found
        raise NotFound(f"{exchange} has no session in the year after {_day_of(after):%d %b %Y}.")

    def last_session(self, exchange: str, before: datetime) -> Session:
        """The last session that closed by this moment. Raises NotFound when there was none within a year."""
        for back in range(_FAR + 1):
            found = self.session_on(exchange, _day_of(before) - back * _DAY)
            if found is not None and found.closes <= before:
                return found
        raise NotFound(f"{exchange} had no session in the year before {_day_of(before):%d %b %Y}.")

    def why_closed(self, exchange: str, at: datetime) -> str:
        """`NSE is closed: Christmas. It opens Mon 28 Dec 09:15.`, with what is not known; nothing while it trades."""
        if self.is_open(exchange, at):
            return ""
        today, then = self.market_day(exchange, _day_of(at)), self.next_session(exchange, at)
        reason = today.reason or "it has not opened yet"
        if today.session is not None and today.session.closes <= at:
            reason = f"it closed at {today.session.closes:%H:%M}"
        sentence = f"{exchange} is closed: {reason}. It opens {then.opens:%a %d %b %H:%M}."
        return " ".join(filter(None, (sentence, today.note or then.note)))

    def square_off_at(self, of: Session) -> datetime | None:
        """When intraday positions of this session are closed; None where nobody does that."""
        rules, day = self._exchange(of.exchange), of.opens.astimezone(IST).date()
        if rules.square_off is None:
            return None
        usual = datetime.combine(day, rules.square_off, IST)
        if of.closes != session(of.exchange, day, rules.usual(day)).closes or usual <= of.opens:
            return max(of.opens, of.closes - _BEFORE_SPECIAL_CLOSE)
        return min(usual, of.closes - _BEFORE_USUAL_CLOSE)

    def _exchange(self, name: str) -> Exchange:
        if name not in self._exchanges:
            raise NotFound(f"The hours of {name} are not known here; the calendar file may tell them.")
        return self._exchanges[name]

    def _holiday(self, day: date) -> Holiday | None:
        name = self._every_year.get((day.month, day.day))
        if day in self._unusual or day in self._ordinary or name is None:
            return self._unusual.get(day)
        return Holiday(day, name, HolidayKind.TRADING, EXCHANGES)

    def _hours(self, rules: Exchange, day: date) -> Hours | None:
        if rules.always:
            return time.min, time.max
        holiday = self._holiday(day)
        if holiday is not None and rules.like in holiday.hours:
            return holiday.hours[rules.like]
        if day.weekday() >= _SATURDAY or (holiday is not None and rules.like in holiday.closed):
            return None
        return rules.usual(day)

    def _reason(self, rules: Exchange, day: date) -> str:
        holiday = self._holiday(day)
        if holiday is not None and (not holiday.hours_known or rules.like in (*holiday.closed, *holiday.hours)):
            return holiday.name
        return f"it is {day:%A}" if day.weekday() >= _SATURDAY else ""


def session(exchange: str, day: date, hours: Hours) -> Session:
    """The session that has these hours on this day, as moments."""
    opens, closes = hours
    return Session(exchange, datetime.combine(day, opens, IST), datetime.combine(day, closes, IST))


def _day_of(moment: datetime) -> date:
    return moment.astimezone(IST).date()


def _with_closes(year: Year, almanac: Almanac) -> Year:
    """The year with the hour that each `USUAL_CLOSE` stands for."""
    return replace(year, holidays=tuple(_with_close(one, almanac) for one in year.holidays))


def _with_close(holiday: Holiday, almanac: Almanac) -> Holiday:
    hours = {}
    for name, (opens, closes) in holiday.hours.items():
        until = almanac.exchanges[name].usual(holiday.day)[1] if closes == USUAL_CLOSE else closes
        if until <= opens:
            raise ConfigError(
                f"{name} cannot open at {opens:%H:%M} on {holiday.day}: it usually closes at {until:%H:%M}."
            )
        hours[name] = opens, until
    return replace(holiday, hours=hours)
