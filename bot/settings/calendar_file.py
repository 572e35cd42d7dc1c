"""The exchanges' calendar: the file that comes with the program, and over it the one that the settings name."""

import logging
import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from core.calendar.almanac import Almanac
from core.calendar.calendar import Calendar
from core.calendar.parse import parse_calendar
from core.errors import ConfigError

OURS = Path(__file__).with_name("calendar.toml")
AHEAD = timedelta(days=30)
"""How far `doctor` looks."""
_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


def load_calendar(file: str = "") -> Calendar:
    """The calendar, with what this file says over ours. Raises ConfigError, which names the file and the key."""
    almanac = _load_ours()
    if not file:
        return Calendar(almanac, _warn)
    try:
        return Calendar(_read(Path(file), almanac), _warn)
    except ConfigError as fault:
        raise ConfigError(f"calendar.file {file}: {fault}") from None


@cache
def _load_ours() -> Almanac:
    return _read(OURS, None)


def days_in_doubt(calendar: Calendar, today: date) -> str:
    """Which of the next days are not known for sure: `1 Dec, 4 Dec to 6 Dec 2026`; nothing when all are."""
    days = [today + ahead * _DAY for ahead in range(AHEAD.days)]
    runs: list[list[date]] = []
    for day in days:
        if not calendar.doubt(day):
            continue
        if runs and runs[-1][-1] == day - _DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_span(run) for run in runs)


def _span(run: Sequence[date]) -> str:
    first, last = (f"{day:%d %b %Y}" for day in (run[0], run[-1]))
    return first if first == last else f"{first} to {last}"


def _read(path: Path, onto: Almanac | None) -> Almanac:
    try:
        return parse_calendar(tomllib.loads(path.read_text(encoding="utf-8")), onto)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"it is not valid TOML: {fault}") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"it cannot be read: {fault}") from None


def _warn(doubt: str) -> None:
    _log.warning("%s The usual hours of weekdays are taken instead; docs/calendar.md says how to tell better.", doubt)
