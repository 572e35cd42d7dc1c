"""Reading one value of a calendar file. Every function raises ConfigError, which names the key."""

import re
from collections.abc import Collection, Mapping
from datetime import date, time

from core.calendar.days import CURRENCIES, EXCHANGES, SHARES, USUAL_CLOSE, Hours
from core.errors import ConfigError

USUAL = "usual"
_GROUPS = {"ALL": EXCHANGES, "SHARES": SHARES, "CURRENCIES": CURRENCIES}
_HOURS = re.compile(rf"(\d\d:\d\d)-(\d\d:\d\d|{USUAL})", re.ASCII)
_CLOCK = re.compile(r"\d\d:\d\d", re.ASCII)
_MONTH_AND_DAY = re.compile(r"\d\d-\d\d", re.ASCII)


def table(value: object, key: str, allowed: Collection[str] | None = None) -> Mapping[str, object]:
    """A table, with no other keys than the allowed ones."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{key} must be a table.")
    for name in value:
        if allowed is not None and name not in allowed:
            raise ConfigError(f"{key}.{name} is not known; {key} may have {', '.join(sorted(allowed))}.")
    return value


def text(value: object, key: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f'{key} must be a text such as "Holi".')
    return value.strip()


def flag(value: object, key: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ConfigError(f"{key} must be true or false.")
    return value


def clock_time(value: object, key: str) -> time:
    """A time of day such as `"15:15"`."""
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise ConfigError(f'{key} must be a time such as "15:15".')


def hours(value: object, key: str, *, may_be_usual: bool = False) -> Hours:
    """Trading hours such as `"09:15-15:30"`; some days' may end `-usual`, at the hour of any other day."""
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] == USUAL and not may_be_usual):
        usual = f' or "17:00-{USUAL}"' if may_be_usual else ""
        raise ConfigError(f'{key} must be hours such as "09:15-15:30"{usual}.')
    opens = clock_time(match[1], key)
    closes = USUAL_CLOSE if match[2] == USUAL else clock_time(match[2], key)
    if opens >= closes:
        raise ConfigError(f"{key} must open before it closes.")
    return opens, closes


def day_of(year: int, written: str, key: str) -> date:
    """A day of this year, written `"12-25"`."""
    if _MONTH_AND_DAY.fullmatch(written):
        try:
            return date.fromisoformat(f"{year}-{written}")
        except ValueError:
            pass
    raise ConfigError(f'{key} is no day of {year}; days are written as month and day, such as "12-25".')


def exchanges(name: str, key: str) -> tuple[str, ...]:
    """The exchanges that a name stands for: one of the seven, or a group of them."""
    found = _GROUPS.get(name) or tuple(one for one in EXCHANGES if one == name)
    if not found:
        raise ConfigError(f"{key}: {name} is none of {', '.join((*EXCHANGES, *_GROUPS))}.")
    return found
