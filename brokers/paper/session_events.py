"""What the passing of time does to a paper book: square-off, close, expiry, and a new day."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from brokers.paper.book.book_state import BookState
from brokers.paper.engine.events import BookEvent, DayBegan, DayEnded, Expired, Market, SquaredOff
from brokers.paper.exchange import Exchange
from brokers.paper.settlement import Settlements
from core.market.instruments import Ticker
from core.orders.order import Product

_log = logging.getLogger(__name__)

DueEvents = Callable[[BookState], Iterator[BookEvent]]


class SessionEvents:
    """What one book's time asks for. Each event comes late rather than never, and once done does nothing again."""

    def __init__(self, exchange: Exchange, book_number: int, market: Callable[[Ticker], Market]) -> None:
        self._exchange = exchange
        self._book_number = book_number
        self._market = market
        self._settlements = Settlements(exchange)
        self._closed: dict[str, datetime] = {}

    @property
    def due(self) -> tuple[DueEvents, ...]:
        """In their order; each is to be asked with the state that the ones before have left."""
        return self._square_offs, self._expiries, self._closes, self._new_day

    def this_day(self) -> DayBegan:
        """The day that is."""
        now, hours = self._exchange.clock.now(), self._exchange.hours
        day = hours.day(now)
        return DayBegan(day, now, self._book_number, hours.is_settlement_day(day))

    def is_day_old(self, state: BookState) -> bool:
        """Whether a day has begun that the book does not know of."""
        day = state.head.day
        return day is not None and day < self._exchange.hours.day(self._exchange.clock.now())

    def _square_offs(self, state: BookState) -> Iterator[BookEvent]:
        now = self._exchange.clock.now()
        held_mis = (p for p in state.positions.values() if p.product is Product.MIS and p.quantity)
        # What trades no more is settled.
        intraday = [p for p in held_mis if not self._is_over((p.exchange, p.symbol))]
        exchanges = {position.exchange for position in intraday} | {exchange for exchange, _ in state.tickers()}
        for exchange in sorted(exchanges):
            ended_at = self._intraday_end(state, exchange, now)
            if ended_at is not None:
                held = sorted({(p.exchange, p.symbol) for p in intraday if p.exchange == exchange})
                markets = tuple(self._market(ticker) for ticker in held)
                yield SquaredOff(exchange, ended_at, markets, self._book_number, now)

    def _intraday_end(self, state: BookState, exchange: str, now: datetime) -> datetime | None:
        ended = self._exchange.hours.last_square_off(exchange, now)
        if self.is_day_old(state):
            # What is left from an earlier day is late, whatever the hour.
            return ended or self._exchange.hours.last_close(exchange, now)
        return ended if ended is not None and self._exchange.hours.day(ended) == state.head.day else None

    def _closes(self, state: BookState) -> Iterator[BookEvent]:
        now = self._exchange.clock.now()
        for exchange in sorted({exchange for exchange, _ in state.tickers()}):
            closed = self._exchange.hours.last_close(exchange, now)
            # Whatever comes after a close arrives after it, so once is enough.
            if closed is not None and self._closed.get(exchange) != closed:
                yield DayEnded((exchange,), closed, now)
                # Only now that it is on disk; a close that could not be saved rings again.
                self._closed[exchange] = closed

    def _expiries(self, state: BookState) -> Iterator[BookEvent]:
        now = self._exchange.clock.now()
        held = {(p.exchange, p.symbol) for p in state.positions.values() if p.quantity}
        for ticker in sorted(held | set(state.tickers())):
            contract = self._exchange.instruments.find(*ticker)
            settled = self._settlements.find(contract) if contract else None
            if settled is not None:
                if settled.price is None and ticker in held:
                    _log.warning("%s of %s is settled without its close, which is not known", ticker[1], ticker[0])
                yield Expired(ticker[0], ticker[1], settled.price, self._book_number, now)

    def _new_day(self, state: BookState) -> Iterator[BookEvent]:
        if self.is_day_old(state):
            yield self.this_day()

    def _is_over(self, ticker: Ticker) -> bool:
        contract = self._exchange.instruments.find(*ticker)
        return contract is not None and self._settlements.is_over(contract)
