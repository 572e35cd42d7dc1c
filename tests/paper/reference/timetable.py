"""The day's own events."""

from datetime import datetime, timedelta
from decimal import Decimal

from brokers.paper.engine.events import BookEvent, DayBegan, DayEnded, Expired, Reset, SquaredOff
from core.orders.order import Product
from tests.paper.reference.stage import (
    INSTRUMENTS,
    STARTING_PRICES,
    STARTS,
    Phase,
    Ticker,
    at,
    some_capital,
    some_leverage,
)
from tests.paper.reference.views import BOOK_NUMBER, Actor, View


class SessionActor(Actor):
    """Rings for the parts of a day."""

    def pass_on(self, view: View) -> list[BookEvent]:
        """The next part of the day."""
        stage = self.stage
        stage.phase = Phase((stage.phase + 1) % len(Phase))
        day = stage.now.date() + timedelta(days=stage.phase is Phase.MORNING)
        stage.now = max(stage.now, at(day, *STARTS[stage.phase]))
        match stage.phase:
            case Phase.LATE:
                fresh = [ticker for ticker in self.tickers if self.dice.whole(0, 3)]
                for ticker in fresh:
                    stage.move(self.dice, ticker)
                return self.square_off(view)
            case Phase.MORNING:
                delivers = bool(self.dice.whole(0, 4))
                return [DayBegan(day, stage.now, BOOK_NUMBER, delivers)] * self.dice.pick([1, 1, 2])
            case Phase.CLOSED:
                return self.dice.pick(
                    [[self._session_event(stage.now)], [], [self._session_event(stage.now), *self._expiries()]]
                )
        return []

    def _session_event(self, closed_at: datetime) -> DayEnded:
        return DayEnded(self.dice.pick([("NSE", "NFO"), ("NFO", "NSE"), ("NSE",)]), closed_at, self.stage.now)

    def _expiries(self) -> list[BookEvent]:
        return [self._expired(ticker) for ticker in self.tickers if self._is_over(ticker)]

    def _is_over(self, ticker: Ticker) -> bool:
        expiry = INSTRUMENTS[ticker].expiry
        return expiry is not None and expiry <= self.stage.now.date()

    def _expired(self, ticker: Ticker) -> Expired:
        price = self.dice.pick([Decimal(0), Decimal("12.37"), Decimal(STARTING_PRICES[ticker]), None])
        return Expired(*ticker, price, BOOK_NUMBER, self.stage.now)

    def square_off(self, view: View) -> list[BookEvent]:
        """Intraday trading is over on both exchanges."""
        events: list[BookEvent] = []
        stage = self.stage
        ended_at = self.dice.pick([at(stage.now.date(), 15, 15), at(stage.now.date(), 15, 15), stage.now])
        for exchange in ("NSE", "NFO"):
            open_keys = [key for key, quantity in view.positions.items() if quantity and key[2] is Product.MIS]
            tickers = sorted({(key[0], key[1]) for key in open_keys if key[0] == exchange})
            markets = tuple(stage.market(ticker) for ticker in tickers)
            events.append(SquaredOff(exchange, ended_at, markets, BOOK_NUMBER, stage.now))
        return events

    def repeat(self, view: View) -> list[BookEvent]:
        """What a shell may send again, or late."""
        stage = self.stage
        match stage.phase:
            case Phase.DAY:
                return [DayBegan(stage.now.date() - timedelta(days=self.dice.whole(0, 1)), stage.now, BOOK_NUMBER)]
            case Phase.LATE:
                return self.square_off(view)
            case Phase.CLOSED:
                return [*self._expiries(), self._session_event(at(stage.now.date(), 15, 30))]
            case Phase.MORNING:
                return [self._session_event(at(stage.now.date(), 9, 15))]

    def reset(self) -> Reset:
        """The book starts afresh."""
        return Reset(some_capital(self.dice), some_leverage(self.dice), self.stage.now)
