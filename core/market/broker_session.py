"""The login at a broker."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BrokerSession:
    """Whether a broker takes our orders now, and for how long."""

    is_open: bool
    detail: str
    """Who is logged in, or why nobody is; without any secret."""
    expires_at: datetime | None = None
    """None when it does not end by itself, or nobody knows."""
    login_url: str | None = None
    """Where the person logs in, at brokers that have such a page."""
