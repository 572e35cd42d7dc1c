"""The content of calendar files: the exchanges' usual hours, and each year's holidays and special days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.calendar.days import Hours, Year

_NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange's usual trading hours, in Indian time."""

    name: str
    like: str
    """Whose holidays and special hours it keeps; its own name for those that have their own."""
    hours: tuple[tuple[date, Hours], ...] = ()
    """Its hours and the day from which they hold, in order."""
    summer: Hours | None = None
    """Its hours while it is summer in New York, where they differ."""
    square_off: time | None = None
    """When intraday positions are closed; None where nobody does that."""
    always: bool = False
    """Trades at all hours of all days."""

    def usual(self, day: date) -> Hours:
        """Its hours on this day, if nothing is unusual about it."""
        if self.summer is not None and _is_summer_in_new_york(day):
            return self.summer
        return [hours for since, hours in self.hours if since <= day][-1]


@dataclass(frozen=True, slots=True)
class Almanac:
    """Everything that calendar files say; a later file overrides an earlier one."""

    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    every_year: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Month and day on which every exchange is closed in any year."""
    years: Mapping[int, Year] = field(default_factory=dict)


def _is_summer_in_new_york(day: date) -> bool:
    return bool(datetime.combine(day, time(12), _NEW_YORK).dst())
