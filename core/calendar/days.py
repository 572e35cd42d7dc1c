"""The types of the trading calendar: a holiday, a year of them, and an exchange's session on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

EXCHANGES = ("NSE", "BSE", "NFO", "BFO", "CDS", "BCD", "MCX")
"""The exchanges with holidays of their own, in the order of every answer; others keep those of one of these."""
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
    """False when a special session takes place at hours that are not published yet."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year's unusual days in order; `complete` when every exchange's list is in it."""

    year: int
    complete: bool
    source: str
    holidays: tuple[Holiday, ...]
    ordinary: frozenset[date] = frozenset()
    """Days of which it is known that they are like any such weekday."""


@dataclass(frozen=True, slots=True)
class Session:
    """An exchange's trading hours on one day; aware times. `note` says why they are a guess, if they are."""

    exchange: str
    opens: datetime
    closes: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarketDay:
    """What an exchange does on a day: its session or none, what is unusual, and why that is a guess, if it is."""

    exchange: str
    day: date
    session: Session | None
    reason: str = ""
    note: str = ""
