"""The words of the trading calendar: a holiday, a year of them, and an exchange's hours on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

EXCHANGES = ("NSE", "BSE", "NFO", "BFO", "CDS", "BCD", "MCX")
"""The ones that the calendar speaks of, in the order of every answer."""
SHARES = ("NSE", "BSE", "NFO", "BFO")
CURRENCIES = ("CDS", "BCD")
ALL_BUT_MCX = SHARES + CURRENCIES

EVENING = time(17)
"""When commodities resume after a holiday's morning."""
USUAL_CLOSE = time.max
"""Stands for the hour at which the exchange closes on any other day of that season."""
Hours = tuple[time, time]


class HolidayKind(StrEnum):
    """Kinds of unusual day, as OpenAlgo spells them."""

    TRADING = "TRADING_HOLIDAY"
    SETTLEMENT = "SETTLEMENT_HOLIDAY"
    """Banks are closed: shares trade, currencies do not."""
    SPECIAL = "SPECIAL_SESSION"
    """Unusual hours."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One unusual day: exchanges in neither `closed` nor `hours` do what they do on any such weekday."""

    day: date
    name: str
    kind: HolidayKind
    closed: tuple[str, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict)
    hours_known: bool = True
    """False when a special session takes place, but this table does not know when."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year's unusual days in order; `complete` when every exchange's list is in it."""

    year: int
    complete: bool
    source: str
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """An exchange's trading hours on one day; aware times."""

    exchange: str
    opens: datetime
    closes: datetime
