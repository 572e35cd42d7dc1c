"""A circuit breaker: a broker that does not answer is left alone for a while."""

from datetime import datetime, timedelta

from core.clock import Clock, render_ist_time
from core.errors import BrokerUnavailable
from core.market.broker_reach import Reach
from core.urgency import is_urgent

FAULTS = 3
WAIT = timedelta(seconds=20)


class Circuit:
    """Opens after some faults in a row; after a wait it lets one request through, and that one decides.

    What is urgent is let through at any time, and decides as well.
    """

    def __init__(self, name: str, clock: Clock, faults: int = FAULTS, wait: timedelta = WAIT) -> None:
        """`name` is whom the client is told about."""
        self._name = name
        self._clock = clock
        self._limit = faults
        self._wait = wait
        self._faults = 0
        self._since: datetime | None = None
        """When the first fault of this row happened."""
        self._closed_until: datetime | None = None
        self._answered_at: datetime | None = None

    @property
    def reach(self) -> Reach:
        """Since when there was no answer, and when the last one came."""
        return Reach(self._since, self._answered_at)

    @property
    def wait(self) -> timedelta:
        """How long until a request may go; nothing when one may go now."""
        if self._closed_until is None:
            return timedelta(0)
        return max(timedelta(0), self._closed_until - self._clock.now())

    def check(self) -> None:
        """Raise BrokerUnavailable while nothing may go, in words for the client. Changes nothing."""
        if self.wait and not is_urgent() and self._since is not None and self._closed_until is not None:
            raise BrokerUnavailable(
                f"{self._name} has not answered since {render_ist_time(self._since)};"
                f" it is tried again at {render_ist_time(self._closed_until)}"
            )

    def enter(self) -> None:
        """Begin a request. Raises BrokerUnavailable while nothing may go.

        The request that goes first after a wait goes alone: its outcome, or another wait, decides on the others.
        """
        self.check()
        if self._closed_until is not None:
            self._closed_until = self._clock.now() + self._wait

    def succeeded(self) -> None:
        """An answer came, whatever it says."""
        self._faults = 0
        self._since = self._closed_until = None
        self._answered_at = self._clock.now()

    def erred(self) -> None:
        """It answered that it failed. It is asked on, since that may be about one request only."""
        self._since = self._since or self._clock.now()

    def failed(self) -> None:
        """No answer came, or only a gateway's."""
        now = self._clock.now()
        self._since = self._since or now
        self._faults += 1
        if self._faults >= self._limit:
            self._closed_until = now + self._wait
