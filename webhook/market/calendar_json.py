"""The trading calendar in OpenAlgo's words: pure functions from our types to JSON objects."""

from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict

from core.calendar.calendar import session
from core.calendar.days import Holiday, HolidayKind, Session
from webhook.fields.answer_types import Day, Milliseconds


class Opening(TypedDict):
    exchange: str
    start_time: Milliseconds
    end_time: Milliseconds


class UnusualDay(TypedDict):
    date: Day
    description: str
    holiday_type: HolidayKind
    closed_exchanges: list[str]
    open_exchanges: list[Opening]


class Holidays(TypedDict):
    """The unusual days of a year; `message` says what is not known of it."""

    year: int
    timezone: str
    complete: bool
    message: NotRequired[str]
    data: list[UnusualDay]


def holiday(found: Holiday) -> UnusualDay:
    """One unusual day."""
    hours = (session(exchange, found.day, hours) for exchange, hours in found.hours.items())
    return {
        "date": found.day.isoformat(),
        "description": found.name,
        "holiday_type": found.kind,
        "closed_exchanges": list(found.closed),
        "open_exchanges": [timing(one) for one in hours],
    }


def timing(found: Session) -> Opening:
    """When an exchange opens and closes, in milliseconds since 1970."""
    return {
        "exchange": found.exchange,
        "start_time": _milliseconds(found.opens),
        "end_time": _milliseconds(found.closes),
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
