"""Parses a calendar file's tables into an almanac. Errors name the key."""

import re
from collections.abc import Mapping
from datetime import date

from core.calendar import fields
from core.calendar.almanac import Almanac, Exchange
from core.calendar.days import EXCHANGES, Hours, Year
from core.calendar.unusual import read_days
from core.errors import ConfigError

_YEAR = re.compile(r"20\d\d", re.ASCII)
_LEAP_YEAR = 2024
"""Has every day that a year may have."""
_EXCHANGE_KEYS = ("always", "hours", "hours_from", "like", "square_off", "summer")
_YEAR_KEYS = ("complete", "source", "closed", "evening", "bank", "special", "ordinary")
_SOME = "those of the calendar file"


def parse_calendar(written: Mapping[str, object], onto: Almanac | None = None) -> Almanac:
    """The almanac of this file, laid over `onto`. Raises ConfigError, which names the key."""
    base = onto or Almanac()
    made, every_year, years = dict(base.exchanges), dict(base.every_year), dict(base.years)
    for key, value in written.items():
        if key == "exchanges":
            for name, rules in fields.table(value, key).items():
                made[name] = _exchange(name, rules, made)
        elif key == "every_year":
            every_year |= _every_year(value)
        elif _YEAR.fullmatch(key):
            years[int(key)] = _year(key, value, years.get(int(key)))
        else:
            raise ConfigError(f"{key} is not known; there are exchanges, every_year, and years such as 2026.")
    missing = [name for name in EXCHANGES if name not in made]
    if missing:
        raise ConfigError(f"exchanges.{missing[0]} is missing.")
    return Almanac(made, every_year, years)


def _every_year(value: object) -> dict[tuple[int, int], str]:
    found = {}
    for written, name in fields.table(value, "every_year").items():
        day = fields.day_of(_LEAP_YEAR, written, f"every_year.{written}")
        found[day.month, day.day] = fields.text(name, f"every_year.{written}")
    return found


def _year(key: str, value: object, base: Year | None) -> Year:
    entry = fields.table(value, key, _YEAR_KEYS)
    number = int(key)
    before = base or Year(number, complete=False, source=_SOME, holidays=())
    unusual, ordinary = read_days(number, entry)
    days = {one.day: one for one in before.holidays} | unusual
    return Year(
        number,
        fields.flag(entry.get("complete", before.complete), f"{key}.complete"),
        fields.text(entry.get("source", before.source), f"{key}.source"),
        tuple(days[day] for day in sorted(days.keys() - ordinary)),
        (before.ordinary - unusual.keys()) | ordinary,
    )


def _exchange(name: str, value: object, known: Mapping[str, Exchange]) -> Exchange:
    key = f"exchanges.{name}"
    entry = fields.table(value, key, _EXCHANGE_KEYS)
    if fields.flag(entry.get("always", False), f"{key}.always"):
        fields.table(entry, f"{key} with always = true", ("always",))
        return Exchange(name, name, always=True)
    like = _like(name, entry, known)
    base = known.get(name) or known.get(like)
    if "hours" not in entry and (base is None or base.always):
        raise ConfigError(f"{key}.hours is missing.")
    before = None if base is None or "hours" in entry else base
    summer = before.summer if before else None
    square_off = base.square_off if base else None
    return Exchange(
        name,
        like,
        _hours(entry, key, before),
        fields.hours(entry["summer"], f"{key}.summer") if "summer" in entry else summer,
        fields.clock_time(entry["square_off"], f"{key}.square_off") if "square_off" in entry else square_off,
    )


def _like(name: str, entry: Mapping[str, object], known: Mapping[str, Exchange]) -> str:
    key = f"exchanges.{name}.like"
    if name in EXCHANGES:
        if "like" in entry:
            raise ConfigError(f"{key}: {name} has holidays of its own.")
        return name
    like = entry.get("like", known[name].like if name in known else None)
    if like not in EXCHANGES or like not in known:
        raise ConfigError(f"{key} must say whose holidays {name} keeps: one of {', '.join(EXCHANGES)}.")
    return str(like)


def _hours(entry: Mapping[str, object], key: str, before: Exchange | None) -> tuple[tuple[date, Hours], ...]:
    found: dict[date, Hours] = dict(before.hours) if before else {}
    if "hours" in entry:
        found[date.min] = fields.hours(entry["hours"], f"{key}.hours")
    for written, hours in fields.table(entry.get("hours_from", {}), f"{key}.hours_from").items():
        where = f"{key}.hours_from.{written}"
        try:
            found[date.fromisoformat(written)] = fields.hours(hours, where)
        except ValueError:
            raise ConfigError(f'{where} is no day; write it as "2026-08-03".') from None
    return tuple(sorted(found.items()))
