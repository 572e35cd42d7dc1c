"""Compares the machine's clock with the database's newest moment and with Telegram's clock."""

from datetime import datetime, timedelta

from core.clock import Clock, render_duration, render_ist
from core.errors import Unready

TOLERANCE = timedelta(minutes=2)


class TrustedClock:
    """A clock that refuses to answer `require` while it contradicts other clocks.

    The latest moment written to the database cannot lie ahead of now, and the time in Telegram's answers
    cannot be minutes away from ours. A wrong clock would make old orders look fresh.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._high_water: datetime | None = None
        self._offset = timedelta(0)
        self.observed_at: datetime | None = None
        """When another clock was heard of last: Telegram's, with every answer."""

    def now(self) -> datetime:
        """The machine's time, unchecked."""
        return self._clock.now()

    def require(self) -> datetime:
        """The machine's time. Raises Unready while it contradicts another clock."""
        now = self._clock.now()
        if self._high_water is not None and now < self._high_water - TOLERANCE:
            raise Unready(
                f"This computer's clock says {render_ist(now)}, but the database has records of "
                f"{render_ist(self._high_water)}. Nothing is executed until the clock is right."
            )
        if abs(self._offset) > TOLERANCE:
            raise Unready(
                f"This computer's clock is {render_duration(abs(self._offset))} "
                f"{'ahead of' if self._offset > timedelta(0) else 'behind'} Telegram's. "
                "Nothing is executed until the clock is right."
            )
        if self._high_water is None or now > self._high_water:
            self._high_water = now
        return now

    def remember(self, written: datetime | None) -> None:
        """Take this as the latest moment found in the database."""
        if written is not None and (self._high_water is None or written > self._high_water):
            self._high_water = written

    def observe(self, remote: datetime) -> None:
        """Compare the machine's clock with what another clock says now."""
        self.observed_at = self._clock.now()
        self._offset = self.observed_at - remote
