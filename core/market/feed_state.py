"""The age of a price, and the state of a price feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import render_duration
from core.market.quotes import Quote

STALE_AFTER = timedelta(minutes=1)
"""From this age on, people are told how old a price is."""


def age(quote: Quote, now: datetime) -> timedelta:
    """How long ago the feed saw this price; nothing for one that lies ahead of `now`."""
    return max(timedelta(0), now - quote.at)


def is_stale(quote: Quote, now: datetime, limit: timedelta) -> bool:
    """Whether this price is older than `limit`."""
    return age(quote, now) > limit


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed's name, when its last price came, and what is wrong with it and to be done; empty when nothing is."""

    source: str
    last_tick: datetime | None
    problem: str = ""
    is_made_up: bool = False
    """Whether its prices are not those of a market of this moment."""

    @property
    def made_by(self) -> str:
        """What makes the prices when no market of this moment does; nothing otherwise."""
        return self.source if self.is_made_up else ""

    def render(self, now: datetime) -> str:
        """The line that people read: `simulated, last tick 1 s ago`."""
        seen = f"last tick {render_duration(now - self.last_tick)} ago" if self.last_tick else "no tick yet"
        return f"{self.source}, {seen}" + (f": {self.problem}" if self.problem else "")
