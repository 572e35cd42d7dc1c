"""The sandbox as docs/sandbox.md describes it, a second time: slow, and written without looking at the engine."""

from brokers.paper.engine.events import (
    BookEvent,
    Cancelled,
    DayBegan,
    DayEnded,
    Expired,
    Modified,
    Placed,
    Quoted,
    Reset,
    SquaredOff,
)
from tests.paper.reference.acceptance import modify, place
from tests.paper.reference.book import Book
from tests.paper.reference.days import begin_day, end, end_day, expire, reset, square_off
from tests.paper.reference.matching import show_quote


class ReferenceExchange(Book):
    """One book. What may be refused is tried on a copy of everything, which is thrown away."""

    def process(self, event: BookEvent) -> None:
        """Let it happen. Raises BrokerRefused, and nothing has happened."""
        match event:
            case Placed():
                place(self, event)
            case Modified():
                modify(self, event)
            case Cancelled():
                end(self.find(event.order_id), None)
            case Quoted():
                show_quote(self, event.market)
            case DayEnded():
                end_day(self, event)
            case SquaredOff():
                square_off(self, event)
            case DayBegan():
                begin_day(self, event)
            case Expired():
                expire(self, event)
            case Reset():
                reset(self, event)
