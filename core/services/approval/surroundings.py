"""What stands around an order before it is decided: prices, and whether its exchange trades."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.accounts import Account
from core.calendar.calendar import Calendar
from core.clock import IST
from core.errors import NotFound
from core.market.market_phase import MarketPhase
from core.orders.order import Order
from core.ports import RunningFeed, Sessions

SOON = timedelta(days=6)
"""So far ahead a day of the week says which day it is."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An exchange that is closed opens again; `waits` when an order that is sent now waits for it."""

    exchange: str
    when: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Prices, and when exchanges trade; `queues` when a paper book keeps orders until its exchange opens."""

    feed: RunningFeed
    sessions: Sessions
    calendar: Calendar
    queues: bool = False

    def why_closed(self, exchange: str, now: datetime) -> str:
        """Why this exchange does not trade now, and when it opens; nothing while it trades."""
        if self.sessions.phase(exchange, now) is not MarketPhase.CLOSED:
            return ""
        try:
            return self.calendar.why_closed(exchange, now)
        except NotFound as unknown:
            return str(unknown)

    def closed(self, exchanges: Iterable[str], now: datetime) -> Sequence[str]:
        """Why each of these exchanges that is closed is."""
        return [why for one in dict.fromkeys(exchanges) if (why := self.why_closed(one, now))]

    def opening(self, account: Account, order: Order, now: datetime) -> Opening | None:
        """When the first closed exchange of this order opens; None while all trade, and when nobody knows."""
        for exchange in dict.fromkeys(leg.terms.exchange for leg in order.legs):
            if self.sessions.phase(exchange, now) is not MarketPhase.CLOSED:
                continue
            try:
                opens = self.calendar.next_session(exchange, now).opens.astimezone(IST)
            except NotFound:
                return None
            when = f"{opens:%a %H:%M}" if opens - now < SOON else f"{opens:%a %d %b %H:%M}"
            return Opening(exchange, when, self.queues and account.is_on_paper(order.trading_mode))
        return None

    @property
    def made_by(self) -> str:
        """What makes the prices when no market of this moment does; nothing otherwise."""
        return self.feed.state.made_by
