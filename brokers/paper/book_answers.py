"""What a book answers: its holdings at their last prices, and an order as a change leaves it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from brokers.paper.book.book_state import BookState
from core.money import ZERO
from core.portfolio.paper_book import PaperChanges, PaperOrder
from core.portfolio.positions import Holding, Position
from core.ports import PriceFeed


def priced_positions(state: BookState, feed: PriceFeed) -> Sequence[Position]:
    """Every position with its last price, closed ones too; 0 where there is none."""
    return tuple(replace(one, ltp=_ltp(feed, one.exchange, one.symbol)) for one in state.positions.values())


def priced_holdings(state: BookState, feed: PriceFeed) -> Sequence[Holding]:
    """The delivered shares with their last price; 0 where there is none."""
    held = (one for one in state.holdings.values() if one.quantity)
    return tuple(replace(one, ltp=_ltp(feed, one.exchange, one.symbol)) for one in held)


def order_after(changes: PaperChanges | None, order: PaperOrder) -> PaperOrder:
    """The order as the changes leave it."""
    orders = changes.orders if changes else ()
    return next((one for one in orders if one.broker_order_id == order.broker_order_id), order)


def _ltp(feed: PriceFeed, exchange: str, symbol: str) -> Decimal:
    quote = feed.quote(exchange, symbol)
    return quote.ltp if quote else ZERO
