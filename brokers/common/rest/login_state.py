"""Whether somebody is logged in at a broker, as far as its last answers told."""

from core.errors import BrokerUnavailable


class LoginState:
    """Closed by the first answer that denies the session, opened by one that confirms it."""

    def __init__(self, why_closed: str | None = None) -> None:
        """Open, unless there is a reason why nobody can be logged in."""
        self._why_closed = why_closed

    def check(self) -> None:
        """Raise BrokerUnavailable, in words for the client, when nobody is logged in."""
        if self._why_closed is not None:
            raise BrokerUnavailable(self._why_closed)

    def close(self, why: str) -> None:
        """The broker wants a new login."""
        self._why_closed = why

    def open(self) -> None:
        """The broker takes what we send."""
        self._why_closed = None
