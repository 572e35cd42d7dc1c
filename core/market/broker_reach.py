"""Whether a broker answers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """What the last requests to a broker met."""

    silent_since: datetime | None = None
    """When the first request failed since the last answer; None while it answers, and before anything was asked."""
    answered_at: datetime | None = None
    """When it answered last, since this program began to ask."""
