"""The unusual days of one year of a calendar file."""

from collections.abc import Callable, Mapping
from datetime import date

from core.calendar import fields
from core.calendar.days import ALL_BUT_MCX, CURRENCIES, EVENING, EXCHANGES, USUAL_CLOSE, Holiday, HolidayKind, Hours
from core.errors import ConfigError

UNKNOWN = "unknown"
_SPECIAL_KEYS = ("closed", "hours", "name")


def read_days(year: int, entry: Mapping[str, object]) -> tuple[dict[date, Holiday], frozenset[date]]:
    """The unusual days, and those that are declared ordinary. Raises ConfigError, which names the key."""
    seen: dict[date, str] = {}
    unusual: dict[date, Holiday] = {}
    for kind, make in _KINDS.items():
        for written, value in fields.table(entry.get(kind, {}), f"{year}.{kind}").items():
            day = _day_once(year, kind, written, seen)
            unusual[day] = make(day, value, f"{year}.{kind}.{written}")
    ordinary = set()
    for written, why in fields.table(entry.get("ordinary", {}), f"{year}.ordinary").items():
        fields.text(why, f"{year}.ordinary.{written}")
        ordinary.add(_day_once(year, "ordinary", written, seen))
    return unusual, frozenset(ordinary)


def _day_once(year: int, kind: str, written: str, seen: dict[date, str]) -> date:
    key = f"{year}.{kind}.{written}"
    day = fields.day_of(year, written, key)
    if day in seen:
        raise ConfigError(f"{key}: that day is in {year}.{seen[day]} too.")
    seen[day] = kind
    return day


def _closed(day: date, value: object, key: str) -> Holiday:
    """A holiday on which nothing trades."""
    return Holiday(day, fields.text(value, key), HolidayKind.TRADING, EXCHANGES)


def _evening(day: date, value: object, key: str) -> Holiday:
    """A holiday on which only commodities trade, and only in the evening."""
    hours = {"MCX": (EVENING, USUAL_CLOSE)}
    return Holiday(day, fields.text(value, key), HolidayKind.TRADING, ALL_BUT_MCX, hours)


def _bank(day: date, value: object, key: str) -> Holiday:
    """A holiday on which everything but currencies trades."""
    return Holiday(day, fields.text(value, key), HolidayKind.SETTLEMENT, CURRENCIES)


def _special(day: date, value: object, key: str) -> Holiday:
    entry = fields.table(value, key, _SPECIAL_KEYS)
    name = fields.text(entry.get("name"), f"{key}.name")
    closed = _names(entry.get("closed", []), f"{key}.closed")
    if "hours" not in entry and not closed:
        raise ConfigError(f'{key} needs hours (or hours = "{UNKNOWN}"), or closed.')
    if entry.get("hours") == UNKNOWN:
        return Holiday(day, name, HolidayKind.SPECIAL, closed, hours_known=False)
    hours = _hours(entry.get("hours", {}), f"{key}.hours")
    both = [exchange for exchange in closed if exchange in hours]
    if both:
        raise ConfigError(f"{key}: {both[0]} cannot be closed and have hours.")
    return Holiday(day, name, HolidayKind.SPECIAL if hours else HolidayKind.TRADING, closed, hours)


def _names(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ConfigError(f'{key} must be a list such as ["CDS", "BCD"].')
    named = {one for name in value for one in fields.exchanges(fields.text(name, key), key)}
    return tuple(one for one in EXCHANGES if one in named)


def _hours(value: object, key: str) -> dict[str, Hours]:
    found: dict[str, Hours] = {}
    for name, hours in fields.table(value, key).items():
        read = fields.hours(hours, f"{key}.{name}", may_be_usual=True)
        found |= dict.fromkeys(fields.exchanges(name, key), read)
    return {one: found[one] for one in EXCHANGES if one in found}


_KINDS: dict[str, Callable[[date, object, str], Holiday]] = {
    "closed": _closed,
    "evening": _evening,
    "bank": _bank,
    "special": _special,
}
