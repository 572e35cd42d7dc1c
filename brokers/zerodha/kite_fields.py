"""The fields of Kite's answers that other brokers have in another form."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from brokers.common.rest.row_fields import Row, as_rows, text
from core.clock import IST

_log = logging.getLogger(__name__)


def rows(value: object) -> Sequence[Row]:
    """A list of objects; null is an empty one. Raises ValueError."""
    return () if value is None else as_rows(value)


def moment(row: Row, name: str) -> datetime | None:
    """A time, which Kite writes as an Indian clock shows it: `2026-11-27 10:15:02`. Raises ValueError."""
    said = text(row, name)
    if not said:
        return None
    found = datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=IST)


@cache
def warn_of(what: str, word: str) -> None:
    """Log once that Kite used a word that we do not know."""
    _log.warning("Zerodha answered with %s %r, which is not known here", what, word[:40])
