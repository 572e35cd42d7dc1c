"""The paper exchange as one pure function: a book's state and an event in, the book's changes out."""

from brokers.paper.book.book_state import BookState
from brokers.paper.engine.days import end_day, reset
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
    Rules,
    SquaredOff,
)
from brokers.paper.engine.order_entry import cancel, modify, place
from brokers.paper.engine.quote_arrival import apply_quote
from brokers.paper.engine.square_off import expire, square_off, start_day
from core.portfolio.paper_book import PaperChanges


def step(state: BookState, event: BookEvent, rules: Rules) -> PaperChanges | None:
    """What the event does to the book; None when nothing at all.

    Raises BrokerRefused for a modification or cancellation that cannot be; a refused new order is in the changes.
    """
    match event:
        case Placed():
            return place(state, event, rules)
        case Modified():
            return modify(state, event, rules)
        case Cancelled():
            return cancel(state, event)
        case Quoted():
            return apply_quote(state, event, rules)
        case DayEnded():
            return end_day(state, event)
        case SquaredOff():
            return square_off(state, event, rules)
        case DayBegan():
            return start_day(state, event)
        case Expired():
            return expire(state, event, rules)
        case Reset():
            return reset(state, event)
