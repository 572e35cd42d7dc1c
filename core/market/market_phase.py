"""Whether a market trades."""

from enum import StrEnum


class MarketPhase(StrEnum):
    """Closed, in a session of its exchange, or open without ever closing."""

    CLOSED = "closed"
    SESSION = "session"
    ENDLESS = "endless"
