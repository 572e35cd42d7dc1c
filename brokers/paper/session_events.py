"""What the passing of time does to a paper book: square-off, close, expiry, and a new day."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from brokers.paper.engine.events import BookEvent, DayBegan, DayEnded, Expired, Market, SquaredOff
from brokers.paper.exchange import Exchange
from brokers.paper.symbols.contracts import settlement_price
from brokers.tickers import Ticker, spots_of
from core.market.instruments import Instrument
from core.market.quotes import Quote
from core.orders.order import Product

DueEvents = Callable[[BookState], Iterator[BookEvent]]


class SessionEvents:
    """What one book's time asks for. Each event comes late rather than never, and once done does nothing again."""

    def __init__(self, venue: Exchange, book_number: int, market: Callable[[Ticker], Market]) -> None:
        self._exchange = venue
        self._book_number = book_number
        self._market = market
        self._closed: dict[str, datetime] = {}

    @property
    def due(self) -> tuple[DueEvents, ...]:
        """In their order; each is to be asked with the state that the ones before have left."""
        return self._square_offs, self._closes, self._expiries, self._new_day

    def this_day(self) -> DayBegan:
        """The day that is."""
        now = self._exchange.clock.now()
        return DayBegan(self._exchange.hours.day(now), now)

    def is_day_old(self, state: BookState) -> bool:
        """Whether a trading day has begun that the book does not know of."""
        day = state.head.day
        return day is not None and day < self._exchange.hours.day(self._exchange.clock.now())

    def _square_offs(self, state: BookState) -> Iterator[BookEvent]:
        now = self._exchange.clock.now()
        intraday = [p for p in state.positions.values() if p.product is Product.MIS and p.quantity]
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
            if contract and contract.expiry and self._exchange.hours.has_expired(ticker[0], contract.expiry, now):
                price = self._settlement(contract)
                if price is not None:
                    yield Expired(ticker[0], ticker[1], price, self._book_number, now)

    def _new_day(self, state: BookState) -> Iterator[BookEvent]:
        if self.is_day_old(state):
            yield self.this_day()

    def _settlement(self, contract: Instrument) -> Decimal | None:
        quotes = (self._exchange.feed.quote(*ticker) for ticker in spots_of(contract.name))
        spot: Quote | None = next((quote for quote in quotes if quote is not None), None)
        return settlement_price(contract, spot.ltp) if spot and spot.ltp else None
