"""OpenAlgo's times: most carry no zone, and which clock they were read from differs by column.

`*_ist` texts and a sandbox order's `order_timestamp` are Indian time, `created_at` and the `*_at` of decisions are
UTC, what a trigger `expires_at` is the time of the machine, which for an Indian trader is India's.
"""

from datetime import UTC, datetime, tzinfo

from core.clock import IST
from core.openalgo.rows import Row, text

_IST_TEXT = "%Y-%m-%d %H:%M:%S IST"


def moment(row: Row, name: str, zone: tzinfo) -> datetime | None:
    """A column as a moment in UTC, read in this zone unless it names its own; None when it is none."""
    try:
        read = datetime.fromisoformat(text(row, name))
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def told_twice(row: Row, name: str) -> datetime | None:
    """A moment that stands in `name` in UTC and in `name_ist` as Indian text; the text was written for people."""
    try:
        return datetime.strptime(text(row, f"{name}_ist"), _IST_TEXT).replace(tzinfo=IST).astimezone(UTC)
    except ValueError:
        return moment(row, name, UTC)


def readings(row: Row, name: str) -> tuple[datetime, ...]:
    """Both moments that a column without a zone may mean; none when it is empty."""
    both = moment(row, name, UTC), moment(row, name, IST)
    return tuple(one for one in both if one is not None)
