"""Whether and when an exchange trades on a day, as far as it is known here."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.calendar.days import EXCHANGES, SHARES, USUAL_CLOSE, Holiday, Hours, Session, Year
from core.calendar.tables import EVERY_YEAR, YEARS
from core.clock import IST
from core.errors import NotFound

_NEW_YORK = ZoneInfo("America/New_York")
_LONGER_DAYS_FROM = date(2026, 8, 3)
"""When the closing auction came, and derivatives on shares began to trade until 15:40."""
_SATURDAY = 5


class Calendar:
    """Never guesses: what it does not know it says, instead of calling a day open or closed."""

    def __init__(self, years: Mapping[int, Year] = YEARS) -> None:
        self._years = years
        self._unusual = {holiday.day: holiday for year in years.values() for holiday in year.holidays}

    def year(self, year: int) -> Year:
        """A year's unusual days, complete or not. Raises NotFound for a year that is not known at all."""
        if year not in self._years:
            known = " and ".join(str(one) for one in sorted(self._years))
            raise NotFound(f"The trading holidays of {year} are not known here; those of {known} are.")
        return self._years[year]

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The exchanges that trade on this day, and their hours. Raises NotFound when that is not known."""
        holiday = self._unusual.get(day)
        if holiday is None and not self.year(day.year).complete:
            raise NotFound(
                f"Whether the exchanges trade on {day:%d %b %Y} is not known here: "
                f"of the holidays of {day.year} only {self.year(day.year).source} are."
            )
        if holiday is not None and not holiday.hours_known:
            raise NotFound(f"The hours of {holiday.name} on {day:%d %b %Y} are not known here.")
        found = ((exchange, _hours(exchange, day, holiday)) for exchange in EXCHANGES)
        return tuple(session(exchange, day, hours) for exchange, hours in found if hours is not None)

    def is_known_closed(self, exchange: str, day: date) -> bool:
        """Whether it is certain that this exchange does not trade on this day."""
        holiday = self._unusual.get(day)
        if holiday is not None:
            return holiday.hours_known and _hours(exchange, day, holiday) is None
        return day.weekday() >= _SATURDAY or (day.month, day.day) in EVERY_YEAR


def session(exchange: str, day: date, hours: Hours) -> Session:
    """These hours of this day; `USUAL_CLOSE` becomes the hour it stands for."""
    opens, closes = hours
    until = usual_hours(exchange, day)[1] if closes == USUAL_CLOSE else closes
    return Session(exchange, datetime.combine(day, opens, IST), datetime.combine(day, until, IST))


def usual_hours(exchange: str, day: date) -> Hours:
    """When the exchange trades on a day like any other, in Indian time."""
    if exchange == "MCX":
        return time(9), time(23, 30) if _is_summer_in_new_york(day) else time(23, 55)
    if exchange not in SHARES:
        return time(9), time(17)
    closes_late = exchange in {"NFO", "BFO"} and day >= _LONGER_DAYS_FROM
    return time(9, 15), time(15, 40) if closes_late else time(15, 30)


def _hours(exchange: str, day: date, holiday: Holiday | None) -> Hours | None:
    if holiday is not None and exchange in holiday.hours:
        return holiday.hours[exchange]
    if day.weekday() >= _SATURDAY or (holiday is not None and exchange in holiday.closed):
        return None
    return usual_hours(exchange, day)


def _is_summer_in_new_york(day: date) -> bool:
    return bool(datetime.combine(day, time(12), _NEW_YORK).dst())
