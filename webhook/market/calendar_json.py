"""The trading calendar as OpenAlgo's JSON objects: pure functions."""

from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict

from core.calendar.calendar import session
from core.calendar.days import EXCHANGES, Holiday, HolidayKind, Session
from webhook.fields.answer_types import Day, Milliseconds


class Opening(TypedDict):
    """When an exchange opens and closes on one day."""

    exchange: str
    start_time: Milliseconds
    end_time: Milliseconds


class UnusualDay(TypedDict):
    """A day on which some exchange is closed, or all keep other hours."""

    date: Day
    description: str
    holiday_type: HolidayKind
    closed_exchanges: list[str]
    open_exchanges: list[Opening]


class Holidays(TypedDict):
    """The closures of a year; without `complete`, `message` says which of them are known."""

    year: int
    timezone: str
    complete: bool
    message: NotRequired[str]
    data: list[UnusualDay]


def is_closure(found: Holiday) -> bool:
    """Whether some exchange is closed, or all of them keep other hours than usual: not a mere shorter evening."""
    return bool(found.closed) or not found.hours_known or set(EXCHANGES) <= set(found.hours)


def holiday(found: Holiday) -> UnusualDay:
    """The unusual day as OpenAlgo's JSON."""
    hours = (session(exchange, found.day, hours) for exchange, hours in found.hours.items())
    return {
        "date": found.day.isoformat(),
        "description": found.name,
        "holiday_type": found.kind,
        "closed_exchanges": list(found.closed),
        "open_exchanges": [timing(one) for one in hours],
    }


def timing(found: Session) -> Opening:
    """The session as OpenAlgo's JSON."""
    return {
        "exchange": found.exchange,
        "start_time": _milliseconds(found.opens),
        "end_time": _milliseconds(found.closes),
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
